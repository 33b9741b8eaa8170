import * as host from "../host/host";
import { argument, argumentCount, givenArguments, givenCount, skipArguments } from "../linux/arguments";
import { AT_EMPTY_PATH, F_SETFD } from "../linux/flags";
import * as linux from "../linux/linux";
import { callersMaskIs, callersMaskNow } from "../signals/incoming";
import { stringFrom, terminated } from "../support/bytes";
import { decimal, parseWhole } from "../support/numbers";
import { decidingFile } from "./registry";
import { lacksStreams } from "./standard-streams";

/**
 * A stage is started with the arguments of the one before it, which it reads
 * again; before them stand its name and the few things that cannot be read
 * there. This is those.
 */
export class StageArguments {
  /** The stage's end of the handshake; 0 for the supervisor, which has none. */
  socket: i32 = 0;
  /** The program's sealed image. */
  image: i32 = -1;
  /** The supervisor's pid, as its caller knows it. */
  supervisor: i32 = 0;
  /** Who the caller is outside. */
  uid: u32 = 0;
  gid: u32 = 0;
  /** The namespaces that were made, a `Namespace` bit each. */
  namespaces: i32 = 0;
  /** The capabilities that root lacks as the caller, and gets in no user namespace either, a bit each. */
  lacking: u64 = 0;
  /** The caller has a terminal to type on. */
  hasTerminal: bool = true;
  /** The stage leads a process group of its own. */
  leadsGroup: bool = false;
  /** The terminal at its input is to be its own, when all is set up. */
  takesForeground: bool = false;
  /** The caller has closed a standard stream. */
  lacksStreams: bool = false;
}

const HAS_TERMINAL = 1;
const LACKS_STREAMS = 2;
const LEADS_GROUP = 4;
const TAKES_FOREGROUND = 8;

const COUNT: i32 = 10;
const LARGEST: i64 = i64.MAX_VALUE;

/** Takes them off the arguments, so that those are as the first stage had them; null when somebody else has started us. */
export function takeStageArguments(): StageArguments | null {
  for (let i = 1; i <= COUNT; i++) if (numberAt(i) < 0) return null;
  const taken = new StageArguments();
  taken.socket = <i32>numberAt(1);
  taken.image = <i32>numberAt(2);
  taken.supervisor = <i32>numberAt(3);
  // The mask that we were started with is the supervisor's, which blocks everything.
  callersMaskIs((numberAt(4) << 32) | numberAt(5));
  taken.uid = <u32>numberAt(6);
  taken.gid = <u32>numberAt(7);
  taken.namespaces = <i32>numberAt(8);
  taken.hasTerminal = (numberAt(9) & HAS_TERMINAL) != 0;
  taken.lacksStreams = (numberAt(9) & LACKS_STREAMS) != 0;
  taken.lacking = <u64>numberAt(10);
  taken.leadsGroup = (numberAt(9) & LEADS_GROUP) != 0;
  taken.takesForeground = (numberAt(9) & TAKES_FOREGROUND) != 0;
  skipArguments(COUNT + 1);
  return taken;
}

function numberAt(index: i32): i64 {
  return index < argumentCount() ? parseWhole(stringFrom(argument(index)), LARGEST) : -1;
}

/**
 * Executes this program again from its sealed image, as `stage` and with
 * `given`. Its end of the handshake goes along, and `statusFile`. Returns only
 * when that failed: `-errno`.
 */
export function executeStage(stage: usize, given: StageArguments, statusFile: i32): i32 {
  // Without the socket the stage takes its supervisor for gone, and ends without a word.
  const kept = given.socket > 2 ? linux.fcntl(given.socket, F_SETFD, 0) : 0;
  if (kept < 0) return kept;
  linux.fcntl(given.image, F_SETFD, 0);
  if (statusFile > 2) linux.fcntl(statusFile, F_SETFD, 0);
  return linux.execveat(given.image, bytes(""), vectorFor(stage, given), host.environmentVector(), AT_EMPTY_PATH);
}

/** The vector that starts `stage` with `given`. Its memory is taken from the heap: it is for processes that execute it. */
function vectorFor(stage: usize, given: StageArguments): u64 {
  const mask = callersMaskNow();
  const flags =
    (given.hasTerminal ? HAS_TERMINAL : 0) |
    (lacksStreams() ? LACKS_STREAMS : 0) |
    (given.leadsGroup ? LEADS_GROUP : 0) |
    (given.takesForeground ? TAKES_FOREGROUND : 0);
  const count = givenCount();
  const vector = host.addressOf(heap.alloc(host.vectorSize(count + COUNT + 2)));
  host.storeAddress(vector, 0, host.addressOf(stage));
  host.storeAddress(vector, 1, decimal(given.socket));
  host.storeAddress(vector, 2, decimal(given.image));
  host.storeAddress(vector, 3, decimal(given.supervisor));
  host.storeAddress(vector, 4, decimal(<i64>(mask >> 32)));
  host.storeAddress(vector, 5, decimal(<i64>(mask & 0xffff_ffff)));
  host.storeAddress(vector, 6, decimal(given.uid));
  host.storeAddress(vector, 7, decimal(given.gid));
  host.storeAddress(vector, 8, decimal(given.namespaces));
  host.storeAddress(vector, 9, decimal(flags));
  host.storeAddress(vector, 10, decimal(<i64>given.lacking));
  const old = givenArguments();
  for (let i = 0; i <= count; i++) host.storeAddress(vector, i + COUNT + 1, host.loadAddress(old, i));
  // The stage's file is the image, which has another name or none.
  if (decidingFile.length > 0) host.storeAddress(vector, COUNT + 1, host.addressOf(terminated(decidingFile)));
  return vector;
}
