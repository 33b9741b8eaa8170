/** ` (did you mean "namespaces"?)` where one of the names is nearly what was written; else empty. */
export function didYouMean(written: string, names: Iterable<string>): string {
  const most = Math.max(1, Math.floor(written.length / 3));
  const candidates = [...names].map((name) => ({ name, distance: distanceBetween(written, name) }));
  const nearest = candidates.sort((one, other) => one.distance - other.distance)[0];
  return nearest !== undefined && nearest.distance <= most ? ` (did you mean ${JSON.stringify(nearest.name)}?)` : "";
}

/** How many letters must be put in, left out or exchanged: Levenshtein's distance; upper case is as good as lower. */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one.toLowerCase()].entries()) {
    const next = [i + 1];
    for (const [j, otherLetter] of [...other.toLowerCase()].entries()) {
      const exchanged = (row[j] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
