import * as linux from "../../linux/linux";
import { Plan } from "../../plan/plan";
import { refuse } from "../../report/messages";
import { CommandLineSource } from "../shared/argument-source";
import { checkLastModifiers, checkModifiers } from "../shared/file-options";
import { takeReinOption } from "../shared/init-options";
import { OptionReader } from "../shared/option-reader";
import { takeOptionsVariable } from "../shared/options-variable";
import { print } from "../shared/print";
import { takeFilterOption } from "../shared/restriction-options";
import { takeSandboxOption } from "../shared/sandbox-options";
import { takeOptionBeyond } from "../shared/sandbox-options-beyond";
import { HELP, HELP_BEYOND, HELP_FILES, HELP_FILTERS, HELP_NAMESPACES, REIN_VERSION } from "../shared/text";
import { ReinMessages } from "./messages";

/** The executable under its own name. */
export function readRein(): Plan {
  const plan = new Plan(new ReinMessages());
  takeOptionsVariable(plan);
  const source = new CommandLineSource();
  const options = new OptionReader(source, plan.messages, "");
  while (options.next()) {
    const text = textFor(options.option);
    if (text != 0) {
      options.refuseValue();
      print(text);
      if (text == HELP_NAMESPACES) printFurther();
      linux.exit_group(0);
    }
    if (!takeAnyOption(options, plan)) options.refuse(options.problem().text("no such option; rein --help lists them"));
    checkModifiers(options, plan);
  }
  checkLastModifiers(options, plan);
  if (source.peek() == null) {
    refuse(plan.messages, plan.messages.fatal().text("no command to run; give one, as in: rein node server.js"));
  }
  plan.payloadIndex = source.taken + 1;
  plan.closesDescriptors = plan.sandbox != null;
  plan.locksMounts = plan.sandbox != null;
  plan.refusesTyping = plan.sandbox != null;
  return plan;
}

function takeAnyOption(options: OptionReader, plan: Plan): bool {
  return (
    takeReinOption(options, plan) ||
    takeSandboxOption(options, plan) ||
    takeOptionBeyond(options, plan) ||
    takeFilterOption(options, plan)
  );
}

/** The text that an option asks for; 0 when it asks for none. */
function textFor(option: string): usize {
  if (option == "--version") return REIN_VERSION;
  if (option == "--help-sandbox") return HELP_NAMESPACES;
  return option == "-h" || option == "--help" ? HELP : 0;
}

/** The rest of the sandbox's options. */
function printFurther(): void {
  print(HELP_FILES);
  print(HELP_BEYOND);
  print(HELP_FILTERS);
}
