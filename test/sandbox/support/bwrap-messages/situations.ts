// All situations.

import { command } from "./command.ts";
import { files } from "./files.ts";
import { namespaces } from "./namespaces.ts";
import { parsing, together } from "./options.ts";
import type { Situation } from "./situation.ts";

const ofAnyone = [...parsing, ...together].map((situation): Situation => ({ person: "anyone", ...situation }));

export const situations: readonly Situation[] = [...ofAnyone, ...namespaces, ...files, ...command];
