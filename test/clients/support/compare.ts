// A client's tests: each runs it on bubblewrap and on the executable, and compares all that was seen.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync } from "node:fs";
import { after, test } from "node:test";
import { APP } from "../../support/accounts.ts";
import { tooFewProcesses } from "../../support/process-limit.ts";
import { bubblewrapVersion, unavailable, unavailableTo, type Which } from "./bubblewraps.ts";
import { hasToOccur, type Meant, mayOccur, meant } from "./differences.ts";
import { compare, type Difference, looked, type Observations, reword } from "./observations.ts";
import { makeBase, makePlace, type Person, type Place, type Request, runClient } from "./place.ts";

export interface Client {
  readonly name: string;
  /** Words that make it tell its version; none where the client is a list of options. */
  readonly version?: readonly string[];
  /** Files that have to be there, each with what installs it. */
  readonly needs?: Readonly<Record<string, string>>;
  /** Why nobody but root can run it here. */
  readonly rootOnly?: string | false;
}

export interface Scenario {
  /** What is run. */
  readonly name: string;
  /** Who runs it; both, if nothing is said. */
  readonly person?: Person;
  /** It has many processes at once, as everything in Node.js has. */
  readonly crowd?: boolean;
  /** Why it is only in the long mode. */
  readonly long?: string;
  /** Why it is only in the long mode that an ordinary user runs it as well. */
  readonly longForUsers?: string;
  /** Why it cannot be run here. */
  readonly skip?: string | false;
  /** What is run in the place; the same for both. */
  request(place: Place): Request | Promise<Request>;
  /** Nothing looks around inside. */
  readonly blind?: true;
  /** More than one run, or other looks; instead of `request`'s run alone. */
  observe?(place: Place, request: Request): Promise<Observations>;
}

/** One line of the page. */
export interface Row {
  readonly client: string;
  /** Which of the client's tests it is. */
  readonly place: number;
  readonly version: string;
  readonly bubblewrap: string;
  readonly scenario: string;
  readonly person: Person;
  readonly skipped?: string;
  /** The differences, by what the list says of them. */
  readonly differences: readonly string[];
  /** Those that it does not have: with them the test fails. */
  readonly unlisted?: readonly Difference[];
}

/** Another number for each test: what an earlier one has left to be reaped counts for its user. */
let users = 2_000_000 + 500 * APP;
const usersUnavailable = unavailable || unavailableTo(users++);

/** Where the rows of the page are to be written. */
const rows = process.env.REIN_CLIENTS_ROWS;
const long = process.env.REIN_CLIENTS_LONG !== undefined;

function versionOf({ version }: Client): string {
  if (version === undefined) return "";
  const { stdout, stderr } = spawnSync(version[0] ?? "", version.slice(1), { encoding: "utf8" });
  return /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? "";
}

function whyNot(client: Client): string | false {
  for (const [file, installer] of Object.entries(client.needs ?? {})) {
    if (!existsSync(file)) return `${client.name} wants ${file}: ${installer}`;
  }
  return unavailable;
}

const shown = ({ key, bubblewrap, rein }: Difference): string =>
  `${key}\n  bubblewrap: ${JSON.stringify(bubblewrap)}\n  rein:       ${JSON.stringify(rein)}`;

/** The tests of a client; one file has one. Returns what registers them. */
export function client(about: Client): (scenario: Scenario) => void {
  const listed = meant.filter(
    (entry) =>
      mayOccur(entry, about.name) && (entry.versions?.test(bubblewrapVersion) ?? true) && (entry.long !== true || long),
  );
  const version = versionOf(about);
  const used = new Set<Meant>();
  let incomplete = false;
  const missing = whyNot(about);

  let count = 0;
  const record = (
    position: number,
    scenario: Scenario,
    person: Person,
    rest: Pick<Row, "skipped" | "differences" | "unlisted">,
  ): void => {
    const row: Row = {
      client: about.name,
      place: position,
      version,
      bubblewrap: bubblewrapVersion,
      scenario: scenario.name,
      person,
      ...rest,
    };
    if (rows !== undefined) appendFileSync(rows, `${JSON.stringify(row)}\n`);
  };

  after(() => {
    if (incomplete || process.execArgv.some((word) => word.startsWith("--test-name-pattern"))) return;
    const stale = listed.filter((entry) => hasToOccur(entry, about.name) && !used.has(entry)).map(({ what }) => what);
    assert.deepEqual(stale, [], `what does not occur with ${about.name} any more is to be taken from the list`);
  });

  return (scenario) => {
    for (const person of ["root", "an ordinary user"] as const) {
      if (scenario.person !== undefined && scenario.person !== person) continue;
      const whyLong = scenario.long ?? (person === "root" ? undefined : scenario.longForUsers);
      const position = count++;
      const skip =
        missing ||
        (person !== "root" && usersUnavailable) ||
        (scenario.skip ?? false) ||
        (whyLong !== undefined && !long && `only with --long: ${whyLong}`) ||
        (person !== "root" && ((scenario.crowd === true && tooFewProcesses) || (about.rootOnly ?? false)));
      if (skip !== false) {
        // What has no place here, or in the short form, has none of the list's differences either.
        if (skip !== scenario.skip && whyLong === undefined) incomplete = true;
        record(position, scenario, person, { skipped: skip, differences: [] });
      }
      test(`${about.name}, ${person}: ${scenario.name}`, { skip }, async (t) => {
        const base = makeBase(t);
        const uid = person === "root" ? 0 : users++;
        const observe = async (which: Which): Promise<Observations> => {
          const place = makePlace(t, base, which, uid);
          const request = await scenario.request(place);
          return await (scenario.observe?.(place, request) ?? runClient(place, request));
        };
        // What is chosen for the test alone is not to be seen in a difference.
        const personal = (text: string): string => {
          const moved = text.replaceAll(`${base}/home`, "$HOME").replaceAll(base, "$BASE");
          return uid === 0 ? moved : moved.replaceAll(`${uid}`, "$UID");
        };
        const bubblewrap = reword(await observe("bubblewrap"), personal);
        const shownAll = [...bubblewrap].map(([key, value]) => `${key}: ${value}`).join("\n");
        assert.ok(
          scenario.blind === true || looked(bubblewrap),
          `nothing was seen inside with bubblewrap\n${shownAll}`,
        );
        assert.notEqual(bubblewrap.get("status"), "does not end");
        const rein = reword(await observe("rein"), personal);
        const unlisted: Difference[] = [];
        const met = new Set<Meant>();
        for (const difference of compare(bubblewrap, rein)) {
          const entry = listed.find((candidate) => candidate.matches(difference, scenario.name));
          if (entry === undefined) unlisted.push(difference);
          else met.add(entry);
        }
        for (const entry of met) used.add(entry);
        record(position, scenario, person, { differences: [...met].map(({ what }) => what), unlisted });
        assert.equal(unlisted.map(shown).join("\n"), "");
      });
    }
  };
}
