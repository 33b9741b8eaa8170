import { list, record, refuse, text } from "./values.ts";
import { CAPABILITY_NAMES } from "./words.ts";

type CapabilityName = (typeof CAPABILITY_NAMES)[number];

/** A capability of capabilities(7), with or without `CAP_`, or all of them. */
export type Capability = CapabilityName | `CAP_${CapabilityName}` | "ALL";

/** The executable's arguments for capabilities; checks them. */
export function capabilityArguments(
  option: string,
  value: { readonly add?: readonly Capability[]; readonly drop?: readonly Capability[] },
): string[] {
  const { add = [], drop = [] } = record(option, value, ["add", "drop"]);
  const dropped = list(`${option}.drop`, drop, capability).flatMap((one) => ["--cap-drop", one]);
  return [...dropped, ...list(`${option}.add`, add, capability).flatMap((one) => ["--cap-add", one])];
}

function capability(option: string, value: unknown): string {
  const plain = text(option, value).replace(/^CAP_/, "");
  const isKnown = value === "ALL" || (CAPABILITY_NAMES as readonly string[]).includes(plain);
  return isKnown ? (value as string) : refuse(option, value, "a capability: give a name as NET_RAW, or ALL");
}
