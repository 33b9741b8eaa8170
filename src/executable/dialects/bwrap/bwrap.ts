import { argument } from "../../linux/arguments";
import { Namespace } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { EnvironmentChangeKind } from "../../plan/environment-change";
import { Plan } from "../../plan/plan";
import { Sandbox } from "../../plan/sandbox";
import { checkMemory, messageLine, STDERR, STDOUT } from "../../report/messages";
import { writeLine } from "../../report/write";
import { stringFrom } from "../../support/bytes";
import { CommandLineSource } from "../shared/argument-source";
import { checkLastModifiers, checkModifiers } from "../shared/file-options";
import { changeEnvironment, takeDroppedCapability } from "../shared/init-options";
import { OptionReader } from "../shared/option-reader";
import { takeOptionsVariable } from "../shared/options-variable";
import { print, printAndExit } from "../shared/print";
import { takeFilterOption } from "../shared/restriction-options";
import { descriptor, takeSandboxOption } from "../shared/sandbox-options";
import { BWRAP_VERSION, HELP_BWRAP, HELP_FILES, HELP_FILTERS, HELP_NAMESPACES } from "../shared/text";
import { BwrapMessages } from "./messages";

/** bubblewrap: its options, defaults, words and exit statuses. */
export function readBwrap(): Plan {
  const messages = new BwrapMessages();
  const plan = new Plan(messages);
  plan.subreaper = false;
  plan.sharesGroup = true;
  plan.inheritsCapabilities = true;
  takeOptionsVariable(plan);
  const source = new CommandLineSource();
  const options = new OptionReader(source, messages, "");
  while (options.next()) {
    if (options.option == "--version") printAndExit(BWRAP_VERSION);
    if (options.option == "--help") help();
    if (
      !takeOwnOption(options, plan, messages) &&
      !takeSandboxOption(options, plan) &&
      !takeFilterOption(options, plan)
    )
      options.refuse(messages.fatal().text("Unknown option ").outside(options.option));
    checkModifiers(options, plan);
  }
  checkLastModifiers(options, plan);
  if (source.peek() == null) {
    checkMemory(messages);
    usage(STDERR);
    linux.exit_group(messages.refusalStatus);
  }
  // It always makes a new root.
  if (plan.sandbox == null) plan.sandbox = new Sandbox();
  plan.sandbox!.namespaces |= Namespace.MOUNT;
  plan.payloadIndex = source.taken + 1;
  return plan;
}

function takeOwnOption(options: OptionReader, plan: Plan, messages: BwrapMessages): bool {
  const name = options.option;
  if (name == "--level-prefix") messages.prefixesLevel = true;
  else if (name == "--chdir") {
    if (plan.directory != null) options.givenAgain();
    plan.directory = options.value();
  } else if (name == "--setenv") changeEnvironment(plan, EnvironmentChangeKind.SET, options.value(), options.value());
  else if (name == "--unsetenv") changeEnvironment(plan, EnvironmentChangeKind.UNSET, options.value());
  else if (name == "--clearenv") changeEnvironment(plan, EnvironmentChangeKind.CLEAR);
  else if (name == "--cap-drop") takeDroppedCapability(options, plan);
  else if (name == "--json-status-fd") {
    if (plan.statusFile >= 0) options.givenAgain();
    plan.statusFile = descriptor(options);
  } else return false;
  return true;
}

function help(): void {
  usage(STDOUT);
  print(HELP_NAMESPACES);
  print(HELP_FILES);
  print(HELP_FILTERS);
  printAndExit(HELP_BWRAP);
}

function usage(file: i32): void {
  writeLine(
    messageLine
      .text("usage: ")
      .outside(stringFrom(argument(0)))
      .text(" [OPTION...] [--] COMMAND [ARGUMENT...]"),
    file,
  );
}
