import { limitNames } from "../options/words";
import { ResourceLimit } from "../plan/resource-limit";
import { parseWhole } from "../support/numbers";
import { indexOfWord } from "../support/word-list";

/** RLIM_INFINITY */
const UNLIMITED: u64 = 0xffff_ffff_ffff_ffff;

/** Reads `nofile=1024:4096`, `core=unlimited` or `cpu=60` (both limits); null when it is none of the kind. */
export function parseLimit(text: string): ResourceLimit | null {
  const equals = text.indexOf("=");
  if (equals < 0) return null;
  const resource = indexOfWord(limitNames, text.substring(0, equals));
  const value = text.substring(equals + 1);
  const colon = value.indexOf(":");
  const soft = colon < 0 ? value : value.substring(0, colon);
  const hard = colon < 0 ? value : value.substring(colon + 1);
  if (resource < 0 || !isAmount(soft) || !isAmount(hard)) return null;
  if (amount(soft) > amount(hard)) return null;
  return new ResourceLimit(resource, amount(soft), amount(hard), text);
}

function isAmount(text: string): bool {
  return text == "unlimited" || parseWhole(text, i64.MAX_VALUE) >= 0;
}

function amount(text: string): u64 {
  return text == "unlimited" ? UNLIMITED : <u64>parseWhole(text, i64.MAX_VALUE);
}
