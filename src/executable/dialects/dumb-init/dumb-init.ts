import * as linux from "../../linux/linux";
import { Signal, signalBit } from "../../linux/signals";
import { Environment } from "../../payload/environment";
import { Plan } from "../../plan/plan";
import { Level, messageLine, STDERR } from "../../report/messages";
import { writeLine } from "../../report/write";
import { Line } from "../../support/line";
import { parseWhole } from "../../support/numbers";
import { END, Getopt, putProgram } from "../shared/getopt";
import { takeOptionsVariable } from "../shared/options-variable";
import { printAndExit } from "../shared/print";
import { DUMB_INIT_VERSION } from "../shared/text";
import { DumbInitMessages } from "./messages";

/** The options, in the order of their letters and names below. */
enum Option {
  HELP,
  SINGLE_CHILD,
  REWRITE,
  VERBOSE,
  VERSION,
}

/** The largest signal that `-r` takes, and gives. */
const LARGEST: i32 = Signal.SYS;

/** dumb-init: its options, variables, words and exit statuses (its dumb-init.c). */
export function readDumbInit(): Plan {
  const messages = new DumbInitMessages();
  const plan = new Plan(messages);
  plan.subreaper = false;
  plan.toGroup = true;
  plan.stopsOnSignal = true;
  takeOptionsVariable(plan);
  const options = new Getopt(bytes("hcrvV"), wordList("help,single-child,rewrite,verbose,version"), Option.REWRITE);
  let rewritten: u64 = 0;
  for (let option = options.next(); option != END; option = options.next()) {
    switch (option) {
      case Option.HELP:
        help();
        break;
      case Option.SINGLE_CHILD:
        beSingleChild(plan);
        break;
      case Option.REWRITE: {
        const from = takeRewrite(options.value, plan);
        if (from == Signal.NONE) misuse(messageLine.packed(REWRITE_USAGE), messages);
        rewritten |= signalBit(from);
        break;
      }
      case Option.VERBOSE:
        messages.verbosity = Level.DETAIL;
        break;
      case Option.VERSION:
        printAndExit(DUMB_INIT_VERSION, STDERR);
        break;
      default:
        linux.exit_group(messages.refusalStatus);
    }
  }
  if (options.source.peek() == null) misuse(usage(), messages);
  plan.payloadIndex = options.source.taken + 1;
  takeVariables(plan, messages);
  plan.newSession = !plan.sharesGroup;
  if (plan.newSession) stopForGood(plan, ~rewritten);
  return plan;
}

function beSingleChild(plan: Plan): void {
  plan.sharesGroup = true;
  plan.toGroup = false;
}

/** They are read last, and so say what the options leave open: with no command they say nothing. */
function takeVariables(plan: Plan, messages: DumbInitMessages): void {
  const environment = new Environment();
  const debug = environment.take(bytes("DUMB_INIT_DEBUG="));
  if (debug != null && debug == "1") {
    messages.verbosity = Level.DETAIL;
    messages.debug(words("Running in debug mode."));
  }
  const session = environment.take(bytes("DUMB_INIT_SETSID="));
  if (session != null && session == "0") {
    beSingleChild(plan);
    messages.debug(words("Not running in setsid mode."));
  }
}

/** `FROM:TO`, as `sscanf(…, "%d:%d", …)` reads it. Returns FROM, or `Signal.NONE` for what is none. */
function takeRewrite(text: string, plan: Plan): i32 {
  const colon = text.indexOf(":");
  if (colon < 0) return Signal.NONE;
  const from = parseWhole(text.substring(0, colon), LARGEST);
  const to = parseWhole(text.substring(colon + 1), LARGEST);
  if (from <= 0 || to < 0) return Signal.NONE;
  plan.rewrite.set(<i32>from, <i32>to);
  return <i32>from;
}

/**
 * A process group that is alone in its session is an orphaned one, whose members
 * the kernel does not stop by these signals; nothing but SIGSTOP does. `wanted`
 * are those for which nobody asked for something else.
 */
function stopForGood(plan: Plan, wanted: u64): void {
  for (let signal: i32 = Signal.TSTP; signal <= Signal.TTOU; signal++) {
    if ((wanted & signalBit(signal)) != 0) plan.rewrite.set(signal, Signal.STOP);
  }
}

function misuse(text: Line, messages: DumbInitMessages): void {
  writeLine(text, STDERR);
  linux.exit_group(messages.refusalStatus);
}

function help(): void {
  writeLine(putProgram(messageLine.packed(DUMB_INIT_VERSION).text("\nUsage: ")).packed(OPTIONS), STDERR);
  linux.exit_group(0);
}

function usage(): Line {
  putProgram(messageLine.text("Usage: ")).text(" [option] program [args]\nTry ");
  return putProgram(messageLine).text(" --help for full usage.");
}

const REWRITE_USAGE = words(`Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.
This option can be specified multiple times.
Use --help for full usage.`);

const OPTIONS = words(` [option] command [[arg] ...]

dumb-init is a simple process supervisor that forwards signals to children.
It is designed to run as PID1 in minimal container environments.

Optional arguments:
   -c, --single-child   Run in single-child mode.
                        In this mode, signals are only proxied to the
                        direct child and not any of its descendants.
   -r, --rewrite s:r    Rewrite received signal s to new signal r before proxying.
                        To ignore (not proxy) a signal, rewrite it to 0.
                        This option can be specified multiple times.
   -v, --verbose        Print debugging information to stderr.
   -h, --help           Print this help message and exit.
   -V, --version        Print the current version and exit.

Full help is available online at https://github.com/Yelp/dumb-init`);
