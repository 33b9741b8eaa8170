import { list, record, refuse, text } from "./values.ts";

/** capabilities(7), in the order of the kernel's numbers (linux/capability.h). */
const CAPABILITIES = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
] as const;

type CapabilityName = (typeof CAPABILITIES)[number];

/** A capability of capabilities(7), with or without `CAP_`, or all of them. */
export type Capability = CapabilityName | `CAP_${CapabilityName}` | "ALL";

/** The executable's arguments for capabilities; checks them. */
export function capabilityArguments(
  option: string,
  value: { readonly add?: readonly Capability[]; readonly drop?: readonly Capability[] },
): string[] {
  const { add = [], drop = [] } = record(option, value, ["add", "drop"]);
  const dropped = list(`${option}.drop`, drop, capability).flatMap((one) => ["--cap-drop", one]);
  return [...dropped, ...list(`${option}.add`, add, capability).flatMap((one) => ["--cap-add", one])];
}

function capability(option: string, value: unknown): string {
  const plain = text(option, value).replace(/^CAP_/, "");
  const isKnown = value === "ALL" || (CAPABILITIES as readonly string[]).includes(plain);
  return isKnown ? (value as string) : refuse(option, value, "a capability: give a name as NET_RAW, or ALL");
}
