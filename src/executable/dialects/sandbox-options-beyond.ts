import { Plan } from "../plan";
import { canStand, IdRange, parseRange } from "../sandbox/id-maps";
import { Sandbox } from "../sandbox/sandbox";
import { indexOfWord } from "../support/word-list";
import { OptionReader } from "./option-reader";

/** What the sandbox of rein has beyond bubblewrap's, in the order of the names below. */
enum Option {
  UID_MAP,
  GID_MAP,
}

const names: usize = bytes("uid-map,gid-map");

/** Takes the option that was read last into the plan's sandbox. False when it is none of these. */
export function takeOptionBeyond(options: OptionReader, plan: Plan): bool {
  if (!options.option.startsWith("--")) return false;
  const option: Option = indexOfWord(names, options.option, 2);
  if (<i32>option < 0) return false;
  let sandbox = plan.sandbox;
  if (sandbox == null) {
    sandbox = new Sandbox();
    plan.sandbox = sandbox;
  }
  switch (option) {
    case Option.UID_MAP:
      sandbox.uidMap = range(options, sandbox.uidMap);
      break;
    default:
      sandbox.gidMap = range(options, sandbox.gidMap);
      break;
  }
  return true;
}

function range(options: OptionReader, previous: IdRange | null): IdRange {
  const text = options.value();
  const range = parseRange(text, previous);
  if (range == null)
    options.refuse(
      options.isNot(text).text("a range of ids; give INSIDE:OUTSIDE:COUNT, as in 0:100000:65536, ids up to 4294967294"),
    );
  if (!canStand(range!))
    options.refuse(options.problem().outside(text).text(" has an id that a range before it has, or is the 341st"));
  return range!;
}
