// Generated from src/options by scripts/generate.ts: change the table, and run it.
// Each text is a message by itself, without a newline at its end. What two pages show is there once.

const HELP_FIRST = words(`Usage: rein [OPTION...] [--] COMMAND [ARGUMENT...]
Runs COMMAND, forwards signals to it, reaps zombies, and exits as it does.

Signals
  -g, --group                send signals to the command's process group
  -c, --single-child         keep the command in the caller's process group
  -r, --rewrite FROM:TO      send TO in place of FROM; a TO of 0 drops FROM
      --stop-delay TIME      hold the first stop signal back for TIME
      --stop-signal SIGNAL   SIGNAL asks for an end too, as TERM and INT do
  -p, --parent-death SIGNAL  get SIGNAL when the parent process ends
      --die-with-parent      kill the command when the parent process ends
  -s, --subreaper            adopt orphans (always done; known from tini)
The end
      --grace TIME           kill everyone who is left TIME after a stop signal
      --drain TIME           end those left behind: SIGTERM, SIGKILL after TIME
      --wait-all             stay until the last process has ended
  -e, --expect STATUS        exit with 0 where the command exits with STATUS
      --map-exit FROM:TO     exit with TO where the command exits with FROM
The command
      --user USER[:GROUP], --user-if-root USER[:GROUP]  run the command as USER
      --user-from-env NAME[:NAME], --groups LIST  ids from variables; groups
      --chdir DIRECTORY      start the command in DIRECTORY
      --setenv NAME VALUE, --unsetenv NAME, --clearenv  change its variables
      --file-env NAME        set NAME to what the file in NAME_FILE holds
      --expand               replace variables in its words, without a shell
      --umask MASK           its mask for the modes of new files, as 027
      --argv0 NAME           give the command NAME as its argv[0]
      --rlimit NAME=SOFT[:HARD]  limit a resource, as nofile=1024:4096
      --cgroup-memory SIZE   memory of it and all its children, as 512M
      --cgroup-pids N        processes and threads of it and all its children
      --cgroup-cpu PERCENT   CPU time of it and all its children, as 50%
      --oom-score-adj N      out of memory: -1000 spares it, 1000 kills it first
      --no-new-privs         set-uid programs give it no more rights
      --cap-drop NAME, --cap-add NAME  take or leave a capability, or ALL`);

const HELP_LAST = words(`Messages and help
  -v, --verbose              say what happens; -vv says more
  -w, --warn-reap            say each zombie that is reaped
      --json-status-fd FD    write each event to FD, a JSON object a line
      --args FD              read more options from FD, a NUL after each word
  -h, --help, --version      show this text, or the version
      --help-sandbox         options for seccomp, Landlock, namespaces, mounts

TIME is 500ms, 10s, 2m or 1h; SIGNAL is TERM, SIGTERM, 15 or RTMIN+3.
The variable REIN_OPTIONS holds more options, with spaces between them.
For a command that nobody trusts: rein --confine; see --help-sandbox.
Exit status: COMMAND's own; 128+n when signal n killed it; 127 not found,
126 found but cannot be executed, 125 refused by rein itself.`);

const HELP_RESTRICTIONS = words(`Restrictions of the command, without any namespace; no new privileges
      --seccomp-profile NAME  built-in list of system calls: default or strict
      --seccomp FD, --add-seccomp-fd FD  a compiled filter
      --landlock-ro PATH, --landlock-rw PATH, --landlock-exec PATH
                             of all files read these, also write or execute them
      --landlock-ro-try PATH, --landlock-rw-try PATH, --landlock-exec-try PATH
                             unless PATH is missing
      --landlock-connect-tcp PORT, --landlock-bind-tcp PORT  only these ports
      --landlock-scope NAME  signal or abstract-unix: reach nobody outside by it
      --landlock-log         have the kernel's audit log tell what it refuses
      --landlock-strict      refuse to start where Landlock lacks some of this`);

const HELP_RESTRICTIONS_OF_REIN = words(`      --log-denied           say once of each call that the profile refuses`);

const HELP_NAMESPACES = words(`Namespaces and who the command is in them
      --unshare-user         its own user namespace: ids and capabilities
      --unshare-user-try     the same, where the system allows one
      --unshare-ipc          its own System V IPC and POSIX message queues
      --unshare-pid          its own processes; it can see no others
      --unshare-net          its own network: a loopback device and no other
      --unshare-uts          its own host name and domain name
      --unshare-cgroup       its own view of control groups
      --unshare-cgroup-try   the same, where the system allows one
      --unshare-all          all of the above, user and cgroup where allowed
      --share-net            keep the network, in spite of --unshare-all
      --userns FD            join the user namespace that FD is open on
      --userns2 FD           change into this user namespace after the set-up
      --pidns FD             join the PID namespace that FD is open on
      --disable-userns       the command can make no user namespaces
      --assert-userns-disabled  refuse to start if it could make user namespaces
      --as-pid-1             the command itself is PID 1, without rein's init
      --uid N                the command's user id in its user namespace
      --gid N                the command's group id in its user namespace
      --hostname NAME        set its host name; needs --unshare-uts
      --domainname NAME      set its NIS domain name; needs --unshare-uts
      --exec-label LABEL     the command's SELinux label`);

const HELP_NAMESPACES_OF_REIN = words(`      --confine              keep in a command that nobody trusts
      --uid-map INSIDE:OUTSIDE:COUNT  map a range of user ids; several add up
      --gid-map INSIDE:OUTSIDE:COUNT  map a range of group ids
      --join KIND:PATH       join a namespace, as net:/run/netns/blue
      --unshare-time         its own clocks since boot
      --monotonic-offset SECONDS  move its monotonic clock by SECONDS
      --boottime-offset SECONDS
                             move its clock of the time since boot by SECONDS`);

const HELP_CALLER = words(`Between the sandbox and its caller
      --new-session          a session of its own, without the terminal
      --keep-fd FD           leave it FD; descriptors above 2 are closed
      --block-fd FD          wait with the command until FD can be read
      --userns-block-fd FD   wait until somebody has written the id maps
      --sync-fd FD           keep FD open until the sandbox ends
      --info-fd FD           write the sandbox's process and namespaces to FD
      --lock-file FILE       hold a read lock on FILE until the sandbox ends`);

const HELP_CALLER_OF_REIN = words(`      --same-directory       refuse to start in another working directory`);

const HELP_FILES = words(`A new root, empty at first, filled in the order of these options
      --bind FROM TO         the caller's FROM appears at TO, writable
      --bind-try FROM TO     the same, unless FROM is missing
      --ro-bind FROM TO      the caller's FROM appears at TO, read-only
      --ro-bind-try FROM TO  the same, unless FROM is missing
      --dev-bind FROM TO     the caller's FROM appears at TO, its devices work
      --dev-bind-try FROM TO  the same, unless FROM is missing
      --bind-fd FD TO        the file that FD is open on appears at TO
      --ro-bind-fd FD TO     the same, read-only
      --remount-ro TO        make what is mounted at TO read-only
      --overlay-src FROM     a lower layer of the overlay that follows
      --overlay RW WORK TO   these layers at TO; changes go to RW
      --tmp-overlay TO       these layers at TO; changes stay in memory
      --ro-overlay TO        these layers at TO, read-only
      --proc TO              the processes of its PID namespace, as /proc
      --dev TO               the devices that every program may have, as /dev
      --tmpfs TO             an empty file system in memory
      --mqueue TO            the POSIX message queues of its IPC namespace
      --dir TO               a directory
      --file FD TO           a file with what FD holds
      --bind-data FD TO      a file with what FD holds, mounted over TO
      --ro-bind-data FD TO   the same, read-only
      --symlink TARGET TO    a symbolic link at TO that leads to TARGET
      --chmod MODE TO        change the mode of TO
      --perms MODE           the mode of what the next option makes
      --size BYTES           the most that the next option, --tmpfs, may hold
      --file-label LABEL     the SELinux label of all files that are made
      --propagation TYPE     private, or slave: later mounts come in as well`);

const HELP_FILES_OF_REIN = words(`      --mask PATH            hide PATH: cover it with something empty
      --read-only-path PATH  make PATH read-only, with all mounts below it
      --noexec PATH          let nothing at PATH and below it be executed
      --sysfs TO             the kernel's view of devices, as /sys, read-only
      --cgroup TO            the control groups, as /sys/fs/cgroup`);

const HELP_SANDBOX_LAST = words(`
For a command that nobody trusts, with a folder that it may write to:
rein --confine --bind FOLDER FOLDER -- COMMAND
What that keeps: rein(1) under SECURITY, and docs/sandbox-limits.md.`);

const HELP_BWRAP = words(`Signals
      --die-with-parent      kill the command when the parent process ends
The command
      --chdir DIRECTORY      start the command in DIRECTORY
      --setenv NAME VALUE, --unsetenv NAME, --clearenv  change its variables
      --argv0 NAME           give the command NAME as its argv[0]
      --cap-drop NAME, --cap-add NAME  take or leave a capability, or ALL
Messages and help
      --json-status-fd FD    write each event to FD, a JSON object a line
      --level-prefix         begin messages with their severity, as <3>
      --not-a-security-boundary  changes nothing here
      --args FD              read more options from FD, a NUL after each word
      --help, --version      show this text, or the version
The variable REIN_OPTIONS holds options of rein, with spaces between them.`);

/** `rein --help`: the text at `index`, from 0; 0 behind the last one. */
export function helpOfRein(index: i32): usize {
  switch (index) {
    case 0:
      return HELP_FIRST;
    case 1:
      return HELP_LAST;
    default:
      return 0;
  }
}

/** `rein --help-sandbox`: the text at `index`, from 0; 0 behind the last one. */
export function helpOfSandbox(index: i32): usize {
  switch (index) {
    case 0:
      return HELP_RESTRICTIONS;
    case 1:
      return HELP_RESTRICTIONS_OF_REIN;
    case 2:
      return HELP_NAMESPACES;
    case 3:
      return HELP_NAMESPACES_OF_REIN;
    case 4:
      return HELP_CALLER;
    case 5:
      return HELP_CALLER_OF_REIN;
    case 6:
      return HELP_FILES;
    case 7:
      return HELP_FILES_OF_REIN;
    case 8:
      return HELP_SANDBOX_LAST;
    default:
      return 0;
  }
}

/** `bwrap --help`, behind its usage: the text at `index`, from 0; 0 behind the last one. */
export function helpOfBwrap(index: i32): usize {
  switch (index) {
    case 0:
      return HELP_RESTRICTIONS;
    case 1:
      return HELP_NAMESPACES;
    case 2:
      return HELP_CALLER;
    case 3:
      return HELP_FILES;
    case 4:
      return HELP_BWRAP;
    default:
      return 0;
  }
}
