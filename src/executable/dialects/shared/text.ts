/** The version is package.json's; a test compares them. */
export const REIN_VERSION = bytes("rein 0.1.0");
/**
 * Docker reads its init's version in the form "tini version X - git.COMMIT", and `docker info` shows the one word that
 * is the commit. Ours names the release: it is the same however the source came to be built.
 */
export const TINI_VERSION = bytes("tini version 0.1.0_rein - git.rein-0-1-0");
/** The dumb-init whose options, words and statuses ours are: its own tests compare. */
export const DUMB_INIT_VERSION = bytes("dumb-init v1.2.5");
/** In the form of the original's `pause -v`. */
export const PAUSE_VERSION = bytes("pause.c 0.1.0_rein");

/** bubblewrap's own form: programs read the version of the options that they may give. */
export const BWRAP_VERSION = bytes("bubblewrap 0.11.1");

export const LICENSE = bytes(`MIT License, Copyright (c) 2026 The rein authors
Its text is in the file LICENSE: of the source, the package and the image.`);

export const HELP = bytes(`Usage: rein [OPTION...] [--] COMMAND [ARGUMENT...]
Runs COMMAND, forwards signals to it, reaps zombies, and exits as it does.

Signals
  -g, --group                signals go to COMMAND's whole process group
  -c, --single-child         COMMAND stays in this process group; it alone is
                             signalled
  -r, --rewrite FROM:TO      send TO when FROM comes; TO 0 drops it
      --stop-delay TIME      wait before the first stop signal goes on
      --stop-signal SIGNAL   SIGNAL asks for an end too, as TERM and INT do
  -p, --parent-death SIGNAL  get SIGNAL when the parent process ends
  -s, --subreaper            adopt orphans (always done; known from tini)
The end
      --grace TIME           SIGKILL for all who live TIME after a stop signal
      --drain TIME           when COMMAND has ended, SIGTERM and TIME for others
  -e, --expect STATUS        exit with 0 in place of STATUS
      --map-exit FROM:TO     exit with TO in place of FROM
The command's world
      --user USER[:GROUP]    names or numbers, of /etc/passwd and /etc/group
      --chdir DIRECTORY      start there
      --setenv NAME VALUE    set, or --unsetenv NAME, or --clearenv
      --file-env NAME        NAME becomes what the file in NAME_FILE holds
      --rlimit NAME=N[:N]    soft and hard limit, as nofile=1024:4096
      --oom-score-adj N      -1000 (spare it) to 1000 (kill it first)
      --no-new-privs         no set-uid program gives it more rights
      --cap-drop NAME        give up a capability, or ALL
Namespaces and a root file system of its own
      --help-sandbox         lists their options, which are bubblewrap's
Messages
  -v, --verbose              say more, up to three times
  -w, --warn-reap            say each zombie that is reaped
      --json-status-fd N     write a JSON object a line for every event
  -h, --help; --version

TIME is 500ms, 10s, 2m or 1h; SIGNAL is TERM, SIGTERM, 15 or RTMIN+3.
The variable REIN_OPTIONS holds more options, parted by spaces.
Exit status: COMMAND's; 128+n when signal n killed it; 127 not found,
126 found but cannot be executed, 125 rein itself refuses.`);

/** The options of a sandbox, for both dialects that have them; each part fits a line of messages. */
export const HELP_NAMESPACES = bytes(`Namespaces
      --unshare-user, --unshare-ipc, --unshare-pid, --unshare-net,
      --unshare-uts, --unshare-cgroup
                             a new namespace of that kind
      --unshare-user-try, --unshare-cgroup-try
                             the same, where it can be had
      --unshare-all          all of them, these two as tried; --share-net after
                             it keeps the network
      --userns FD            join that user namespace, --userns2 FD another one
                             when all is set up
      --pidns FD             join that PID namespace
      --disable-userns       no user namespaces inside
      --assert-userns-disabled  fail where they can be made inside
      --uid N, --gid N       who the command is, in a user namespace
      --hostname NAME        with --unshare-uts; --domainname NAME too
Process
      --new-session          a session of its own, away from the terminal
      --die-with-parent      SIGKILL for all when the parent process ends
      --as-pid-1             the command itself is PID 1, without an init
      --argv0 NAME           what it finds as its own name
      --cap-add NAME         give it a capability, or ALL
      --keep-fd FD           leave it a descriptor above 2
      --exec-label LABEL, --file-label LABEL   SELinux's, of the command and of
                             files that are made
Descriptors and files
      --args FD              more options from FD, a NUL after each word
      --block-fd FD          wait for something to read before the command
      --userns-block-fd FD   wait until somebody else has written the maps
      --sync-fd FD           keep it open as long as the sandbox is there
      --info-fd FD           write who is in the sandbox, as JSON
      --lock-file FILE       hold a lock for reading meanwhile`);

export const HELP_FILES = bytes(`A new root, empty at first; these are done in their order
      --bind FROM TO         FROM is at TO too
      --ro-bind FROM TO      the same, read-only; --dev-bind with its devices
      --bind-try FROM TO     the same, unless FROM is missing; --ro-bind-try,
                             --dev-bind-try
      --bind-fd FD TO        the same of an open directory; --ro-bind-fd
      --remount-ro TO        make what is mounted at TO read-only
      --overlay-src FROM     a layer of the overlay that follows
      --overlay RW WORK TO   an overlay that writes to RW; --tmp-overlay TO to
                             memory, --ro-overlay TO nowhere
      --proc TO, --dev TO, --tmpfs TO, --mqueue TO
                             a file system of that kind
      --dir TO               a directory
      --file FD TO           a file with what FD holds
      --bind-data FD TO      the same, bound; --ro-bind-data
      --symlink WHERE TO     a link that leads to WHERE
      --chmod MODE TO        change a mode
      --perms MODE, --size BYTES   of what the next option makes`);

export const HELP_FILTERS = bytes(`Restrictions, which need no namespace and forbid new privileges
      --seccomp FD           a filter of system calls (bpf); --add-seccomp-fd FD
                             for one of several
      --seccomp-profile NAME  default refuses what a container has no use for,
                             strict more
      --landlock-ro PATH     of all files, read only these and those below;
                             --landlock-rw PATH also write, --landlock-exec PATH
                             also execute
      --landlock-connect-tcp PORT, --landlock-bind-tcp PORT   only these ports
      --landlock-scope NAME  signal or abstract-unix: none to those outside
      --landlock-strict      fail where the kernel knows less than that`);

/** What is beyond bubblewrap's. */
export const HELP_BEYOND = bytes(`More namespaces and files
      --uid-map INSIDE:OUTSIDE:COUNT, --gid-map INSIDE:OUTSIDE:COUNT
                             ranges of ids; several are added up
      --join KIND:PATH       a namespace that is there, as net:/run/netns/blue
      --unshare-time, --monotonic-offset SECONDS, --boottime-offset SECONDS
                             clocks of its own
      --mask PATH            nothing is in the file or directory
      --read-only-path PATH  with all that is mounted below it
      --sysfs TO, --cgroup TO   a file system of that kind`);

/** What bubblewrap has besides, and rein on its first page. */
export const HELP_BWRAP = bytes(`Others
      --chdir DIRECTORY      start there
      --setenv NAME VALUE, --unsetenv NAME, --clearenv
      --cap-drop NAME        give up a capability, or ALL
      --json-status-fd FD    write a JSON object a line for every event
      --level-prefix         begin messages with their severity, as <3>
      --help; --version
The variable REIN_OPTIONS holds more options, those of rein, parted by spaces.`);
