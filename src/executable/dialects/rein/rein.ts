import * as linux from "../../linux/linux";
import { helpOfRein, helpOfSandbox } from "../../options/help";
import { Option, Taker } from "../../options/option";
import { Plan } from "../../plan/plan";
import { refuse } from "../../report/messages";
import { CommandLineSource } from "../shared/argument-source";
import { checkModifiers } from "../shared/file-options";
import { OptionReader } from "../shared/option-reader";
import { takeOptionsVariable } from "../shared/options-variable";
import { print, printAndExit } from "../shared/print";
import { takeOption } from "../shared/take-option";
import { REIN_VERSION } from "../shared/text";
import { completeConfinement, takeConfinement } from "./confine";
import { ReinMessages } from "./messages";

/** The executable under its own name. */
export function readRein(): Plan {
  const plan = new Plan(new ReinMessages());
  takeOptionsVariable(plan);
  const source = new CommandLineSource();
  const options = new OptionReader(source, plan.messages, "", Taker.REIN);
  while (options.next()) {
    printIfAsked(options);
    if (options.id == Option.CONFINE) takeConfinement(options, plan);
    else if (!takeOption(options, plan)) options.refuseUnknown();
    checkModifiers(options, plan);
  }
  options.end();
  checkModifiers(options, plan);
  if (source.peek() == null) {
    refuse(plan.messages, plan.messages.fatal().text("no command to run; give one, as in: rein node server.js"));
  }
  plan.payloadIndex = source.taken + 1;
  if (plan.sandbox != null) completeSandbox(plan, options);
  return plan;
}

/** What a sandbox keeps from its command by this name, and by that of bwrap hands on. */
function completeSandbox(plan: Plan, options: OptionReader): void {
  const sandbox = plan.sandbox!;
  if (sandbox.confinement != null) completeConfinement(options, sandbox);
  if (!sandbox.asksPropagation) sandbox.isPrivate = true;
  plan.closesDescriptors = true;
  plan.locksMounts = true;
  plan.refusesTyping = true;
  plan.leavesKeyring = true;
  plan.leavesGroup = true;
}

/** Prints the text that the option asks for, and ends the process; else does nothing. */
function printIfAsked(options: OptionReader): void {
  switch (options.id) {
    case Option.VERSION:
      options.refuseValue();
      printAndExit(REIN_VERSION);
      break;
    case Option.HELP:
      options.refuseValue();
      for (let i = 0; helpOfRein(i) != 0; i++) print(helpOfRein(i));
      linux.exit_group(0);
      break;
    case Option.HELP_SANDBOX:
      options.refuseValue();
      for (let i = 0; helpOfSandbox(i) != 0; i++) print(helpOfSandbox(i));
      linux.exit_group(0);
      break;
    default:
      break;
  }
}
