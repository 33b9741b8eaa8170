import { fileURLToPath } from "node:url";

const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/)?\/[^()]*):\d+:\d+\)?$/;

/** The file that a function was called from; undefined where the engine does not tell. */
export function callerOf(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  const [, place] = FRAME.exec(holder.stack?.split("\n")[1] ?? "") ?? [];
  return place?.startsWith("file:") ? fileURLToPath(place) : place;
}
