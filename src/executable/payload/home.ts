import { EnvironmentChange, EnvironmentChangeKind } from "../plan/environment-change";
import { Plan } from "../plan/plan";
import { Environment } from "./environment";
import { User } from "./user";

/**
 * The payload's HOME as the options have it so far, before its environment is made; null for none. (What `--file-env`
 * reads is not known yet.) Ends the process, after saying why, where there is no such user.
 */
export function homeOf(plan: Plan): string | null {
  const user = plan.user;
  let change = plan.environment;
  while (change != null) {
    const current: EnvironmentChange = change;
    if (current.kind == EnvironmentChangeKind.CLEAR) break;
    if (current.name == "HOME" && current.kind != EnvironmentChangeKind.FROM_FILE)
      return current.kind == EnvironmentChangeKind.SET ? current.value : null;
    change = current.previous;
  }
  if (user != null) return new User(user, plan.messages).home;
  return change == null ? new Environment().get("HOME") : null;
}
