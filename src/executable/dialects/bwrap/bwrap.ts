import { argument } from "../../linux/arguments";
import { Namespace } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { helpOfBwrap } from "../../options/help";
import { Option, Taker } from "../../options/option";
import { EnvironmentChangeKind } from "../../plan/environment-change";
import { Plan } from "../../plan/plan";
import { messageLine, STDERR, STDOUT } from "../../report/messages";
import { writeLine } from "../../report/write";
import { stringFrom } from "../../support/bytes";
import { CommandLineSource } from "../shared/argument-source";
import { checkModifiers } from "../shared/file-options";
import { changeEnvironment } from "../shared/init-options";
import { OptionReader } from "../shared/option-reader";
import { takeOptionsVariable } from "../shared/options-variable";
import { print, printAndExit } from "../shared/print";
import { takeOption } from "../shared/take-option";
import { BWRAP_VERSION } from "../shared/text";
import { laterDescriptor } from "../shared/values";
import { BwrapMessages } from "./messages";

/** bubblewrap: its options, defaults, words and exit statuses. */
export function readBwrap(): Plan {
  const messages = new BwrapMessages();
  // bubblewrap's readers know two lines. In REIN_OPTIONS the same option asks for all.
  messages.tellsEvents = false;
  const plan = new Plan(messages);
  plan.subreaper = false;
  plan.sharesGroup = true;
  plan.endsBySignals = true;
  plan.inheritsCapabilities = true;
  plan.namesAsBubblewrap = true;
  takeOptionsVariable(plan);
  const source = new CommandLineSource();
  const options = new OptionReader(source, messages, "", Taker.BWRAP);
  while (options.next()) {
    if (!takeOwnOption(options, plan, messages) && !takeOption(options, plan))
      options.refuse(messages.fatal().text("Unknown option ").outside(options.option));
    checkModifiers(options, plan);
  }
  options.end();
  checkModifiers(options, plan);
  if (source.peek() == null) help(STDERR, messages.refusalStatus);
  // It always makes a new root.
  plan.askedSandbox.namespaces |= Namespace.MOUNT;
  // bubblewrap leaves that to this option, which does not do for root.
  plan.refusesTyping = plan.askedSandbox.newSession;
  // And hands its caller's keyring on, but it knows no other users.
  plan.leavesKeyring = plan.user != null;
  plan.payloadIndex = source.taken + 1;
  return plan;
}

/** What bubblewrap has alone, or reads in another way than rein. False when it is another option. */
function takeOwnOption(options: OptionReader, plan: Plan, messages: BwrapMessages): bool {
  switch (options.id) {
    case Option.VERSION:
      printAndExit(BWRAP_VERSION);
      break;
    case Option.HELP:
      help(STDOUT, 0);
      break;
    case Option.LEVEL_PREFIX:
      messages.prefixesLevel = true;
      break;
    case Option.NOT_A_SECURITY_BOUNDARY:
      break;
    case Option.CHDIR:
      if (plan.directory != null) options.givenAgain();
      plan.directory = options.value();
      break;
    case Option.SETENV:
      changeEnvironment(plan, EnvironmentChangeKind.SET, options.value(), options.value());
      break;
    case Option.UNSETENV:
      changeEnvironment(plan, EnvironmentChangeKind.UNSET, options.value());
      break;
    case Option.JSON_STATUS_FD:
      plan.statusFile = laterDescriptor(options, plan.statusFile);
      break;
    default:
      return false;
  }
  return true;
}

function help(file: i32, status: i32): void {
  usage(file);
  for (let i = 0; helpOfBwrap(i) != 0; i++) print(helpOfBwrap(i), file);
  linux.exit_group(status);
}

function usage(file: i32): void {
  writeLine(
    messageLine
      .text("usage: ")
      .outside(stringFrom(argument(0)))
      .text(" [OPTIONS...] [--] COMMAND [ARGS...]"),
    file,
  );
}
