// What docs/architecture.md and CONTRIBUTING.md name is there, and the pictures of rooms show what imports what.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { Graph } from "./support/graph.ts";
import { readImports } from "./support/imports.ts";
import { roomGraph, TOP } from "./support/rooms.ts";

const root = join(import.meta.dirname, "../..");
const architecture = readFileSync(join(root, "docs/architecture.md"), "utf8");
/** Where the paths of a page begin. */
const pages = { "docs/architecture.md": ["", "src/executable"], "CONTRIBUTING.md": [""] };
/** Not in a fresh checkout. */
const BUILT = ["dist", "node_modules", ".tools"];

/** The paths in a text that lead nowhere. A word is one when it begins with a folder of one of `bases`. */
function missing(text: string, bases: readonly string[]): string[] {
  const words = text.matchAll(/(?<![\w/.:-])\.?[\w-][\w.-]*\/[\w./-]*/g);
  return [...words].flatMap(([match]) => {
    const word = match.replace(/\.+$/, "");
    const [first = ""] = word.split("/");
    const base = BUILT.includes(first) ? undefined : bases.find((one) => existsSync(join(root, one, first)));
    return base === undefined || existsSync(join(root, base, word)) ? [] : [word];
  });
}

for (const [page, bases] of Object.entries(pages)) {
  const skip = !existsSync(join(root, page)) && "there is no such page";
  test(`every path that ${page} names is there`, { skip }, () => {
    const text = readFileSync(join(root, page), "utf8");
    assert.deepEqual(missing(text, bases), []);
    const links = [...text.matchAll(/\]\(([^()#:]+)[^()]*\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => !existsSync(join(root, dirname(page), link)));
    assert.deepEqual(broken, []);
  });
}

test("a path that is not there is seen, and what begins with no folder of ours is none", () => {
  const text = "`src/none.ts`, init/none.ts. See test/house/, /proc/init/none, fs/none.c, dist/none";
  assert.deepEqual(missing(text, ["", "src/executable"]), ["src/none.ts", "init/none.ts"]);
});

for (const folder of ["executable", "library"]) {
  const imports = importsWithin(folder);
  // The library's own entries are one room.
  const graph = roomGraph(
    imports,
    folder === "library" ? [] : [...imports.keys()].filter((file) => !file.includes("/")),
  );
  const { boxes, arrows } = picture(folder, [...graph.keys()]);
  const boxOf = (room: string): string => boxes.get(room) ?? room;
  const between = [...graph].flatMap(([from, rooms]) => [...rooms].map((to) => ({ from, to })));

  test(`the picture of src/${folder} has an arrow, or a way of arrows, for every import`, () => {
    const lacking = between.filter(
      ({ from, to }) => boxOf(from) !== boxOf(to) && !reachable(arrows, boxOf(from)).has(boxOf(to)),
    );
    assert.deepEqual(lacking, []);
  });

  test(`the picture of src/${folder} has no arrow but for imports`, () => {
    const drawn = [...arrows].flatMap(([from, to]) => [...to].map((one) => `${from} --> ${one}`));
    assert.ok(drawn.length > 0, "there is a picture");
    const real = new Set(between.map(({ from, to }) => `${boxOf(from)} --> ${boxOf(to)}`));
    assert.deepEqual(
      drawn.filter((arrow) => !real.has(arrow)),
      [],
    );
  });

  test(`every room of src/${folder} is told of`, () => {
    const place = folder === "library" ? "src/library/" : "";
    const names = [...graph.keys()].map((room) => (room === TOP ? place : `${place}${room}`));
    const untold = names.filter((name) => ![name, `${name}/`].some((one) => architecture.includes(`\`${one}\``)));
    assert.deepEqual(untold, []);
  });
}

/** The files of one folder of src, and which of them each imports. */
function importsWithin(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const prefix = `${folder}/`;
  const own = (files: Iterable<string>): string[] =>
    [...files].filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  const all = readImports(join(root, "src"));
  return new Map(own(all.keys()).map((file) => [file, new Set(own(all.get(prefix + file) ?? []))]));
}

/** The box of each room, and the arrows between boxes, of the chart behind the comment that names the folder. */
function picture(folder: string, rooms: readonly string[]): { boxes: ReadonlyMap<string, string>; arrows: Graph } {
  const [, chart = ""] = architecture.split(`<!-- imports of src/${folder} -->`)[1]?.split("```") ?? [];
  const boxes = new Map<string, string>();
  for (const [, box = "", label = ""] of chart.matchAll(/(\w+)\["(.*?)"\]/g))
    for (const name of label.split("<br>")) boxes.set(rooms.includes(name) ? name : TOP, box);
  const arrows = new Map<string, Set<string>>();
  for (const [, from = "", to = ""] of chart.matchAll(/^ *(\w+)(?:\[.*?\])? --> (\w+)/gm))
    arrows.set(from, new Set([...(arrows.get(from) ?? []), to]));
  return { boxes, arrows };
}

/** The boxes that arrows lead to from one. */
function reachable(arrows: Graph, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const ways = [from];
  for (const box of ways) {
    for (const next of arrows.get(box) ?? []) {
      if (!found.has(next)) ways.push(next);
      found.add(next);
    }
  }
  return found;
}
