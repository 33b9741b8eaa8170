import { argument, argumentCount } from "../../linux/arguments";
import * as linux from "../../linux/linux";
import { Environment } from "../../payload/environment";
import { Plan } from "../../plan/plan";
import { self } from "../../reexec/registry";
import { Level, Messages, messageLine, STDERR, STDOUT } from "../../report/messages";
import { parseSignal } from "../../report/signal-names";
import { writeLine } from "../../report/write";
import { stringFrom } from "../../support/bytes";
import { leadingNumber, parseWhole } from "../../support/numbers";
import { CommandLineSource } from "../shared/argument-source";
import { dropDashes } from "../shared/dashes";
import { NOBODY, OptionReader } from "../shared/option-reader";
import { takeOptionsVariable } from "../shared/options-variable";
import { printAndExit } from "../shared/print";
import { LICENSE, TINI_VERSION } from "../shared/text";
import { TiniMessages } from "./messages";

/** tini and Docker's copy of it, docker-init: its options, variables, words and exit statuses. */
export function readTini(): Plan {
  const messages = new TiniMessages();
  const plan = new Plan(messages);
  plan.subreaper = false;
  plan.mapsFailures = true;
  takeVariables(plan);
  takeOptionsVariable(plan);
  const source = new CommandLineSource();
  if (argumentCount() == 2 && source.peek()! == "--version") printAndExit(TINI_VERSION);
  const options = new OptionReader(source, messages, "", NOBODY);
  while (options.next()) {
    if ((options.option == "-p" || options.option == "-e") && !options.hasValue()) {
      misuse(words("option requires an argument"), options);
    }
    switch (options.option) {
      case "-h":
        usage(messages, STDOUT, 0);
        break;
      case "-l":
        printAndExit(LICENSE);
        break;
      case "-s":
        plan.subreaper = true;
        break;
      case "-g":
        plan.toGroup = true;
        plan.sharesGroup = false;
        break;
      case "-v":
        messages.verbosity++;
        break;
      case "-w":
        plan.warnOnReap = true;
        break;
      case "-p":
        plan.parentDeathSignal = parentDeathSignal(options);
        break;
      case "-e":
        plan.exitStatus.set(expectedStatus(options), 0);
        break;
      default:
        misuse(words("invalid option"), options);
    }
  }
  if (source.peek() == null) usage(messages, STDERR, messages.refusalStatus);
  takeVerbosity(messages);
  plan.payloadIndex = source.taken + 1;
  if (!options.endedByDashes) dropDashes(plan);
  return plan;
}

/** tini takes these when they are set at all, even to nothing. They count for less than the command line. */
function takeVariables(plan: Plan): void {
  const environment = new Environment();
  if (environment.take(bytes("TINI_SUBREAPER=")) != null) plan.subreaper = true;
  if (environment.take(bytes("TINI_KILL_PROCESS_GROUP=")) != null) plan.toGroup = true;
}

/** tini looks at this one behind its options: it counts for more than any -v. Below zero is the most, as its number has no sign. */
function takeVerbosity(messages: TiniMessages): void {
  const text = new Environment().take(bytes("TINI_VERBOSITY="));
  if (text != null) messages.verbosity = <i32>min<u32>(<u32>leadingNumber(text), Level.DETAIL);
}

function parentDeathSignal(options: OptionReader): i32 {
  const text = options.value();
  const signal = parseSignal(text);
  if (signal < 0) refuseValue(options, text);
  return signal;
}

function expectedStatus(options: OptionReader): i32 {
  const text = options.value();
  const status = parseWhole(text, 255);
  if (status < 0) refuseValue(options, text);
  return <i32>status;
}

function refuseValue(options: OptionReader, value: string): void {
  options.refuse(
    options.messages.fatal().text("Not a valid option for ").text(options.option).text(": ").outside(value),
  );
}

/** What getopt(3) says, to which `--foo` is the option `-` in a cluster, and how the program is used. Ends the process. */
function misuse(what: usize, options: OptionReader): void {
  const line = messageLine.outside(stringFrom(argument(0)));
  writeLine(line.text(": ").packed(what).text(" -- '").outside(options.option.charAt(1)).text("'"), STDERR);
  usage(options.messages, STDERR, 1);
}

function usage(messages: Messages, file: i32, status: i32): void {
  const name = self();
  messageLine.text(name).text(" (").packed(TINI_VERSION).text(")\nUsage: ").text(name);
  messageLine.text(" [OPTIONS] PROGRAM -- [ARGS] | --version\n\n");
  messageLine.text("Execute a program under the supervision of a valid init process (").text(name).text(")\n");
  writeLine(messageLine.packed(OPTIONS), file);
  linux.exit_group(status);
}

const OPTIONS = words(`
Command line options:

  --version: Show version and exit.
  -h: Show this help message and exit.
  -s: Register as a process subreaper (requires Linux >= 3.4).
  -p SIGNAL: Trigger SIGNAL when parent dies, e.g. "-p SIGKILL".
  -v: Generate more verbose output. Repeat up to 3 times.
  -w: Print a warning when processes are getting reaped.
  -g: Send signals to the child's process group.
  -e EXIT_CODE: Remap EXIT_CODE (from 0 to 255) to 0 (can be repeated).
  -l: Show license and exit.

Environment variables:

  TINI_SUBREAPER: Register as a process subreaper (requires Linux >= 3.4).
  TINI_VERBOSITY: Set the verbosity level (default: 1).
  TINI_KILL_PROCESS_GROUP: Send signals to the child's process group.
  REIN_OPTIONS: What else this init can do (rein --help).
`);
