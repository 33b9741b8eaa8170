// The module again, built from sources in which one thing is broken on purpose.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "../../../scripts/assemblyscript.ts";
import { ascOptions, withByteLiterals } from "../../../scripts/module-source.ts";

const root = join(import.meta.dirname, "../../..");

/** A change to the executable's own text that breaks it. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The invariant that finds it. */
  readonly kinds: readonly string[];
  /** Within how many schedules it is found. */
  readonly within: number;
}

const PAYLOAD_STATE = "the payload's state is wrong";

export const mutants: readonly Mutant[] = [
  {
    name: "one child a SIGCHLD",
    file: "init/reap.ts",
    from: "if (!wasListener(pid)) this.init.report.reaped(pid, status);\n      }",
    to: "if (!wasListener(pid)) this.init.report.reaped(pid, status);\n      }\n      return;",
    // One who stops looking does not find out either that there is nobody left.
    kinds: ["a zombie is left", "the init goes on"],
    within: 500,
  },
  {
    name: "SIGCHLD is not heeded",
    file: "init/init.ts",
    from: "if (signal == Signal.CHLD) reaper.reapAll();",
    to: "if (signal == Signal.CHLD) continue;",
    kinds: ["a zombie is left"],
    within: 500,
  },
  {
    name: "a lost exit status",
    file: "payload/payload.ts",
    from: "this.waitStatus = waitStatus;",
    to: "this.waitStatus = waitStatus & 0x7f;",
    kinds: ["a wrong exit status"],
    within: 500,
  },
  {
    name: "an exit status by an orphan",
    file: "init/reap.ts",
    from: "if (!wasListener(pid)) this.init.report.reaped(pid, status);",
    to: "this.init.report.reaped(pid, status);\n this.init.payload.ended(status);",
    kinds: ["the init ended early", "a wrong exit status"],
    within: 500,
  },
  {
    name: "a signal forwarded twice",
    file: "init/forward.ts",
    from: "const result = this.send(signal, isForGroup);",
    to: "let result = this.send(signal, isForGroup);\n    if (original >= Signal.RTMIN) result = this.send(signal);",
    kinds: ["a signal too many"],
    within: 2000,
  },
  {
    name: "a signal forgotten while the payload is stopped",
    file: "init/forward.ts",
    from: "private pass(original: i32, isForGroup: bool = false): void {",
    to: "private pass(original: i32, isForGroup: bool = false): void {\n    if (this.groupIsStopped && original != Signal.CONT) return;",
    kinds: ["a signal was lost", "a time is missed"],
    within: 5000,
  },
  {
    name: "no grace timer",
    file: "init/shutdown.ts",
    from: "min<u64>(this.killAt, this.giveUpAt)",
    to: "<u64>this.giveUpAt",
    kinds: ["a time is missed"],
    within: 1000,
  },
  {
    name: "the grace timer starts anew at every signal",
    file: "init/shutdown.ts",
    from: "if (this.killAt != NEVER && this.killAt < at) return;",
    to: "",
    kinds: ["a time is missed"],
    within: 10_000,
  },
  {
    name: "no release after the stop delay",
    file: "init/init.ts",
    from: "forwarder.release();",
    to: "",
    kinds: ["a time is missed", "the init spins", "a signal was lost", "a signal was not spoken of"],
    within: 1000,
  },
  {
    name: "memory taken in the loop",
    file: "init/forward.ts",
    from: "const signal = this.init.plan.rewrite.get(original);",
    to: "const signal = this.init.plan.rewrite.get(original);\n    if (original == Signal.HUP) heap.alloc(16);",
    kinds: ["the heap grew"],
    within: 1000,
  },
  {
    name: "own SIGPIPE forwarded",
    file: "init/forward.ts",
    from: "return information.pid == this.init.self && (OWN & signalBit(information.signal)) != 0;",
    to: "return false;",
    kinds: ["a signal too many", "the init spins"],
    within: 1000,
  },
  {
    name: "the terminal is kept",
    file: "init/init.ts",
    from: "terminal.takeBackFrom(payload.pid);",
    to: "",
    kinds: ["the terminal was kept"],
    within: 1000,
  },
  {
    name: "only the last of several limits",
    file: "payload/payload-child.ts",
    from: "if (!this.setLimit(wanted.previous)) return false;",
    to: "",
    kinds: [PAYLOAD_STATE],
    within: 5000,
  },
  {
    name: "a group that could not be changed is overlooked",
    file: "payload/payload-child.ts",
    from: "linux.setresgid(user.gid, user.gid, user.gid),",
    to: "max(linux.setresgid(user.gid, user.gid, user.gid), 0),",
    kinds: [PAYLOAD_STATE],
    within: 5000,
  },
  {
    name: "the user is changed before the bounding set",
    file: "payload/payload-child.ts",
    from: "const dropped = this.plan.hasOnlyAdded ? ~added : this.plan.droppedCapabilities | lacking;",
    to: "const dropped = this.plan.hasOnlyAdded ? ~added : this.plan.droppedCapabilities | lacking;\n    if (this.user != null) linux.setresuid(this.user!.uid, this.user!.uid, this.user!.uid);",
    kinds: [PAYLOAD_STATE, "the payload was refused"],
    within: 5000,
  },
  {
    name: "no_new_privs is left out",
    file: "payload/payload-child.ts",
    from: "linux.prctl(Prctl.SET_NO_NEW_PRIVS, 1, 0),",
    to: "0,",
    kinds: [PAYLOAD_STATE],
    within: 1000,
  },
  {
    name: "a capability stays permitted",
    file: "confine/capabilities.ts",
    from: "own.permitted &= lower;",
    to: "",
    kinds: [PAYLOAD_STATE],
    within: 2000,
  },
  {
    name: "the payload outlives its init",
    file: "payload/payload-child.ts",
    from: "linux.prctl(Prctl.SET_PDEATHSIG, signal, 0)",
    to: "0",
    kinds: [PAYLOAD_STATE],
    within: 500,
  },
  {
    name: "the status descriptor is left to the payload",
    file: "report/status-lines.ts",
    from: "if (file > 2) linux.fcntl(file, F_SETFD, FD_CLOEXEC);",
    to: "",
    kinds: [PAYLOAD_STATE],
    within: 500,
  },
  {
    name: "the kernel is given a constant to write to",
    file: "init/reap.ts",
    from: "const statusBuffer = loopBuffer(4);",
    to: 'const statusBuffer = bytes("none");',
    kinds: ["a wild pointer"],
    within: 500,
  },
  {
    name: "a held signal that is forgotten at the payload's end",
    file: "init/forward.ts",
    from: "if (this.init.payload.hasEnded) this.tooLate(signal);\n      else this.pass(signal);",
    to: "if (!this.init.payload.hasEnded) this.pass(signal);",
    kinds: ["a signal was not spoken of"],
    within: 5000,
  },
  {
    name: "a second held signal that is said to be dropped",
    file: "init/shutdown.ts",
    from: "this.init.report.held(signal, max<i64>(this.releaseAt - time, 0));",
    to: 'this.init.report.dropped(signal, bytes("held already"));',
    kinds: ["a wrong event"],
    within: 1000,
  },
  {
    name: "the drain by the number of a group that may be gone",
    file: "init/process-tree.ts",
    from: "if (this.init.payload.hasEnded) linux.pidfd_send_signal(this.group, signal, 0, PIDFD_SIGNAL_PROCESS_GROUP);",
    to: "if (this.init.payload.hasEnded) linux.kill(-this.init.payload.pid, signal);",
    kinds: ["a bystander was signalled"],
    within: 20_000,
  },
  {
    name: "a SIGCONT that the init's own stop discards",
    file: "init/job.ts",
    from: "const isContinued = takeIfPending(Signal.CONT);",
    to: "const isContinued = false;",
    kinds: ["a signal was lost"],
    within: 20_000,
  },
  {
    name: "only the payload killed after the grace time",
    file: "init/process-tree.ts",
    from: "this.signal(Signal.KILL, NO_GROUP);",
    to: "",
    // At a drain's end the payload is gone, and nobody is killed at all.
    kinds: ["somebody was not killed", "a time is missed"],
    within: 1000,
  },
  {
    name: "a plain write where others may have filled the pipe again",
    file: "report/write.ts",
    from: "if (result == -Errno.EAGAIN && isPipe(file)) {",
    to: "if (false) {",
    kinds: ["a write waits"],
    within: 5000,
  },
  {
    name: "children of children are not looked for",
    file: "init/process-tree.ts",
    from: "found += abs(this.findChildren(pid, thread));",
    to: "found += 0;",
    kinds: ["somebody was not asked to end", "somebody was not killed"],
    within: 5000,
  },
  {
    name: "without lists of children nobody is looked for",
    file: "init/process-tree.ts",
    from: "if (found < 0 || self == 1)",
    to: "if (self == 1)",
    kinds: ["somebody was not asked to end", "somebody was not killed", "a time is missed"],
    within: 5000,
  },
  {
    name: "without lists of children everybody is a descendant",
    file: "init/process-tree.ts",
    from: "isMarked(<i32>statField(stat, PARENT))",
    to: "statField(stat, PARENT) > 0",
    kinds: ["a bystander was signalled"],
    within: 5000,
  },
  {
    name: "a SIGTERM that those who are stopped never take",
    file: "init/process-tree.ts",
    from: "if (this.wanted == Signal.TERM) this.give(process, pid, Signal.CONT);",
    to: "",
    kinds: ["somebody was asked to end, and not continued"],
    within: 1000,
  },
  {
    name: "children that /proc hides are left out",
    file: "init/process-tree.ts",
    from: "const isOurs = isChild || this.isBelow(pid);",
    to: "const isOurs = this.isBelow(pid);",
    kinds: ["somebody was not asked to end", "somebody was not killed", "a time is missed"],
    within: 1000,
  },
  {
    name: "a secret's pipe that is waited for for ever",
    file: "linux/input.ts",
    from: "else if (result == 0) result = -Errno.EAGAIN;",
    to: "",
    kinds: [PAYLOAD_STATE],
    within: 5000,
  },
  {
    name: "no second look for those who entered the namespace",
    file: "init/shutdown.ts",
    from: "this.looksAgainAt = now() + LOOK;",
    to: "",
    kinds: ["the init goes on"],
    within: 5000,
  },
];

/** Builds the module with a mutant, or, to see that it is the same, without one; `options` are the compiler's. */
export async function build(mutant?: Mutant, options: readonly string[] = []): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  let isBroken = mutant === undefined;
  const main = "src/executable/main.ts";
  const { error, stderr } = await asc.main([main, ...ascOptions, ...options, "--baseDir", root, "-o", "module.wasm"], {
    readFile(name, base) {
      const path = join(base, name);
      if (!existsSync(path)) return null;
      let code = readFileSync(path, "utf8");
      if (mutant !== undefined && path === join(root, dirname(main), mutant.file)) {
        if (!code.includes(mutant.from)) throw new Error(`${mutant.file} has no ${mutant.from}`);
        code = code.replace(mutant.from, () => mutant.to);
        isBroken = true;
      }
      return withByteLiterals(code);
    },
    writeFile(name, contents) {
      if (name === "module.wasm") wasm = contents as Uint8Array;
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`${mutant?.name}: ${error?.message} ${stderr}`);
  if (!isBroken) throw new Error(`${mutant?.file} is not among the sources`);
  return wasm;
}
