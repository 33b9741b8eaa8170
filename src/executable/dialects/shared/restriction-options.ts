import { EXECUTION, READING, WRITING } from "../../confine/landlock";
import { RuleType, Scope, TcpRight } from "../../linux/landlock";
import { Option } from "../../options/option";
import { profileNames, scopeNames } from "../../options/words";
import { Filter, Profile } from "../../plan/filter";
import { LandlockRule } from "../../plan/landlock";
import { Plan } from "../../plan/plan";
import { askForFile } from "../../reexec/brought-arguments";
import { putErrno } from "../../report/errno-phrases";
import { parseWhole } from "../../support/numbers";
import { OptionReader } from "./option-reader";
import { LARGEST_DESCRIPTOR, word } from "./values";

const LARGEST_PORT: i64 = 65_535;
const ONLY = "--seccomp";
const ADDED = "--add-seccomp-fd";

/** Takes an option about seccomp or Landlock. False when it is another. */
export function takeRestriction(option: Option, options: OptionReader, plan: Plan): bool {
  switch (option) {
    case Option.SECCOMP:
      takeOnlyFilter(options, plan);
      break;
    case Option.ADD_SECCOMP_FD:
      if (find(plan, ONLY) != null) refuseBoth(options);
      addFilter(options, plan, openDescriptor(options), Profile.NONE);
      break;
    case Option.SECCOMP_PROFILE:
      addFilter(
        options,
        plan,
        -1,
        Profile.DEFAULT + word(options, profileNames, words("a profile; give default or strict")),
      );
      break;
    case Option.LANDLOCK_RO:
    case Option.LANDLOCK_RO_TRY:
      addPath(options, plan, READING, option == Option.LANDLOCK_RO_TRY);
      break;
    case Option.LANDLOCK_RW:
    case Option.LANDLOCK_RW_TRY:
      addPath(options, plan, WRITING, option == Option.LANDLOCK_RW_TRY);
      break;
    case Option.LANDLOCK_EXEC:
    case Option.LANDLOCK_EXEC_TRY:
      addPath(options, plan, EXECUTION, option == Option.LANDLOCK_EXEC_TRY);
      break;
    case Option.LANDLOCK_CONNECT_TCP:
      addPort(options, plan, TcpRight.CONNECT);
      break;
    case Option.LANDLOCK_BIND_TCP:
      addPort(options, plan, TcpRight.BIND);
      break;
    case Option.LANDLOCK_SCOPE:
      plan.landlock.scopes |=
        Scope.ABSTRACT_UNIX << word(options, scopeNames, words("a scope; give abstract-unix or signal"));
      break;
    case Option.LANDLOCK_LOG:
      plan.landlock.isLogged = true;
      break;
    case Option.LOG_DENIED:
      plan.tellsDenials = true;
      break;
    case Option.LANDLOCK_STRICT:
      plan.landlock.isStrict = true;
      break;
    default:
      return false;
  }
  // Without it the kernel takes neither from anybody but root: a set-uid program would be restricted by its caller.
  plan.noNewPrivileges = true;
  return true;
}

/** `--seccomp`: the only one, and of several the last. */
function takeOnlyFilter(options: OptionReader, plan: Plan): void {
  if (find(plan, ADDED) != null) refuseBoth(options);
  const earlier = find(plan, ONLY);
  const file = openDescriptor(options);
  if (earlier == null) addFilter(options, plan, file, Profile.NONE);
  else earlier.replaceFile(file);
}

function find(plan: Plan, option: string): Filter | null {
  let filter = plan.filters;
  while (filter != null && filter.option != option) filter = filter.previous;
  return filter;
}

function refuseBoth(options: OptionReader): void {
  const other = options.option == ONLY ? ADDED : ONLY;
  options.refuse(options.messages.fatal().text(options.option).text(" cannot be combined with ").text(other));
}

function addFilter(options: OptionReader, plan: Plan, file: i32, profile: Profile): void {
  plan.filters = new Filter(plan.filters, options.option, file, profile);
}

/**
 * A descriptor that is open already. It is read much later; by then one that was
 * not there could be one of our own, from which nothing comes.
 */
function openDescriptor(options: OptionReader): i32 {
  const text = options.value();
  const file = <i32>parseWhole(text, LARGEST_DESCRIPTOR);
  if (file < 0) options.refuse(options.messages.fatal().text("Invalid fd: ").outside(text));
  const result = askForFile(file);
  if (result < 0) {
    const line = options.isReins
      ? options.problem().text("descriptor ").number(file)
      : options.messages.fatal().text("Can't read seccomp data");
    options.refuse(putErrno(line.text(": "), -result));
  }
  return file;
}

function addPath(options: OptionReader, plan: Plan, rights: u64, mayBeMissing: bool): void {
  const landlock = plan.landlock;
  const path = options.value();
  landlock.handlesFiles = true;
  const rule = new LandlockRule(landlock.rules, options.option, path, RuleType.PATH, rights, 0);
  rule.mayBeMissing = mayBeMissing;
  landlock.rules = rule;
}

/** `none` is no port: TCP is denied, and this option allows nothing of it. */
function addPort(options: OptionReader, plan: Plan, rights: u64): void {
  const landlock = plan.landlock;
  const text = options.value();
  landlock.handlesTcp = true;
  if (text == "none") return;
  const port = <i32>parseWhole(text, LARGEST_PORT);
  if (port < 0) options.refuse(options.isNot(text).text("a port; give 0 to 65535, or none"));
  landlock.rules = new LandlockRule(landlock.rules, options.option, text, RuleType.PORT, rights, port);
}
