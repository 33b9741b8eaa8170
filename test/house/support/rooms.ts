// Files belong to rooms: a room is a folder, or a file that is one by itself.

import { dirname } from "node:path";
import type { Graph } from "./graph.ts";
import type { Imports } from "./imports.ts";

/** The room of the files that are in no folder: a package's own entries. */
export const TOP = ".";

/** The room that a file is in: itself if it is declared as one, or else its folder. */
function roomOf(file: string, order: readonly string[] = []): string {
  return order.includes(file) ? file : dirname(file);
}

/** Which rooms each room imports from. */
export function roomGraph(imports: Imports, order: readonly string[] = []): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, imported] of imports) {
    const room = roomOf(file, order);
    const others = [...imported].map((one) => roomOf(one, order)).filter((other) => other !== room);
    graph.set(room, new Set([...(graph.get(room) ?? []), ...others]));
  }
  return graph;
}

/** What is against an order of rooms, the top one first; empty when nothing is. */
export function problems(imports: Imports, order: readonly string[]): string[] {
  const files = [...imports.keys()];
  const level = (file: string): number => order.indexOf(roomOf(file, order));
  const homeless = files
    .filter((file) => level(file) < 0)
    .map((file) => `${file} is in no room: declare ${dirname(file)}, above all that it imports from`);
  const empty = order
    .filter((room) => !files.some((file) => roomOf(file, order) === room))
    .map((room) => `${room} is declared, and no file is in it`);
  const upward = [...imports].flatMap(([file, imported]) =>
    [...imported]
      .filter((one) => level(one) >= 0 && level(one) < level(file))
      .map((one) => `${file} imports ${one}, and ${roomOf(one, order)} is above ${roomOf(file, order)}`),
  );
  return [...homeless, ...empty, ...upward];
}

/** For circles of rooms: which imports make the arrows of one that `circles` found. */
export function arrows(circle: string, imports: Imports, order: readonly string[] = []): string[] {
  const rooms = circle.split(" → ");
  return [...imports].flatMap(([file, imported]) => {
    const room = roomOf(file, order);
    const next = rooms.flatMap((one, index) => (one === room ? (rooms[index + 1] ?? []) : []));
    return [...imported].filter((one) => next.includes(roomOf(one, order))).map((one) => `${file} imports ${one}`);
  });
}
