/** What is said of an option besides its own text, in the manual and the reference. */
import type { Option } from "../../src/options/option.ts";

/** A sentence about several of it, where that needs one. */
export function aboutRepeating({ repeated }: Option): string {
  return repeated === "replaces" ? " Of several the last one counts." : "";
}

/** Who takes it, as in `rein`, `REIN_OPTIONS`, `bwrap`. */
export function takers({ dialects, variable }: Option): string[] {
  return [
    ...(dialects.includes("rein") ? ["rein"] : []),
    ...(variable === true ? ["REIN_OPTIONS"] : []),
    ...(dialects.includes("bwrap") ? ["bwrap"] : []),
  ];
}
