import { Option } from "../../options/option";
import { Plan } from "../../plan/plan";
import { takeFileOption } from "./file-options";
import { takeInitOption } from "./init-options";
import { OptionReader } from "./option-reader";
import { takeRestriction } from "./restriction-options";
import { takeSandboxOption } from "./sandbox-options";

/** Takes the option that was read last into the plan. False when there is none that may stand here. */
export function takeOption(options: OptionReader, plan: Plan): bool {
  if (options.id < 0) return false;
  const option: Option = options.id;
  return (
    takeInitOption(option, options, plan) ||
    takeSandboxOption(option, options, plan) ||
    takeFileOption(option, options, plan) ||
    takeRestriction(option, options, plan)
  );
}
