import { argument, argumentCount, setArgument } from "../../linux/arguments";
import { Plan } from "../../plan/plan";
import { stringFrom } from "../../support/bytes";
/** `tini PROGRAM -- ARGUMENT`, as tini's usage has it: the dashes are not the program's. */
export function dropDashes(plan: Plan): void {
  const next = plan.payloadIndex + 1;
  if (next >= argumentCount() || stringFrom(argument(next)) != "--") return;
  setArgument(next, argument(plan.payloadIndex));
  plan.payloadIndex = next;
}
