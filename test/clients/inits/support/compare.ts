// One form in one situation, on both sides; what differs is either meant or a failure.

import type { TestContext } from "node:test";
import { differences, type Field } from "../differences.ts";
import type { Situation } from "../situations.ts";
import { describeForm, type Form, keepsShell } from "./form.ts";
import { Life, type Observation, type Place } from "./life.ts";
import { type Side, sides } from "./side.ts";

const fields: readonly Field[] = ["status", "stdout", "stderr", "processes"];

/** The meant differences that were seen. */
export const seen: Set<string> = new Set();

async function play(t: TestContext, side: Side, form: Form, situation: Situation, place: Place): Promise<Observation> {
  const life = await Life.start(t, side, form, place, situation.command, situation.launch);
  if (situation.act !== undefined) {
    await life.ready();
    await situation.act(life);
  }
  const observation = await life.end();
  if (!situation.unordered) return observation;
  return { ...observation, stdout: observation.stdout.split("\n").toSorted().join("\n") };
}

/** The lines of one that the other does not have so often. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** What differs and is not meant, as lines for a failure's message; empty if all is as it should be. */
export function unexplained(
  form: Form,
  situation: string,
  place: Place,
  real: Observation,
  ours: Observation,
): string[] {
  const found: string[] = [];
  for (const field of fields) {
    if (real[field] === ours[field]) continue;
    const text = describeForm(form);
    // Which of two that write or end comes first depends on the moment; so does how many ends one SIGCHLD tells, and whether
    // a second SIGTERM comes while the first one waits.
    const varies = field !== "processes" && (/ -\w*[vw]|_DEBUG|_VERBOSITY/.test(text) || keepsShell(form));
    const linesOf = (all: string): string[] => (varies ? [...new Set(all.split("\n"))] : all.split("\n"));
    const lines = { real: linesOf(real[field]), ours: linesOf(ours[field]) };
    const only = { real: without(lines.real, lines.ours), ours: without(lines.ours, lines.real) };
    let rest = 0;
    for (const side of sides) {
      for (const line of only[side]) {
        const meant = differences.find(
          (difference) =>
            difference.fields.includes(field) &&
            difference.inits.includes(form.init) &&
            (difference.forms?.test(text) ?? true) &&
            (difference.situations?.test(situation) ?? true) &&
            (difference.place ?? place) === place &&
            difference[side]?.test(line),
        );
        if (meant !== undefined) seen.add(meant.what);
        else found.push(`${field}, ${side} alone: ${line}`);
        rest++;
      }
    }
    if (rest === 0 && !varies)
      found.push(`${field}: the same lines in another order:\n${real[field]}\n---\n${ours[field]}`);
  }
  return found;
}

/** Plays a situation on both sides at once, and returns what differs and is not meant. */
export async function compare(t: TestContext, form: Form, situation: Situation, place: Place): Promise<string[]> {
  const [real, ours] = await Promise.all(sides.map((side) => play(t, side, form, situation, place)));
  if (real === undefined || ours === undefined) throw new Error("there are two sides");
  const found = unexplained(form, situation.name, place, real, ours);
  return found.length === 0 ? [] : [`${place}, the command ${situation.name}:`, ...found.map((line) => `  ${line}`)];
}
