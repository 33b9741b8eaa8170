import * as linux from "../../linux/linux";
import { Environment, OPTIONS_VARIABLE } from "../../payload/environment";
import { Plan } from "../../plan/plan";
import { messageLine, refuse, STDOUT } from "../../report/messages";
import { writeLine } from "../../report/write";
import { CommandLineSource, VariableSource } from "../shared/argument-source";
import { checkLastModifiers, checkModifiers } from "../shared/file-options";
import { takeReinOption } from "../shared/init-options";
import { OptionReader } from "../shared/option-reader";
import { takeFilterOption } from "../shared/restriction-options";
import { takeSandboxOption } from "../shared/sandbox-options";
import { takeOptionBeyond } from "../shared/sandbox-options-beyond";
import { HELP, HELP_BEYOND, HELP_FILES, HELP_FILTERS, HELP_NAMESPACES, REIN_VERSION } from "../shared/text";
import { ReinMessages } from "./messages";

/** What is read of it: memory for options is never given back. */
const LONGEST = 32_768;

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
      linux.exit_group(text == HELP_NAMESPACES ? helpFurther() : 0);
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

/**
 * Takes the options in REIN_OPTIONS, under whatever name we run: behind
 * `docker run --init` nobody can give arguments to the init (moby#43776). What
 * the command line says comes later and wins.
 */
export function takeOptionsVariable(plan: Plan): void {
  const value = new Environment().get(OPTIONS_VARIABLE);
  if (value == null) return;
  if (value.length > LONGEST)
    refuse(plan.messages, plan.messages.fatal().text(OPTIONS_VARIABLE).text(": it is longer than 32 kB"));
  const source = new VariableSource(value);
  const options = new OptionReader(source, plan.messages, OPTIONS_VARIABLE);
  while (options.next()) {
    if (!takeReinOption(options, plan) && !takeFilterOption(options, plan))
      options.refuse(options.problem().text("no such option; rein --help lists them"));
  }
  const operand = source.peek();
  if (operand != null) {
    const line = plan.messages.fatal().text(OPTIONS_VARIABLE).text(': "').outside(operand);
    refuse(plan.messages, line.text('" is not an option, and only options can stand there'));
  }
}

/** The text that an option asks for; 0 when it asks for none. */
function textFor(option: string): usize {
  if (option == "--version") return REIN_VERSION;
  if (option == "--help-sandbox") return HELP_NAMESPACES;
  return option == "-h" || option == "--help" ? HELP : 0;
}

/** The rest of the sandbox's options. */
function helpFurther(): i32 {
  print(HELP_FILES);
  print(HELP_BEYOND);
  return print(HELP_FILTERS);
}

/** Prints a text that was asked for. Returns the exit status. */
export function print(text: usize): i32 {
  writeLine(messageLine.bytes(text), STDOUT);
  return 0;
}
