// What an event of a schedule does.

import { MILLISECOND } from "../kernel/clock.ts";
import { Pipe } from "../kernel/files.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Code, Signal } from "../kernel/signal-set.ts";
import type { Event } from "./schedule.ts";

/** The caller's pid as its subreaper sees it; from outside a PID namespace a sender has none. */
function outsider(kernel: Kernel): number {
  return kernel.setup.mode === "pid1" ? 0 : (kernel.init.parent?.pid ?? 0);
}

export function apply(kernel: Kernel, event: Event): void {
  const { init, payload, signals, terminal, processes, clock } = kernel;
  switch (event.kind) {
    case "signal": {
      if (event.from === "kernel") signals.send(init, { signal: event.signal, code: Code.KERNEL, pid: 0 });
      else {
        const pid = event.from === "outside" ? outsider(kernel) : (payload?.pid ?? outsider(kernel));
        signals.send(init, { signal: event.signal, code: Code.USER, pid });
      }
      break;
    }
    case "signal-payload":
      // A stop before its execve holds the init up as well, which sleeps in the kernel until the child goes on.
      if (payload !== undefined)
        signals.send(payload, { signal: event.signal, code: Code.USER, pid: outsider(kernel) });
      break;
    case "job":
      // PID 1 is no job of a shell.
      if (kernel.setup.mode === "subreaper")
        for (const member of processes.members(init.group))
          signals.send(member, { signal: event.signal, code: Code.USER, pid: outsider(kernel) });
      break;
    case "key":
      terminal?.press(event.signal);
      break;
    case "orphan":
      kernel.startOrphan(event.program, event.ownSession);
      break;
    case "enter":
      if (kernel.setup.mode === "pid1") kernel.startProgram(undefined, "entered", event.program);
      break;
    case "time":
      clock.now += event.milliseconds * MILLISECOND;
      clock.runDue();
      break;
    case "reader": {
      const file = init.files?.get(event.descriptor);
      if (file instanceof Pipe && file.reader !== "gone") file.reader = event.reader;
      break;
    }
    case "reuse-pid":
      if (
        payload?.state === "gone" &&
        processes.find(payload.pid) === undefined &&
        processes.members(payload.pid).length === 0
      ) {
        const role = kernel.setup.mode === "pid1" ? "entered" : "bystander";
        const parent = kernel.setup.mode === "pid1" ? undefined : processes.find(1);
        const process = kernel.startProgram(parent, role, { name: "stranger", steps: [] }, payload.pid);
        process.group = process.session = process.pid;
        payload.isReplaced = true;
      }
      break;
    case "shell-takes-terminal":
      if (kernel.setup.mode === "subreaper" && terminal !== undefined && !kernel.setup.leadsSession)
        terminal.foreground = 50;
      break;
    case "shell-gives-terminal":
      if (kernel.setup.mode === "subreaper" && terminal !== undefined && !kernel.setup.leadsSession) {
        terminal.foreground = init.group;
        for (const member of processes.members(init.group))
          signals.send(member, { signal: Signal.CONT, code: Code.USER, pid: 50 });
      }
      break;
    case "caller-ends":
      if (kernel.setup.mode === "subreaper" && terminal === undefined) {
        const caller = init.parent;
        if (caller?.role === "caller") processes.end(caller, 0);
      }
      break;
  }
}
