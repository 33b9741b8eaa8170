import { Plan } from "../plan/plan";
import { handArgumentsOver } from "../reexec/brought-arguments";
import { executeStage, StageArguments } from "../reexec/stage-arguments";
import { must } from "./failure/failure";

/** Executes this program again, as the stage of that name. Ends the process, after saying why, when that fails. */
export function becomeStage(name: usize, given: StageArguments, plan: Plan): void {
  must(handArgumentsOver(), words("--args: cannot keep in memory what it brought"));
  must(executeStage(name, given, plan.statusFile), words("cannot execute this program again"));
}
