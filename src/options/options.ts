import { caller } from "./caller.ts";
import { command } from "./command.ts";
import { end } from "./end.ts";
import { files } from "./files.ts";
import { messages } from "./messages.ts";
import { namespaces } from "./namespaces.ts";
import type { Option, OptionGroup } from "./option.ts";
import { restrictions } from "./restrictions.ts";
import { signals } from "./signals.ts";

/** All options by groups, in the order of the help. */
export const groups: readonly OptionGroup[] = [
  ...[signals, end, command, restrictions, messages],
  ...[namespaces, caller, files],
];

/** All options, in the same order. */
export const options: readonly Option[] = groups.flatMap((group) => group.options);
