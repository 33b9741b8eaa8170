import { CAPABILITIES, LIMITS, NAMESPACES, NOT_PASSED_ON, PROFILES, PROPAGATIONS, SCOPES, SIGNALS } from "./names.ts";
import type { ValueKind } from "./option.ts";

/** What a shell offers for a value. */
export type Completion =
  /** Files and directories; directories alone; accounts; the names of variables that are set. */
  | "files"
  | "directories"
  | "users"
  | "variables"
  /** One of these words. */
  | { readonly words: readonly string[] }
  /** One of these words, this character, and then what `after` offers. */
  | { readonly words: readonly string[]; readonly separator: string; readonly after: Completion }
  | "nothing";

export interface ValueForm {
  /** What is accepted, as a sentence. */
  readonly accepted: string;
  readonly completion: Completion;
}

const passedOn = SIGNALS.filter((name) => !NOT_PASSED_ON.includes(name));

/** How each kind of value is written. */
export const VALUE_FORMS: Readonly<Record<ValueKind, ValueForm>> = {
  signal: {
    accepted:
      "A signal is a name or a number: `TERM`, `SIGTERM`, `term` or `15`, and `RTMIN+3` or `RTMAX-1` for a real-time one. Numbers are 1 to 64.",
    completion: { words: SIGNALS },
  },
  "incoming-signal": {
    accepted: "A signal that an init can pass on is any but `KILL`, `STOP` and `CHLD`.",
    completion: { words: passedOn },
  },
  "signal-pair": {
    accepted: "A pair of signals is FROM:TO, as `TERM:QUIT` or `15:3`; a TO of 0 stands for none.",
    completion: { words: passedOn, separator: ":", after: { words: SIGNALS } },
  },
  time: {
    accepted: "A time is `500ms`, `10s`, `2m` or `1h`; a bare number is seconds. The longest is 366 days.",
    completion: { words: ["500ms", "10s", "2m", "1h"] },
  },
  status: {
    accepted: "An exit status is a number from 0 to 255.",
    completion: "nothing",
  },
  "status-pair": {
    accepted: "A pair of exit statuses is FROM:TO, as `143:0`.",
    completion: "nothing",
  },
  user: {
    accepted: "A user is a name or a number, and may be followed by a colon and a group, also a name or a number.",
    completion: "users",
  },
  groups: {
    accepted: "Of groups there is `none` to choose.",
    completion: { words: ["none"] },
  },
  directory: {
    accepted:
      "A directory is a path as the command sees it; a relative one begins where the command would start otherwise.",
    completion: "directories",
  },
  variable: {
    accepted: "A variable is named without `=`.",
    completion: "variables",
  },
  "variable-pair": {
    accepted: "A pair of variables is one for the user, or one for the user, a colon, and one for the group.",
    completion: "variables",
  },
  text: {
    accepted: "A text may be anything, also empty.",
    completion: "nothing",
  },
  mode: {
    accepted: "A mode is octal digits, as `0755`, up to `7777`.",
    completion: { words: ["0700", "0755", "0600", "0644"] },
  },
  mask: {
    accepted: "A mask is octal digits, as `0022`, up to `0777`.",
    completion: { words: ["0002", "0022", "0027", "0077"] },
  },
  limit: {
    accepted: `A limit is NAME=SOFT or NAME=SOFT:HARD, as \`nofile=1024:4096\`, \`core=unlimited\` or \`cpu=60\`; one number is both. NAME is ${LIMITS.map((name) => `\`${name}\``).join(", ")}, and the numbers are in the units of getrlimit(2).`,
    completion: { words: LIMITS, separator: "=", after: { words: ["unlimited"] } },
  },
  score: {
    accepted: "A score is a whole number from -1000 to 1000.",
    completion: "nothing",
  },
  "memory-size": {
    accepted: "A size of memory is a number of bytes, or one with `K`, `M` or `G` for a power of 1024, or `max`.",
    completion: { words: ["512M", "1G", "max"] },
  },
  "process-count": {
    accepted: "A number of processes is 1 or more, or `max`.",
    completion: { words: ["100", "max"] },
  },
  "cpu-share": {
    accepted: "A share of CPU time is a whole percentage of one CPU, as `50%` or `150%`, or `max`.",
    completion: { words: ["50%", "100%", "max"] },
  },
  capability: {
    accepted:
      "A capability is a name of capabilities(7), as `NET_RAW`, `CAP_NET_RAW` or `net_raw`; `ALL` is all of them.",
    completion: { words: CAPABILITIES },
  },
  descriptor: {
    accepted: "A file descriptor is the number of a file that the caller has open.",
    completion: { words: ["0", "1", "2", "3"] },
  },
  profile: {
    accepted: "A profile is `default` or `strict`.",
    completion: { words: PROFILES },
  },
  port: {
    accepted: "A port is a number from 0 to 65535, or `none`.",
    completion: { words: ["none"] },
  },
  propagation: {
    accepted: "A propagation is `private` or `slave`.",
    completion: { words: PROPAGATIONS },
  },
  scope: {
    accepted: "A scope is `abstract-unix` or `signal`.",
    completion: { words: SCOPES },
  },
  id: {
    accepted: "An id of a user or a group is a number from 0 to 4294967294.",
    completion: "nothing",
  },
  "id-range": {
    accepted: "A range of ids is INSIDE:OUTSIDE:COUNT, as `0:100000:65536`, with a COUNT of 1 or more.",
    completion: { words: ["0:100000:65536"] },
  },
  "namespace-path": {
    accepted: `A namespace to join is KIND:PATH, as \`net:/run/netns/blue\` or \`user:/proc/7/ns/user\`. KIND is ${NAMESPACES.map((name) => `\`${name}\``).join(", ")}; \`mount\` and \`mnt\` are the same, and so are \`network\` and \`net\`.`,
    completion: { words: NAMESPACES, separator: ":", after: "files" },
  },
  seconds: {
    accepted: "Seconds are a whole number, which may be negative, as `86400` or `-3600`.",
    completion: "nothing",
  },
  "host-name": {
    accepted: "A host or domain name is at most 64 bytes long.",
    completion: "nothing",
  },
  label: {
    accepted: "A label is a security context of SELinux.",
    completion: "nothing",
  },
  path: {
    accepted: "A path of the caller's is looked up as the caller sees it, before the new root is there.",
    completion: "files",
  },
  place: {
    accepted:
      "A path in the sandbox is looked up in the new root, also when it is relative, and leads out of it neither by links nor by `..`.",
    completion: "files",
  },
  size: {
    accepted: "A size is a number of bytes above 0.",
    completion: "nothing",
  },
};
