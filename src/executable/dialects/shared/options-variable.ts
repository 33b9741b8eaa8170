import { Taker } from "../../options/option";
import { Environment, OPTIONS_VARIABLE } from "../../payload/environment";
import { Plan } from "../../plan/plan";
import { refuse } from "../../report/messages";
import { VariableSource } from "./argument-source";
import { OptionReader } from "./option-reader";
import { takeOption } from "./take-option";

/** What is read of it: memory for options is never given back. */
const LONGEST = 32_768;

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
  const options = new OptionReader(source, plan.messages, OPTIONS_VARIABLE, Taker.VARIABLE);
  while (options.next()) {
    if (!takeOption(options, plan)) options.refuseUnknown();
  }
  const operand = source.peek();
  if (operand != null) {
    const line = plan.messages.fatal().text(OPTIONS_VARIABLE).text(': "').outside(operand);
    refuse(plan.messages, line.text('" is not an option, and only options can stand there'));
  }
}
