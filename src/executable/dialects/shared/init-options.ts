import { parseLimit } from "../../confine/limits";
import * as linux from "../../linux/linux";
import { Signal, signalBit } from "../../linux/signals";
import { Option } from "../../options/option";
import { limitNames } from "../../options/words";
import { EnvironmentChange, EnvironmentChangeKind } from "../../plan/environment-change";
import { Plan } from "../../plan/plan";
import { ResourceLimit } from "../../plan/resource-limit";
import { indexOfWord } from "../../support/word-list";
import { takeArguments } from "./argument-file";
import { takeCgroupLimit } from "./cgroup-limits";
import { OptionReader } from "./option-reader";
import { takeUserFromVariables } from "./user-options";
import {
  capabilities,
  colonIn,
  descriptor,
  duration,
  exitStatus,
  incomingSignal,
  mask,
  oomScore,
  signal,
  variable,
} from "./values";

/** Takes an option that needs no sandbox into the plan. False when it is another. */
export function takeInitOption(option: Option, options: OptionReader, plan: Plan): bool {
  switch (option) {
    case Option.GROUP:
      plan.toGroup = true;
      plan.sharesGroup = false;
      break;
    case Option.SINGLE_CHILD:
      plan.toGroup = false;
      plan.sharesGroup = true;
      break;
    case Option.REWRITE:
      takeRewrite(options, plan);
      break;
    case Option.STOP_DELAY:
      plan.stopDelay = duration(options);
      break;
    case Option.STOP_SIGNAL:
      plan.stopSignals |= signalBit(incomingSignal(options, options.value()));
      break;
    case Option.PARENT_DEATH:
      plan.parentDeathSignal = signal(options, options.value());
      break;
    case Option.DIE_WITH_PARENT:
      plan.parentDeathSignal = Signal.KILL;
      break;
    case Option.SUBREAPER:
      plan.subreaper = true;
      break;
    case Option.GRACE:
      plan.grace = duration(options);
      break;
    case Option.DRAIN:
      plan.drain = duration(options);
      break;
    case Option.WAIT_ALL:
      // Whoever loses its parent would pass us by.
      plan.waitsForAll = plan.subreaper = true;
      break;
    case Option.EXPECT:
      plan.exitStatus.set(exitStatus(options, options.value()), 0);
      break;
    case Option.MAP_EXIT:
      takeMappedStatus(options, plan);
      break;
    case Option.USER:
    case Option.USER_IF_ROOT: {
      const user = options.value();
      plan.staysUser = option == Option.USER_IF_ROOT && linux.getuid() != 0;
      plan.user = plan.staysUser ? null : user;
      break;
    }
    case Option.USER_FROM_ENV:
      takeUserFromVariables(options, plan);
      break;
    case Option.GROUPS: {
      const groups = options.value();
      if (groups != "none") options.refuseValueOf(groups, words("a set of groups; give none"));
      plan.dropsGroups = true;
      break;
    }
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
    case Option.EXPAND:
      plan.expands = true;
      break;
    case Option.UMASK:
      plan.umask = mask(options);
      break;
    case Option.ARGV0:
      if (plan.zerothArgument != 0) options.refuseAs(words("it can be given only once|--@ used multiple times"));
      plan.zerothArgument = options.address();
      break;
    case Option.RLIMIT:
      takeLimit(options, plan);
      break;
    case Option.CGROUP_MEMORY:
    case Option.CGROUP_PIDS:
    case Option.CGROUP_CPU:
      takeCgroupLimit(options, plan);
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
    case Option.CAP_ADD:
      takeAddedCapability(options, plan);
      break;
    case Option.VERBOSE:
      plan.messages.verbosity++;
      break;
    case Option.WARN_REAP:
      plan.warnOnReap = true;
      break;
    case Option.JSON_STATUS_FD:
      plan.statusFile = descriptor(options);
      plan.messages.tellsEvents = true;
      break;
    case Option.ARGS:
      takeArguments(options, descriptor(options));
      break;
    case Option.KEEP_FD:
      plan.payloadDescriptors.add(descriptor(options));
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
  plan.rewrite.set(incomingSignal(options, value.substring(0, colon)), to == "0" ? 0 : signal(options, to));
}

/** `FROM:TO` */
function takeMappedStatus(options: OptionReader, plan: Plan): void {
  const value = options.value();
  const colon = colonIn(options, value, bytes("FROM:TO, as in 143:0"));
  const from = exitStatus(options, value.substring(0, colon));
  plan.exitStatus.set(from, exitStatus(options, value.substring(colon + 1)));
}

function takeLimit(options: OptionReader, plan: Plan): void {
  const value = options.value();
  const limit = parseLimit(value);
  if (limit == null) {
    const equals = value.indexOf("=");
    const name = equals < 0 ? value : value.substring(0, equals);
    options.refuseWord(
      value,
      words(
        "a limit; give NAME=SOFT[:HARD], SOFT being at most HARD, as nofile=1024:4096 or core=unlimited; as and its like are in bytes",
      ),
      indexOfWord(limitNames, name) < 0 ? name : "",
      limitNames,
      0,
    );
  }
  limit!.isAtMost = options.isPreset;
  limit!.previous = without(plan.limits, limit!.resource);
  plan.limits = limit;
}

/** The limits without that of a resource: set first, it could not be raised to the one that counts. */
function without(limits: ResourceLimit | null, resource: i32): ResourceLimit | null {
  if (limits == null) return null;
  limits.previous = without(limits.previous, resource);
  return limits.resource == resource ? limits.previous : limits;
}

/** The last word on a capability counts. */
function takeDroppedCapability(options: OptionReader, plan: Plan): void {
  const wanted = capabilities(options);
  plan.droppedCapabilities |= wanted;
  plan.addedCapabilities &= ~wanted;
}

function takeAddedCapability(options: OptionReader, plan: Plan): void {
  const wanted = capabilities(options);
  plan.addedCapabilities |= wanted;
  plan.droppedCapabilities &= ~wanted;
}

export function changeEnvironment(
  plan: Plan,
  kind: EnvironmentChangeKind,
  name: string = "",
  value: string = "",
): void {
  plan.environment = new EnvironmentChange(plan.environment, kind, name, value);
}
