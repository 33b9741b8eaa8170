// Generated from src/options by scripts/generate.ts: change the table, and run it.

/** Every option, in the order of the table. */
export enum Option {
  GROUP,
  SINGLE_CHILD,
  REWRITE,
  STOP_DELAY,
  STOP_SIGNAL,
  PARENT_DEATH,
  DIE_WITH_PARENT,
  SUBREAPER,
  GRACE,
  DRAIN,
  WAIT_ALL,
  EXPECT,
  MAP_EXIT,
  USER,
  USER_IF_ROOT,
  USER_FROM_ENV,
  GROUPS,
  CHDIR,
  SETENV,
  UNSETENV,
  CLEARENV,
  FILE_ENV,
  EXPAND,
  UMASK,
  ARGV0,
  RLIMIT,
  CGROUP_MEMORY,
  CGROUP_PIDS,
  CGROUP_CPU,
  OOM_SCORE_ADJ,
  NO_NEW_PRIVS,
  CAP_DROP,
  CAP_ADD,
  SECCOMP_PROFILE,
  LOG_DENIED,
  SECCOMP,
  ADD_SECCOMP_FD,
  LANDLOCK_RO,
  LANDLOCK_RW,
  LANDLOCK_EXEC,
  LANDLOCK_RO_TRY,
  LANDLOCK_RW_TRY,
  LANDLOCK_EXEC_TRY,
  LANDLOCK_CONNECT_TCP,
  LANDLOCK_BIND_TCP,
  LANDLOCK_SCOPE,
  LANDLOCK_LOG,
  LANDLOCK_STRICT,
  VERBOSE,
  WARN_REAP,
  JSON_STATUS_FD,
  LEVEL_PREFIX,
  NOT_A_SECURITY_BOUNDARY,
  ARGS,
  HELP,
  VERSION,
  HELP_SANDBOX,
  CONFINE,
  UNSHARE_USER,
  UNSHARE_USER_TRY,
  UNSHARE_IPC,
  UNSHARE_PID,
  UNSHARE_NET,
  UNSHARE_UTS,
  UNSHARE_CGROUP,
  UNSHARE_CGROUP_TRY,
  UNSHARE_ALL,
  SHARE_NET,
  USERNS,
  USERNS2,
  PIDNS,
  DISABLE_USERNS,
  ASSERT_USERNS_DISABLED,
  AS_PID_1,
  UID,
  GID,
  HOSTNAME,
  DOMAINNAME,
  EXEC_LABEL,
  UID_MAP,
  GID_MAP,
  JOIN,
  UNSHARE_TIME,
  MONOTONIC_OFFSET,
  BOOTTIME_OFFSET,
  NEW_SESSION,
  SAME_DIRECTORY,
  KEEP_FD,
  BLOCK_FD,
  USERNS_BLOCK_FD,
  SYNC_FD,
  INFO_FD,
  LOCK_FILE,
  BIND,
  BIND_TRY,
  RO_BIND,
  RO_BIND_TRY,
  DEV_BIND,
  DEV_BIND_TRY,
  BIND_FD,
  RO_BIND_FD,
  REMOUNT_RO,
  OVERLAY_SRC,
  OVERLAY,
  TMP_OVERLAY,
  RO_OVERLAY,
  PROC,
  DEV,
  TMPFS,
  MQUEUE,
  DIR,
  FILE,
  BIND_DATA,
  RO_BIND_DATA,
  SYMLINK,
  CHMOD,
  PERMS,
  SIZE,
  FILE_LABEL,
  PROPAGATION,
  MASK,
  READ_ONLY_PATH,
  NOEXEC,
  SYSFS,
  CGROUP,
}

/** The long names, in the order of `Option`. */
export const optionNames: usize = wordList(
  "group,single-child,rewrite,stop-delay,stop-signal,parent-death,die-with-parent,subreaper,grace,drain,wait-all,expect,map-exit,user,user-if-root,user-from-env,groups,chdir,setenv,unsetenv,clearenv,file-env,expand,umask,argv0,rlimit,cgroup-memory,cgroup-pids,cgroup-cpu,oom-score-adj,no-new-privs,cap-drop,cap-add,seccomp-profile,log-denied,seccomp,add-seccomp-fd,landlock-ro,landlock-rw,landlock-exec,landlock-ro-try,landlock-rw-try,landlock-exec-try,landlock-connect-tcp,landlock-bind-tcp,landlock-scope,landlock-log,landlock-strict,verbose,warn-reap,json-status-fd,level-prefix,not-a-security-boundary,args,help,version,help-sandbox,confine,unshare-user,unshare-user-try,unshare-ipc,unshare-pid,unshare-net,unshare-uts,unshare-cgroup,unshare-cgroup-try,unshare-all,share-net,userns,userns2,pidns,disable-userns,assert-userns-disabled,as-pid-1,uid,gid,hostname,domainname,exec-label,uid-map,gid-map,join,unshare-time,monotonic-offset,boottime-offset,new-session,same-directory,keep-fd,block-fd,userns-block-fd,sync-fd,info-fd,lock-file,bind,bind-try,ro-bind,ro-bind-try,dev-bind,dev-bind-try,bind-fd,ro-bind-fd,remount-ro,overlay-src,overlay,tmp-overlay,ro-overlay,proc,dev,tmpfs,mqueue,dir,file,bind-data,ro-bind-data,symlink,chmod,perms,size,file-label,propagation,mask,read-only-path,noexec,sysfs,cgroup",
);

/** Who reads options, a bit each. */
export enum Taker {
  /** rein's command line. */
  REIN = 1,
  /** REIN_OPTIONS, under every name. */
  VARIABLE = 2,
  /** bwrap's command line, which knows no letters. */
  BWRAP = 4,
}

/** A byte for each option: the `Taker` bits of those who take it; in those above, how many values it takes. */
const takers: usize = memory.data<u8>([
  3, 3, 11, 11, 11, 11, 5, 3, 11, 11, 3, 11, 11, 11, 11, 11, 11, 15, 23, 15, 7, 11, 3, 11, 13, 11, 11, 11, 11, 11, 3,
  15, 13, 15, 3, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 7, 7, 3, 3, 15, 4, 4, 13, 5, 5, 1, 1, 5, 5, 5, 5, 5, 5, 5,
  5, 5, 5, 13, 13, 13, 5, 5, 5, 13, 13, 13, 13, 13, 9, 9, 9, 1, 9, 9, 5, 1, 13, 13, 13, 13, 13, 13, 21, 21, 21, 21, 21,
  21, 21, 21, 13, 13, 29, 13, 13, 13, 13, 13, 13, 13, 21, 21, 21, 21, 21, 13, 13, 13, 13, 9, 9, 9, 9, 9,
]);

/** Whether an `Option` is one of theirs. */
export function isTaken(option: i32, by: i32): bool {
  return (<i32>load<u8>(takers + option) & by) != 0;
}

/** How many values an `Option` takes. */
export function countOfValues(option: i32): i32 {
  return load<u8>(takers + option) >> 3;
}

/** The `Option` that a letter stands for; -1 for none. */
export function optionOfLetter(letter: i32): i32 {
  switch (letter) {
    case 0x67: // g
      return Option.GROUP;
    case 0x63: // c
      return Option.SINGLE_CHILD;
    case 0x72: // r
      return Option.REWRITE;
    case 0x70: // p
      return Option.PARENT_DEATH;
    case 0x73: // s
      return Option.SUBREAPER;
    case 0x65: // e
      return Option.EXPECT;
    case 0x76: // v
      return Option.VERBOSE;
    case 0x77: // w
      return Option.WARN_REAP;
    case 0x68: // h
      return Option.HELP;
    default:
      return -1;
  }
}
