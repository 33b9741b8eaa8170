/** A generated file. */
export interface GeneratedFile {
  /** Its path, from the project's folder on. */
  readonly path: string;
  readonly content: string;
}

/** What every generated file says of itself. */
export const NOTICE = "Generated from src/options by scripts/generate.ts: change the table, and run it.";
