/** `--user-from-env`: a user by the numbers in variables, as images for home servers have PUID and PGID. */

import { Environment } from "../../payload/environment";
import { LARGEST_ID } from "../../plan/id-map";
import { Plan } from "../../plan/plan";
import { parseWhole } from "../../support/numbers";
import { OptionReader } from "./option-reader";
import { variable } from "./values";

/** `NAME[:NAME]`: what a variable holds takes the place of that part of the user who was asked for before. */
export function takeUserFromVariables(options: OptionReader, plan: Plan): void {
  const names = variable(options);
  if (plan.staysUser) return;
  const given = plan.user;
  if (partOf(names, 0) == "" || partOf(names, 1) == "")
    options.refuse(options.isNot(names).text("one or two names; give them as in PUID or PUID:PGID"));
  let text = "";
  let isFound = false;
  let missing: string | null = null;
  for (let part = 0; part < 2; part++) {
    const name = partOf(names, part);
    let id: string | null = null;
    if (name != null) id = idFrom(options, name);
    isFound = isFound || id != null;
    if (id == null && given != null) id = partOf(given, part);
    if (id != null) text = part == 0 ? id : text.concat(":").concat(id);
    // Without its group a number may be nobody's, who would get our own: root's.
    else if (name != null && missing == null) missing = name;
  }
  if (given != null && !isFound) return;
  if (missing != null)
    options.refuse(options.problem().outside(missing).text(" is not set, nor has a --user before it that part"));
  plan.user = text;
}

/** What stands before the colon, or behind it; null where nothing does. */
function partOf(text: string, part: i32): string | null {
  const colon = text.indexOf(":");
  if (part == 0) return colon < 0 ? text : text.substring(0, colon);
  return colon < 0 ? null : text.substring(colon + 1);
}

/** The number in the variable; null where it is not set, or empty, as Compose leaves it. */
function idFrom(options: OptionReader, name: string): string | null {
  const text = new Environment().get(name);
  if (text == null || text.length == 0) return null;
  if (parseWhole(text, LARGEST_ID) < 0)
    options.refuse(
      options.problem().outside(name).text(': "').outside(text).text('" is no id; give digits, at most 4294967294'),
    );
  return text;
}
