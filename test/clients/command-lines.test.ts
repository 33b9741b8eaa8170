// The options with which public tools start bubblewrap, each with the program inside that looks around.

import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bubblewrapVersion, inspector, program } from "./support/bubblewraps.ts";
import { client } from "./support/compare.ts";
import { general } from "./support/differences.ts";
import type { Observations } from "./support/observations.ts";
import { type OptionList, optionLists } from "./support/option-lists.ts";
import { type Place, type Request, runClient } from "./support/place.ts";

const [major = 0, minor = 0] = bubblewrapVersion.split(".").map(Number);
const compareLine = client({ name: general });

/** What tools find in their caller's folder, and a root of their own that has the program. */
function fill({ folder, uid }: Place): void {
  const folders = [
    "work",
    ".git",
    "secret",
    "root",
    "root/usr",
    "root/usr/bin",
    "root/etc",
    "root/buildstream",
    "output",
    "upper-work",
  ];
  for (const name of folders) mkdirSync(join(folder, name));
  const files = { file: "content\n", "work/a.sock": "", ".bashrc": "", "work/null": "", "root/etc/passwd": "" };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  copyFileSync(program, join(folder, "root", inspector));
  for (const name of [...folders, ...Object.keys(files)]) chownSync(join(folder, name), uid, uid);
}

const descriptorFile = (place: Place, number: number): string => join(place.folder, `descriptor-${number}`);

/** A shell opens the descriptors, and becomes bubblewrap. */
function request(place: Place, { options, inputs = {}, outputs = [], reads = [] }: OptionList): Request {
  fill(place);
  const fitted = (text: string): string => text.replaceAll("$HOME", place.folder).replaceAll("$UID", `${place.uid}`);
  const redirections = [];
  for (const [number, content] of Object.entries(inputs)) {
    const file = descriptorFile(place, Number(number));
    writeFileSync(file, typeof content === "string" ? fitted(content) : content);
    chownSync(file, place.uid, place.uid);
    redirections.push(`${number}<${file}`);
  }
  for (const number of outputs) redirections.push(`${number}>${descriptorFile(place, number)}`);
  if (options.includes("--bind-fd 10")) redirections.push(`10<${join(place.folder, "work")}`);
  const words = fitted(options).trim().split(/\s+/);
  return {
    command: [
      "bash",
      "-c",
      `exec "$@" ${redirections.join(" ")}`,
      "bash",
      "bwrap",
      ...words,
      "--",
      inspector,
      "inspect",
      "3",
      ...reads,
    ],
  };
}

/** What was written to descriptors, without numbers that the kernel gives in turn. */
async function observe(place: Place, made: Request, outputs: readonly number[]): Promise<Observations> {
  const seen = new Map(await runClient(place, made));
  for (const number of outputs) {
    const file = descriptorFile(place, number);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "not there";
    seen.set(`written to descriptor ${number}`, text.replace(/("(?:child-pid|\w+-namespace)": *)\d+/g, "$1…"));
  }
  return seen;
}

for (const list of optionLists) {
  const [needsMajor, needsMinor] = list.since ?? [0, 0];
  const isOld = major < needsMajor || (major === needsMajor && minor < needsMinor);
  compareLine({
    name: list.tool,
    skip: isOld && `bubblewrap ${bubblewrapVersion} has not all of its options`,
    ...(list.fails === true && { blind: true }),
    request: (place) => request(place, list),
    observe: (place, made) => observe(place, made, list.outputs ?? []),
  });
}
