import { integer, record } from "./values.ts";
import { LIMIT_NAMES } from "./words.ts";

/** The resources of getrlimit(2). */
export type LimitName = (typeof LIMIT_NAMES)[number];

export type LimitValue = number | "unlimited";

/** One value for both limits of getrlimit(2), or one for each. */
export type Limit = LimitValue | { readonly soft: LimitValue; readonly hard: LimitValue };

/** The executable's arguments for limits; checks them. */
export function limitArguments(option: string, limits: Readonly<Partial<Record<LimitName, Limit>>>): string[] {
  return Object.entries(record(option, limits, LIMIT_NAMES)).flatMap(([resource, limit]) => {
    const place = `${option}.${resource}`;
    const { soft, hard } = typeof limit === "object" ? record(place, limit, ["soft", "hard"]) : both(limit);
    return ["--rlimit", `${resource}=${limitValue(`${place}.soft`, soft)}:${limitValue(`${place}.hard`, hard)}`];
  });
}

function both<T>(value: T): { soft: T; hard: T } {
  return { soft: value, hard: value };
}

function limitValue(option: string, value: Limit | undefined): string {
  return value === "unlimited" ? value : integer(option, value, 0, Number.MAX_SAFE_INTEGER);
}
