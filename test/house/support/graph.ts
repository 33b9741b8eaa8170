// Circles in a graph, and what is said of them.

/** What each node leads to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * A shortest circle through every node that is in one, each once, written as
 * `a → b → a`. Empty when there are none.
 */
export function circles(graph: Graph): string[] {
  const found = new Set<string>();
  for (const start of graph.keys()) {
    const circle = shortestCircle(graph, start);
    if (circle === undefined) continue;
    // The same circle begins at each of its nodes.
    const first = circle.indexOf(circle.toSorted()[0] ?? start);
    const turned = [...circle.slice(first), ...circle.slice(0, first)];
    found.add([...turned, turned[0]].join(" → "));
  }
  return [...found].sort();
}

/** The nodes of the shortest way from a node back to it; breadth first. */
function shortestCircle(graph: Graph, start: string): string[] | undefined {
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
