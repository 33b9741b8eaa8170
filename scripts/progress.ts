/**
 * A reporter for `node --test` that says how far it is: a line for each file
 * whose tests have ended, beside the lines of the one that lists the tests.
 */
import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

export default async function* progress(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Set<string>();
  let [ended, failed] = [0, 0];
  for await (const { type, data } of events) {
    // The runner has put all files into its queue before the first one ends.
    if (type === "test:enqueue" && data.file !== undefined) files.add(data.file);
    // The last one is of the whole run, and of no file.
    if (type !== "test:summary" || data.file === undefined) continue;
    ended += 1;
    if (!data.success) failed += 1;
    const seconds = Math.ceil(data.duration_ms / 1000);
    const name = relative(process.cwd(), data.file);
    yield `-- ${ended} of ${files.size} files, ${failed} with failures: ${name}, ${seconds} s\n`;
  }
}
