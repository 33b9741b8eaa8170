/** The version is package.json's; a test compares them. */
export const REIN_VERSION = bytes("rein 0.1.0");
/**
 * Docker reads its init's version in the form "tini version X - git.COMMIT", and `docker info` shows the one word that
 * is the commit. Ours names the release: it is the same however the source came to be built.
 */
export const TINI_VERSION = bytes("tini version 0.1.0_rein - git.rein-0-1-0");

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
Messages
  -v, --verbose              say more, up to three times
  -w, --warn-reap            say each zombie that is reaped
      --json-status-fd N     write a JSON object a line for every event
  -h, --help; --version

TIME is 500ms, 10s, 2m or 1h; SIGNAL is TERM, SIGTERM, 15 or RTMIN+3.
The variable REIN_OPTIONS holds more options, parted by spaces.
Exit status: COMMAND's; 128+n when signal n killed it; 127 not found,
126 found but cannot be executed, 125 rein itself refuses.`);
