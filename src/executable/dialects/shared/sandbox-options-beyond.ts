import { FileOperation, Operation } from "../../plan/file-operation";
import { canStand, IdRange, parseRange } from "../../plan/id-map";
import { JoinedNamespace, parseJoin } from "../../plan/joined-namespace";
import { Plan } from "../../plan/plan";
import { Sandbox } from "../../plan/sandbox";
import { parseWhole } from "../../support/numbers";
import { indexOfWord } from "../../support/word-list";
import { refuseLoneSource } from "./file-options";
import { OptionReader } from "./option-reader";

/** What the sandbox of rein has beyond bubblewrap's, in the order of the names below. */
enum Option {
  UID_MAP,
  GID_MAP,
  JOIN,
  UNSHARE_TIME,
  MONOTONIC_OFFSET,
  BOOTTIME_OFFSET,
  // Operations on the new root's files, in the order of their kinds
  MASK,
  READ_ONLY_PATH,
  SYSFS,
  CGROUP,
}

const names: usize = wordList(
  "uid-map,gid-map,join,unshare-time,monotonic-offset,boottime-offset,mask,read-only-path,sysfs,cgroup",
);

/** KTIME_SEC_MAX (linux/ktime.h), which no clock can pass. */
const LONGEST: i64 = 9_223_372_036;

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
  if (option >= Option.MASK) {
    const operation = new FileOperation(Operation.MASK + <i32>(option - Option.MASK), options.option);
    operation.target = options.address();
    if (sandbox.lastSources > 0) refuseLoneSource(options);
    sandbox.add(operation);
    return true;
  }
  switch (option) {
    case Option.UID_MAP:
      sandbox.uidMap = range(options, sandbox.uidMap);
      break;
    case Option.GID_MAP:
      sandbox.gidMap = range(options, sandbox.gidMap);
      break;
    case Option.JOIN:
      sandbox.joined = joined(options, sandbox.joined);
      break;
    case Option.MONOTONIC_OFFSET:
      sandbox.monotonicOffset = seconds(options);
      sandbox.unsharesTime = true;
      break;
    case Option.BOOTTIME_OFFSET:
      sandbox.boottimeOffset = seconds(options);
      sandbox.unsharesTime = true;
      break;
    default:
      sandbox.unsharesTime = true;
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

function joined(options: OptionReader, previous: JoinedNamespace | null): JoinedNamespace {
  const text = options.value();
  const joined = parseJoin(text, previous);
  if (joined == null)
    options.refuse(
      options
        .isNot(text)
        .text(
          "a namespace; give KIND:PATH, as in net:/run/netns/blue; KIND is user, mount, pid, net, ipc, uts, cgroup or time",
        ),
    );
  return joined!;
}

/** A number of seconds, which may be below 0. */
function seconds(options: OptionReader): i64 {
  const text = options.value();
  const isNegative = text.startsWith("-");
  const size = parseWhole(isNegative ? text.substring(1) : text, LONGEST);
  if (size < 0) options.refuse(options.isNot(text).text("a number of seconds; give one as 86400 or -3600"));
  return isNegative ? -size : size;
}
