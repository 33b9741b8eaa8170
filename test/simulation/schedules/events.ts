// What an event of a schedule does to the world.

import { MILLISECOND } from "../kernel/clock.ts";
import { Pipe } from "../kernel/files.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Code, Signal } from "../kernel/signal-set.ts";
import type { Happening } from "./schedule.ts";

/** The caller's pid as its subreaper sees it; from outside a PID namespace a sender has none. */
function outsider(kernel: Kernel): number {
  return kernel.world.mode === "pid1" ? 0 : (kernel.init.parent?.pid ?? 0);
}

export function happen(kernel: Kernel, what: Happening): void {
  const { init, payload, signals, terminal, processes, clock } = kernel;
  switch (what.kind) {
    case "signal": {
      if (what.from === "kernel") signals.send(init, { signal: what.signal, code: Code.KERNEL, pid: 0 });
      else {
        const pid = what.from === "outside" ? outsider(kernel) : (payload?.pid ?? outsider(kernel));
        signals.send(init, { signal: what.signal, code: Code.USER, pid });
      }
      break;
    }
    case "signal-payload":
      // A stop before its execve holds the init up as well, which sleeps in the kernel until the child goes on.
      if (payload !== undefined) signals.send(payload, { signal: what.signal, code: Code.USER, pid: outsider(kernel) });
      break;
    case "job":
      // PID 1 is no job of a shell.
      if (kernel.world.mode === "subreaper")
        for (const member of processes.members(init.group))
          signals.send(member, { signal: what.signal, code: Code.USER, pid: outsider(kernel) });
      break;
    case "key":
      terminal?.press(what.signal);
      break;
    case "orphan":
      kernel.startOrphan(what.program, what.ownSession);
      break;
    case "enter":
      if (kernel.world.mode === "pid1") kernel.startProgram(undefined, "entered", what.program);
      break;
    case "time":
      clock.now += what.milliseconds * MILLISECOND;
      clock.runDue();
      break;
    case "reader": {
      const file = init.files?.get(what.descriptor);
      if (file instanceof Pipe && file.reader !== "gone") file.reader = what.reader;
      break;
    }
    case "reuse-pid":
      if (
        payload?.state === "gone" &&
        processes.find(payload.pid) === undefined &&
        processes.members(payload.pid).length === 0
      ) {
        const role = kernel.world.mode === "pid1" ? "entered" : "bystander";
        const parent = kernel.world.mode === "pid1" ? undefined : processes.find(1);
        const process = kernel.startProgram(parent, role, { name: "stranger", steps: [] }, payload.pid);
        process.group = process.session = process.pid;
        payload.isReplaced = true;
      }
      break;
    case "shell-takes-terminal":
      if (kernel.world.mode === "subreaper" && terminal !== undefined && !kernel.world.leadsSession)
        terminal.foreground = 50;
      break;
    case "shell-gives-terminal":
      if (kernel.world.mode === "subreaper" && terminal !== undefined && !kernel.world.leadsSession) {
        terminal.foreground = init.group;
        for (const member of processes.members(init.group))
          signals.send(member, { signal: Signal.CONT, code: Code.USER, pid: 50 });
      }
      break;
    case "caller-ends":
      if (kernel.world.mode === "subreaper" && terminal === undefined) {
        const caller = init.parent;
        if (caller?.role === "caller") processes.end(caller, 0);
      }
      break;
  }
}
