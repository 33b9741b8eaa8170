import { Signal, signalBit } from "../../linux/signals";
import { Plan } from "../../plan/plan";
import { messageLine, say } from "../../report/messages";
import { describeSignal } from "../../report/signal-phrases";
import { waitOnlyFor } from "../../signals/incoming";
import { ReinMessages } from "../rein/messages";
import { CommandLineSource } from "../shared/argument-source";
import { takeOptionsVariable } from "../shared/options-variable";
import { printAndExit } from "../shared/print";
import { PAUSE_VERSION } from "../shared/text";

/** What is not left to its default action: the ends, what tells of children, and what a lost reader of stderr raises. */
const WANTED: u64 =
  signalBit(Signal.INT) | signalBit(Signal.TERM) | signalBit(Signal.CHLD) |
  signalBit(Signal.PIPE) | signalBit(Signal.XFSZ); // biome-ignore format: a set

/** What it says of its own, it says in pause's words. */
class PauseMessages extends ReinMessages {
  override notAReaper(): void {
    say(messageLine.text("Warning: pause should be the first process"));
  }

  override pauseEnded(signal: i32): void {
    say(describeSignal(messageLine.text("Shutting down, got signal: "), signal));
  }
}

/** Kubernetes' pause, which holds a pod's namespaces: no command, and no option but `-v`, wherever it stands. */
export function readPause(): Plan {
  const plan = new Plan(new PauseMessages());
  plan.subreaper = false;
  plan.pauses = true;
  takeOptionsVariable(plan);
  const source = new CommandLineSource();
  for (let word = source.peek(); word != null; word = source.peek()) {
    if (word == "-v" || word == "-V") printAndExit(PAUSE_VERSION);
    source.skip();
  }
  waitOnlyFor(WANTED);
  return plan;
}
