// Words that values are made of, in the kernel's order.

/** signal(7), from 1 on; real-time signals are RTMIN+n and RTMAX-n. */
export const SIGNALS: readonly string[] = [
  ...["HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM"],
  ...["TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF"],
  ...["WINCH", "IO", "PWR", "SYS", "RTMIN", "RTMAX"],
];

/** Those that no init can pass on: nobody can catch the first two, and the third is about its own children. */
export const NOT_PASSED_ON: readonly string[] = ["KILL", "STOP", "CHLD"];

/** capabilities(7), and all of them. */
export const CAPABILITIES: readonly string[] = [
  ...["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ...["LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"],
  ...["SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"],
  ...["SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"],
  ...["MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF"],
  ...["CHECKPOINT_RESTORE", "ALL"],
];

/** getrlimit(2) */
export const LIMITS: readonly string[] = [
  ...["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending"],
  ...["msgqueue", "nice", "rtprio", "rttime"],
];

/** namespaces(7); two kinds have two names, the kernel's short one and the word for it. */
export const NAMESPACES: readonly string[] = [
  ...["user", "mount", "pid", "net", "ipc", "uts", "cgroup", "time", "mnt", "network"],
];

export const PROFILES: readonly string[] = ["default", "strict"];

export const PROPAGATIONS: readonly string[] = ["private", "slave"];

export const SCOPES: readonly string[] = ["abstract-unix", "signal"];
