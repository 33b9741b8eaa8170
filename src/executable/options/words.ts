// Generated from src/options by scripts/generate.ts: change the table, and run it.

/** signal(7), from HUP, 1, to SYS, 31. */
export const signalNames: usize = wordList(
  "HUP,INT,QUIT,ILL,TRAP,ABRT,BUS,FPE,KILL,USR1,SEGV,USR2,PIPE,ALRM,TERM,STKFLT,CHLD,CONT,STOP,TSTP,TTIN,TTOU,URG,XCPU,XFSZ,VTALRM,PROF,WINCH,IO,PWR,SYS",
);

/** capabilities(7), in the order of their numbers. */
export const capabilityNames: usize = wordList(
  "CHOWN,DAC_OVERRIDE,DAC_READ_SEARCH,FOWNER,FSETID,KILL,SETGID,SETUID,SETPCAP,LINUX_IMMUTABLE,NET_BIND_SERVICE,NET_BROADCAST,NET_ADMIN,NET_RAW,IPC_LOCK,IPC_OWNER,SYS_MODULE,SYS_RAWIO,SYS_CHROOT,SYS_PTRACE,SYS_PACCT,SYS_ADMIN,SYS_BOOT,SYS_NICE,SYS_RESOURCE,SYS_TIME,SYS_TTY_CONFIG,MKNOD,LEASE,AUDIT_WRITE,AUDIT_CONTROL,SETFCAP,MAC_OVERRIDE,MAC_ADMIN,SYSLOG,WAKE_ALARM,BLOCK_SUSPEND,AUDIT_READ,PERFMON,BPF,CHECKPOINT_RESTORE",
);

/** The resources of getrlimit(2), in the order of their numbers. */
export const limitNames: usize = wordList(
  "cpu,fsize,data,stack,core,rss,nproc,nofile,memlock,as,locks,sigpending,msgqueue,nice,rtprio,rttime",
);

/** The seccomp profiles that are built in. */
export const profileNames: usize = wordList("default,strict");

/** What becomes of later mounts. */
export const propagationNames: usize = wordList("private,slave");

/** What Landlock keeps to the command's own. */
export const scopeNames: usize = wordList("abstract-unix,signal");

/** The kinds of namespaces(7), two of them by two names. */
export const namespaceNames: usize = wordList("user,mount,pid,net,ipc,uts,cgroup,time,mnt,network");
