// All options as arguments of the executable. Nothing is started before all of them are checked.

import { capabilityArguments } from "./capabilities.ts";
import { groupLimit } from "./control-group.ts";
import { identityArguments } from "./identity.ts";
import { landlockArguments } from "./landlock.ts";
import { limitArguments } from "./limits.ts";
import { type AddContent, isAtRoot, type Mount, mountArguments } from "./mounts.ts";
import { clockArguments, joinArguments, namespaceArguments, namespaceKinds } from "./namespaces.ts";
import type { ReinOptions } from "./options.ts";
import {
  absolutePath,
  boolean,
  type Duration,
  duration,
  integer,
  list,
  mode,
  name,
  oneOf,
  passableSignal,
  path,
  record,
  signal,
  user,
} from "./values.ts";
import { PROFILE_NAMES, PROPAGATION_NAMES } from "./words.ts";

/** An option's arguments; `value` is never undefined. */
type Translation<Key extends keyof ReinOptions> = (
  value: Exclude<ReinOptions[Key], undefined>,
  option: Key,
  options: ReinOptions,
  addContent: AddContent,
) => string[];

/** In the order of the arguments: what is dropped or changed first must be so before what builds on it. */
const TRANSLATIONS: { readonly [Key in keyof ReinOptions]-?: Translation<Key> } = {
  // Only what stands behind it adds to it; and what lies at the root lies below what it mounts itself.
  preset: (value, option, { mounts }, addContent) => [
    ...mountsThat(isAtRoot, mounts ?? [], addContent),
    oneOf(option, value, ["untrusted"]) && "--confine",
  ],
  shareNetwork: (value, option) => flag("--share-net", option, value),
  init: (value, option, { namespaces, preset }) =>
    !boolean(option, value) && (preset !== undefined || namespaceKinds("namespaces", namespaces ?? []).has("pid"))
      ? // On a terminal it would be in our own process group, which its kill(0, SIGKILL) ends: with us in it.
        ["--as-pid-1", "--new-session"]
      : [],
  grace: (value, option) => time("--grace", option, value),
  drain: (value, option) => time("--drain", option, value),
  waitForAll: (value, option) => flag("--wait-all", option, value),
  stopDelay: (value, option) => ["--stop-delay", duration(option, value)],
  stopSignals: (value, option) => list(option, value, passableSignal).flatMap((one) => ["--stop-signal", one]),
  rewriteSignals: (value, option) =>
    Object.entries(record(option, value)).flatMap(([from, to]) => {
      const place = `${option}.${from}`;
      return ["--rewrite", `${passableSignal(place, from as NodeJS.Signals)}:${to === 0 ? 0 : signal(place, to)}`];
    }),
  signalGroup: (value, option) => flag("--group", option, value),
  parentDeathSignal: (value, option) => (value === false ? [] : ["--parent-death", signal(option, value)]),
  mapExit: (value, option) =>
    Object.entries(record(option, value)).flatMap(([from, to]) => {
      const place = `${option}.${from}`;
      return ["--map-exit", `${integer(place, Number(from), 0, 255)}:${integer(place, to, 0, 255)}`];
    }),
  // Its descriptor is known only later.
  events: (value, option) => (boolean(option, value) ? [] : []),

  user: (value, option) => ["--user", user(option, value)],
  userIfRoot: (value, option) => ["--user-if-root", user(option, value)],
  groups: (value, option) => ["--groups", oneOf(option, value, ["none"])],
  directory: (value, option) => ["--chdir", path(option, value)],
  fileEnv: (value, option) => list(option, value, name).flatMap((one) => ["--file-env", one]),
  rlimits: (value, option) => limitArguments(option, value),
  umask: (value, option) => ["--umask", mode(option, value, 0o777)],
  memory: (value, option) => ["--cgroup-memory", groupLimit(option, value, "KMG", "bytes, or a size as 512M")],
  processes: (value, option) => ["--cgroup-pids", groupLimit(option, value, "", "a number of processes")],
  cpu: (value, option) => ["--cgroup-cpu", groupLimit(option, value, "%", "a percentage of one CPU, as 50%")],
  oomScoreAdjustment: (value, option) => ["--oom-score-adj", integer(option, value, -1000, 1000)],
  noNewPrivileges: (value, option) => flag("--no-new-privs", option, value),
  capabilities: (value, option) => capabilityArguments(option, value),

  namespaces: (value, option, { mounts, preset }) =>
    namespaceArguments(option, value, mounts !== undefined || preset !== undefined),
  join: (value, option) => joinArguments(option, value),
  identity: (value, option) => identityArguments(option, value),
  mounts: (value, _option, { preset }, addContent) =>
    mountsThat(preset === undefined ? () => true : (mount) => !isAtRoot(mount), value, addContent),
  propagation: (value, option) => ["--propagation", oneOf(option, value, PROPAGATION_NAMES)],
  hostName: (value, option) => ["--hostname", name(option, value)],
  domainName: (value, option) => ["--domainname", name(option, value)],
  clockOffsets: (value, option) => clockArguments(option, value),
  newSession: (value, option) => flag("--new-session", option, value),
  disableUserNamespaces: (value, option) => flag("--disable-userns", option, value),
  lockFiles: (value, option) => list(option, value, absolutePath).flatMap((file) => ["--lock-file", file]),
  landlock: (value, option) => landlockArguments(option, value),
  logDenied: (value, option) => flag("--log-denied", option, value),
  seccompProfile: (value, option) => ["--seccomp-profile", oneOf(option, value, PROFILE_NAMES)],
};

/** The names of this package's own options. */
export const OWN_OPTIONS: ReadonlySet<string> = new Set(Object.keys(TRANSLATIONS));

/** Options that a program without the executable can do without: the others promise what it could not keep. */
const CONVENIENCES: ReadonlySet<string> = new Set([
  ...["init", "grace", "drain", "waitForAll", "parentDeathSignal", "events", "signalGroup", "stopDelay", "stopSignals"],
]);

/** The options that nobody but the executable can carry out, of those that were given. */
export function needingExecutable(options: ReinOptions): string[] {
  const given = Object.entries(options).filter(([key, value]) => OWN_OPTIONS.has(key) && value !== undefined);
  return given.map(([key]) => key).filter((key) => !CONVENIENCES.has(key));
}

/** The executable's arguments for all options; throws an `OptionError` for the first that is wrong. */
export function optionArguments(options: ReinOptions, addContent: AddContent): string[] {
  const args: string[] = [];
  for (const key of Object.keys(TRANSLATIONS) as (keyof ReinOptions)[]) {
    const value = options[key];
    if (value !== undefined) args.push(...translate(key, value, options, addContent));
  }
  return args;
}

function translate(key: keyof ReinOptions, value: unknown, options: ReinOptions, addContent: AddContent): string[] {
  // The table's type ties every key to its value's; a key that is only known when it runs loses that.
  const translation = TRANSLATIONS[key] as Translation<keyof ReinOptions>;
  return translation(value as never, key, options, addContent);
}

function mountsThat(isWanted: (mount: Mount) => boolean, value: readonly Mount[], addContent: AddContent): string[] {
  return list("mounts", value, (place, mount: Mount) =>
    isWanted(mount) ? mountArguments(place, mount, addContent) : [],
  ).flat();
}

function flag(argument: string, option: string, value: boolean): string[] {
  return boolean(option, value) ? [argument] : [];
}

function time(argument: string, option: string, value: Duration | false): string[] {
  return value === false ? [] : [argument, duration(option, value)];
}
