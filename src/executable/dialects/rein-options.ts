import { parseSignal, signalBit } from "../linux/signals";
import { parseCapability } from "../payload/capabilities";
import { EnvironmentChange, EnvironmentChangeKind } from "../payload/environment";
import { parseLimit } from "../payload/limits";
import { Plan } from "../plan";
import { parseDuration, parseWhole } from "../support/numbers";
import { OptionReader } from "./option-reader";

const LARGEST_DESCRIPTOR: i64 = 0x7fff_ffff;

/** Takes the option that was read last into the plan. False when there is no such option. */
export function takeReinOption(options: OptionReader, plan: Plan): bool {
  return (
    takeSignalOption(options, plan) ||
    takeEndOption(options, plan) ||
    takeWorldOption(options, plan) ||
    takeEnvironmentOption(options, plan) ||
    takeMessageOption(options, plan)
  );
}

function takeSignalOption(options: OptionReader, plan: Plan): bool {
  switch (options.option) {
    case "-g":
    case "--group":
      plan.toGroup = true;
      plan.sharesGroup = false;
      return true;
    case "-c":
    case "--single-child":
      plan.sharesGroup = true;
      plan.toGroup = false;
      return true;
    case "-r":
    case "--rewrite":
      takeRewrite(options, plan);
      return true;
    case "--stop-delay":
      plan.stopDelay = duration(options);
      return true;
    case "--stop-signal":
      plan.stopSignals |= signalBit(signal(options, options.value()));
      return true;
    case "-p":
    case "--parent-death":
      plan.parentDeathSignal = signal(options, options.value());
      return true;
    case "-s":
    case "--subreaper":
      plan.subreaper = true;
      return true;
    default:
      return false;
  }
}

function takeEndOption(options: OptionReader, plan: Plan): bool {
  switch (options.option) {
    case "--grace":
      plan.grace = duration(options);
      return true;
    case "--drain":
      plan.drain = duration(options);
      return true;
    case "-e":
    case "--expect":
      plan.exitStatus[number(options, options.value(), 255)] = 0;
      return true;
    case "--map-exit": {
      const value = options.value();
      const colon = colonIn(options, value, bytes("FROM:TO, as in 143:0"));
      const from = number(options, value.substring(0, colon), 255);
      plan.exitStatus[from] = <u8>number(options, value.substring(colon + 1), 255);
      return true;
    }
    default:
      return false;
  }
}

function takeWorldOption(options: OptionReader, plan: Plan): bool {
  switch (options.option) {
    case "--user":
      plan.user = options.value();
      return true;
    case "--chdir":
      plan.directory = options.value();
      return true;
    case "--rlimit": {
      const value = options.value();
      const limit = parseLimit(value);
      if (limit == null)
        options.refuse(
          options.isNot(value).text("a limit; give NAME=SOFT[:HARD], as in nofile=1024:4096 or core=unlimited"),
        );
      plan.limits.push(limit!);
      return true;
    }
    case "--oom-score-adj":
      plan.oomScoreAdjustment = oomScore(options);
      return true;
    case "--no-new-privs":
      plan.noNewPrivileges = true;
      return true;
    case "--cap-drop": {
      const value = options.value();
      const capabilities = parseCapability(value);
      if (capabilities == 0)
        options.refuse(options.isNot(value).text("a capability; give a name of capabilities(7), as NET_RAW, or ALL"));
      plan.droppedCapabilities |= capabilities;
      return true;
    }
    default:
      return false;
  }
}

function takeEnvironmentOption(options: OptionReader, plan: Plan): bool {
  switch (options.option) {
    case "--setenv": {
      const name = variable(options);
      plan.environment.push(new EnvironmentChange(EnvironmentChangeKind.SET, name, options.value()));
      return true;
    }
    case "--unsetenv":
      plan.environment.push(new EnvironmentChange(EnvironmentChangeKind.UNSET, variable(options)));
      return true;
    case "--clearenv":
      plan.environment.push(new EnvironmentChange(EnvironmentChangeKind.CLEAR));
      return true;
    case "--file-env":
      plan.environment.push(new EnvironmentChange(EnvironmentChangeKind.FROM_FILE, variable(options)));
      return true;
    default:
      return false;
  }
}

function takeMessageOption(options: OptionReader, plan: Plan): bool {
  switch (options.option) {
    case "-v":
    case "--verbose":
      plan.voice.verbosity++;
      return true;
    case "-w":
    case "--warn-reap":
      plan.warnOnReap = true;
      return true;
    case "--json-status-fd":
      plan.statusFile = number(options, options.value(), LARGEST_DESCRIPTOR);
      return true;
    default:
      return false;
  }
}

/** `FROM:TO`; the signals that nobody can take have nothing to be rewritten. */
function takeRewrite(options: OptionReader, plan: Plan): void {
  const value = options.value();
  const colon = colonIn(options, value, bytes("FROM:TO, as in TERM:QUIT or 15:3; TO 0 drops the signal"));
  const to = value.substring(colon + 1);
  plan.rewrite[signal(options, value.substring(0, colon))] = <u8>(to == "0" ? 0 : signal(options, to));
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

function oomScore(options: OptionReader): string {
  const text = options.value();
  const magnitude = parseWhole(text.startsWith("-") ? text.substring(1) : text, 1000);
  if (magnitude < 0) options.refuse(options.isNot(text).text("an adjustment; give -1000 to 1000"));
  return text;
}
