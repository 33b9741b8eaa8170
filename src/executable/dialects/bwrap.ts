import { argument } from "../linux/arguments";
import { Namespace } from "../linux/flags";
import * as linux from "../linux/linux";
import { EnvironmentChangeKind } from "../payload/environment";
import { Plan } from "../plan";
import { messageLine, refuse, STDERR, STDOUT } from "../report/voice";
import { Sandbox } from "../sandbox/sandbox";
import { stringFrom } from "../support/bytes";
import { parseWhole } from "../support/numbers";
import { BwrapVoice } from "./bwrap-voice";
import { takeFilterOption } from "./filter-options";
import { OptionReader } from "./option-reader";
import { print, takeOptionsVariable } from "./rein";
import { changeEnvironment, takeDroppedCapability } from "./rein-options";
import { checkLastModifiers, checkModifiers, takeSandboxOption } from "./sandbox-options";
import { BWRAP_VERSION } from "./text";
import { CommandLine } from "./words";

/** bubblewrap: its options, defaults, words and exit statuses. */
export function readBwrap(): Plan {
  const voice = new BwrapVoice();
  const plan = new Plan(voice);
  plan.subreaper = false;
  plan.sharesGroup = true;
  plan.inheritsCapabilities = true;
  takeOptionsVariable(plan);
  const words = new CommandLine();
  const options = new OptionReader(words, voice, "");
  while (options.next()) {
    if (options.option == "--version") linux.exit_group(print(BWRAP_VERSION));
    if (options.option == "--help") linux.exit_group(usage(STDOUT, 0));
    if (!takeOwnOption(options, plan, voice) && !takeSandboxOption(options, plan) && !takeFilterOption(options, plan))
      options.refuse(voice.fatal().text("Unknown option ").outside(options.option));
    checkModifiers(options, plan);
  }
  checkLastModifiers(options, plan);
  if (words.peek() == null) linux.exit_group(usage(STDERR, 1));
  // It always makes a new root.
  if (plan.sandbox == null) plan.sandbox = new Sandbox();
  plan.sandbox!.namespaces |= Namespace.MOUNT;
  plan.payloadIndex = words.taken + 1;
  return plan;
}

function takeOwnOption(options: OptionReader, plan: Plan, voice: BwrapVoice): bool {
  const name = options.option;
  if (name == "--level-prefix") voice.prefixesLevel = true;
  else if (name == "--chdir") {
    if (plan.directory != null) voice.warn("Only the last --chdir option will take effect");
    plan.directory = options.value();
  } else if (name == "--setenv") changeEnvironment(plan, EnvironmentChangeKind.SET, options.value(), options.value());
  else if (name == "--unsetenv") changeEnvironment(plan, EnvironmentChangeKind.UNSET, options.value());
  else if (name == "--clearenv") changeEnvironment(plan, EnvironmentChangeKind.CLEAR);
  else if (name == "--cap-drop") takeDroppedCapability(options, plan);
  else if (name == "--json-status-fd") plan.statusFile = <i32>parseWhole(options.value(), 0x7fff_ffff);
  else return false;
  return true;
}

function usage(file: i32, status: i32): i32 {
  messageLine
    .text("usage: ")
    .outside(stringFrom(argument(0)))
    .text(" [OPTIONS...] [--] COMMAND [ARGS...]\n")
    .writeTo(file);
  return status;
}
