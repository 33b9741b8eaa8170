import { integer, record } from "./values.ts";

/** The resources of getrlimit(2). */
export type LimitName =
  | ("cpu" | "fsize" | "data" | "stack" | "core" | "rss" | "nproc" | "nofile")
  | ("memlock" | "as" | "locks" | "sigpending" | "msgqueue" | "nice" | "rtprio" | "rttime");

export type LimitValue = number | "unlimited";

/** One value for both limits of getrlimit(2), or one for each. */
export type Limit = LimitValue | { readonly soft: LimitValue; readonly hard: LimitValue };

const LIMITS: readonly LimitName[] = [
  ...(["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile"] as const),
  ...(["memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"] as const),
];

/** The executable's arguments for limits; checks them. */
export function limitArguments(option: string, limits: Readonly<Partial<Record<LimitName, Limit>>>): string[] {
  return Object.entries(record(option, limits, LIMITS)).flatMap(([resource, limit]) => {
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
