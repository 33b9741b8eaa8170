import { parseCapability } from "../../confine/capabilities";
import { parseLimit } from "../../confine/limits";
import { Signal, signalBit } from "../../linux/signals";
import { EnvironmentChange, EnvironmentChangeKind } from "../../plan/environment-change";
import { Plan } from "../../plan/plan";
import { parseSignal } from "../../report/signal-names";
import { parseDuration, parseWhole } from "../../support/numbers";
import { indexOfWord } from "../../support/word-list";
import { OptionReader } from "./option-reader";

const LARGEST_DESCRIPTOR: i64 = 0x7fff_ffff;

/** The options, in the order of their names below. */
enum Option {
  GROUP,
  SINGLE_CHILD,
  REWRITE,
  PARENT_DEATH,
  SUBREAPER,
  EXPECT,
  VERBOSE,
  WARN_REAP,
  STOP_DELAY,
  STOP_SIGNAL,
  GRACE,
  DRAIN,
  MAP_EXIT,
  USER,
  CHDIR,
  SETENV,
  UNSETENV,
  CLEARENV,
  FILE_ENV,
  RLIMIT,
  OOM_SCORE_ADJ,
  NO_NEW_PRIVS,
  CAP_DROP,
  JSON_STATUS_FD,
}

const longNames: usize = wordList(
  "group,single-child,rewrite,parent-death,subreaper,expect,verbose,warn-reap,stop-delay,stop-signal,grace,drain,map-exit,user,chdir,setenv,unsetenv,clearenv,file-env,rlimit,oom-score-adj,no-new-privs,cap-drop,json-status-fd",
);
/** Of the first ones. */
const shortNames: usize = wordList("g,c,r,p,s,e,v,w");

/** Takes the option that was read last into the plan. False when there is no such option. */
export function takeReinOption(options: OptionReader, plan: Plan): bool {
  const name = options.option;
  const option: Option = name.startsWith("--") ? indexOfWord(longNames, name, 2) : indexOfWord(shortNames, name, 1);
  switch (option) {
    case Option.GROUP:
    case Option.SINGLE_CHILD:
      plan.toGroup = option == Option.GROUP;
      plan.sharesGroup = option == Option.SINGLE_CHILD;
      break;
    case Option.REWRITE:
      takeRewrite(options, plan);
      break;
    case Option.PARENT_DEATH:
      plan.parentDeathSignal = signal(options, options.value());
      break;
    case Option.SUBREAPER:
      plan.subreaper = true;
      break;
    case Option.EXPECT:
      plan.exitStatus.set(number(options, options.value(), 255), 0);
      break;
    case Option.VERBOSE:
      plan.messages.verbosity++;
      break;
    case Option.WARN_REAP:
      plan.warnOnReap = true;
      break;
    case Option.STOP_DELAY:
      plan.stopDelay = duration(options);
      break;
    case Option.STOP_SIGNAL:
      plan.stopSignals |= signalBit(incoming(options, options.value()));
      break;
    case Option.GRACE:
      plan.grace = duration(options);
      break;
    case Option.DRAIN:
      plan.drain = duration(options);
      break;
    case Option.MAP_EXIT:
      takeExitStatus(options, plan);
      break;
    case Option.USER:
      plan.user = options.value();
      break;
    case Option.CHDIR:
      plan.directory = options.value();
      break;
    case Option.SETENV:
      changeEnvironment(plan, EnvironmentChangeKind.SET, variable(options), options.value());
      break;
    case Option.UNSETENV:
      changeEnvironment(plan, EnvironmentChangeKind.UNSET, variable(options));
      break;
    case Option.CLEARENV:
      changeEnvironment(plan, EnvironmentChangeKind.CLEAR);
      break;
    case Option.FILE_ENV:
      changeEnvironment(plan, EnvironmentChangeKind.FROM_FILE, variable(options));
      break;
    case Option.RLIMIT:
      takeLimit(options, plan);
      break;
    case Option.OOM_SCORE_ADJ:
      plan.oomScoreAdjustment = oomScore(options);
      break;
    case Option.NO_NEW_PRIVS:
      plan.noNewPrivileges = true;
      break;
    case Option.CAP_DROP:
      takeDroppedCapability(options, plan);
      break;
    case Option.JSON_STATUS_FD:
      plan.statusFile = number(options, options.value(), LARGEST_DESCRIPTOR);
      break;
    default:
      return false;
  }
  return true;
}

/** `FROM:TO` */
function takeRewrite(options: OptionReader, plan: Plan): void {
  const value = options.value();
  const colon = colonIn(options, value, bytes("FROM:TO, as in TERM:QUIT or 15:3; TO 0 drops the signal"));
  const to = value.substring(colon + 1);
  plan.rewrite.set(incoming(options, value.substring(0, colon)), to == "0" ? 0 : signal(options, to));
}

/** `FROM:TO` */
function takeExitStatus(options: OptionReader, plan: Plan): void {
  const value = options.value();
  const colon = colonIn(options, value, bytes("FROM:TO, as in 143:0"));
  const from = number(options, value.substring(0, colon), 255);
  plan.exitStatus.set(from, number(options, value.substring(colon + 1), 255));
}

function takeLimit(options: OptionReader, plan: Plan): void {
  const value = options.value();
  const limit = parseLimit(value);
  if (limit == null)
    options.refuse(
      options.isNot(value).text("a limit; give NAME=SOFT[:HARD], as in nofile=1024:4096 or core=unlimited"),
    );
  limit!.previous = plan.limits;
  plan.limits = limit;
}

/** The last word on a capability counts. */
export function takeDroppedCapability(options: OptionReader, plan: Plan): void {
  const wanted = capabilities(options);
  plan.droppedCapabilities |= wanted;
  plan.addedCapabilities &= ~wanted;
}

export function takeAddedCapability(options: OptionReader, plan: Plan): void {
  const wanted = capabilities(options);
  plan.addedCapabilities |= wanted;
  plan.droppedCapabilities &= ~wanted;
}

function capabilities(options: OptionReader): u64 {
  const value = options.value();
  const capabilities = parseCapability(value);
  if (capabilities == 0)
    options.refuse(options.isNot(value).text("a capability; give a name of capabilities(7), as NET_RAW, or ALL"));
  return capabilities;
}

export function changeEnvironment(
  plan: Plan,
  kind: EnvironmentChangeKind,
  name: string = "",
  value: string = "",
): void {
  plan.environment = new EnvironmentChange(plan.environment, kind, name, value);
}

function colonIn(options: OptionReader, value: string, accepted: usize): i32 {
  const colon = value.indexOf(":");
  if (colon < 0) options.refuse(options.isNot(value).text("a pair; give ").bytes(accepted));
  return colon;
}

function signal(options: OptionReader, text: string): i32 {
  const signal = parseSignal(text);
  if (signal < 0)
    options.refuse(options.isNot(text).text("a signal; give a name or number, as TERM, SIGTERM, 15 or RTMIN+3"));
  return signal;
}

/** A signal that can come in and be passed on. */
function incoming(options: OptionReader, text: string): i32 {
  const number = signal(options, text);
  if (number == Signal.KILL || number == Signal.STOP || number == Signal.CHLD) {
    options.refuse(options.isNot(text).text("a signal that an init can pass on"));
  }
  return number;
}

function number(options: OptionReader, text: string, maximum: i64): i32 {
  const value = parseWhole(text, maximum);
  if (value < 0) {
    options.refuse(options.isNot(text).text("a number that it takes; give 0 to ").number(maximum));
  }
  return <i32>value;
}

function duration(options: OptionReader): i64 {
  const text = options.value();
  const milliseconds = parseDuration(text);
  if (milliseconds < 0)
    options.refuse(options.isNot(text).text("a time; give 500ms, 10s, 2m or 1h; a bare number is seconds"));
  return milliseconds;
}

function variable(options: OptionReader): string {
  const name = options.value();
  if (name.length == 0 || name.includes("="))
    options.refuse(options.isNot(name).text("a variable's name; give one without ="));
  return name;
}

/** Without the zeros at its front: the kernel takes a number that begins with one for octal. */
function oomScore(options: OptionReader): string {
  const text = options.value();
  const sign = text.startsWith("-") ? 1 : 0;
  if (parseWhole(text.substring(sign), 1000) < 0)
    options.refuse(options.isNot(text).text("an adjustment; give -1000 to 1000"));
  let start = sign;
  while (start < text.length - 1 && text.charCodeAt(start) == 0x30) start++;
  return text.substring(0, sign) + text.substring(start);
}
