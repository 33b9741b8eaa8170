import { CAP_KILL, keepAtMost } from "../confine/capabilities";
import * as host from "../host/host";
import { Errno } from "../linux/errno";
import * as linux from "../linux/linux";
import { endListener } from "../linux/listener";
import { Signal } from "../linux/signals";
import { Child } from "../payload/child";
import { closeAllBut, closeAllButForCertain } from "../payload/close-descriptors";
import { Payload } from "../payload/payload";
import { giveUpTerminal } from "../payload/session";
import { NO_TERMINAL, openTerminal, Terminal } from "../payload/terminal";
import { Plan } from "../plan/plan";
import { putErrno } from "../report/errno-phrases";
import { refuse } from "../report/messages";
import { Report } from "../report/report";
import { listenToChildren } from "../signals/actions";
import { information, nextSignal, pause, waitForEver } from "../signals/incoming";
import { InitContext } from "./context";
import { Forwarder } from "./forward";
import { Job } from "./job";
import { Reaper } from "./reap";
import { Shutdown } from "./shutdown";
import { becomeReaper } from "./subreaper";

/**
 * The init stage: starts the payload, and looks after it and all orphans until
 * it has ended, and until they have too where the plan says so. Every signal is
 * blocked already. Returns the exit status.
 */
export function runInit(plan: Plan, child: Child): i32 {
  const self = linux.getpid();
  // Signals for nobody, and a payload that takes us for gone, would come of it.
  if (self < 0)
    refuse(plan.messages, putErrno(plan.messages.fatal().text("cannot know its own pid (getpid): "), -self));
  const report = new Report(plan.messages, plan.statusFile, plan.warnOnReap);
  const terminal = new Terminal(plan.passesTerminal ? openTerminal() : NO_TERMINAL);
  const payload = new Payload(plan, child);
  const context = new InitContext(plan, report, self, payload);
  const shutdown = new Shutdown(context);
  const forwarder = new Forwarder(context, shutdown);
  const job = new Job(context, terminal, forwarder);
  const reaper = new Reaper(context, job, shutdown);
  const root = bytes("/");

  plan.kept.add(plan.statusFile);
  plan.kept.add(terminal.file);
  child.prepare(terminal, self);
  becomeReaper(plan, self);
  listenToChildren();
  if (plan.newSession) giveUpTerminal(plan.messages, self);
  child.leaveCaller(plan.kept);
  if (!payload.start(report)) return plan.messages.refusalStatus;

  // From here on nothing may end this process but the end of its work: PID 1 takes the whole container along. Errors are
  // reported and survived, and nothing is allocated, so that nothing can run out.
  linux.chdir(root);
  // The payload has its own; held by the init as well, the other end of a pipe would see no end of file as long as the
  // container lives. Outside a sandbox the payload has the same ones: those that cannot be found keep nobody out, and a
  // start takes no longer.
  if (plan.closesDescriptors) closeAllButForCertain(plan.kept);
  else closeAllBut(plan.kept);
  // In a sandbox: what it set up is set up.
  if (plan.handshake >= 0) {
    const kept = keepAtMost(CAP_KILL);
    if (kept < 0) report.trouble(bytes("capset"), -kept);
  }
  shutdown.payloadStarted();

  // Children from before our execve, and a payload that was quicker than this: nobody tells of those.
  reaper.reapAll();
  while (!shutdown.isOver(reaper.isChildless)) {
    const signal = nextSignal(shutdown.timeLeft());
    if (signal == Signal.CHLD) reaper.reapAll();
    else if (signal > 0) {
      job.signalComes(signal);
      forwarder.take(information);
      job.signalTaken(signal);
    } else if (signal == -Errno.EAGAIN) {
      // The code that started the payload, and all constants: twice what an init holds while it waits. Touched, they come
      // again. Not sooner: a payload that ends at once would pay for it, a thirtieth of what a small sandbox takes.
      host.giveBackCold();
      waitForEver();
    } else if (signal != -Errno.EINTR) {
      report.trouble(bytes("rt_sigtimedwait"), -signal);
      pause();
      reaper.reapAll();
    }
    forwarder.release();
    shutdown.advance();
  }

  // Before the control group is removed, which it is in.
  endListener();
  // In the caller's group we have left the terminal alone. A shell inside may not have.
  if (plan.sharesGroup && !plan.hasOwnSession && plan.handshake < 0) terminal.openAtEnd();
  terminal.takeBackFrom(payload.pid);
  return payload.exitStatus();
}
