// What any client can be asked for that runs a shell in its sandbox, and lets it write the directory it starts in.

import { withHiddenProc, withoutNamespaces, withoutSetfcap } from "./circumstances.ts";
import type { Scenario } from "./compare.ts";
import type { Request, Started } from "./place.ts";

/** The words that run a shell's script in the client's sandbox. */
export type Start = (script: string) => readonly string[];

/** What the scripts tell of a command: how it ended, and the reason that it gave. */
const TRY = 'try() { "$@" >/dev/null 2>errors; echo "$*: $?"; sed "s/.*: //" errors; }\n';

/** Reads and writes, in the directory and elsewhere. */
const FILES = `${TRY}
for place in inside /usr /etc /var /tmp /dev /dev/shm / "$HOME"; do
  try touch "$place/new"; try mkdir "$place/folder"; try ls "$place"; try rm -r "$place/new" "$place/folder"
done
try cat inside/file; try cp inside/file inside/copy; try ln -s file inside/link; try chmod 600 inside/file
try mv inside/copy inside/moved; try mknod inside/device c 1 3; try mkfifo inside/fifo
try dd status=none if=/dev/zero of=/dev/full count=1
try mount -t tmpfs tmpfs /mnt; try umount /proc; try mount -o remount,rw /; try unshare --user true; try chroot / true
rm errors; exit 3`;

/** The loopback, another host, a name; and which interfaces there are. */
const NETWORK = `
for address in 127.0.0.1/9 192.0.2.1/80 ::1/9; do
  timeout 5 bash -c "echo >/dev/tcp/$address" 2>&1 | sed 's/line [0-9]*: //'
done
getent hosts example.invalid; echo $?
sed 's/:.*//' /proc/net/dev; cat /proc/net/route
exit 3`;

const MANY = `
for i in 1 2 3; do
  mkdir $i; cp .[a-z]*.json $i 2>/dev/null; (cd $i; export HOME=$PWD; exec "$@") &
done
wait`;

const TERMINAL = `
for i in 0 1 2; do test -t $i; echo $?; done
tty; stty size; { echo typed >/dev/tty; } 2>&1; test "$(ps -o tty= $$)" = "?"; echo $?; exit 3`;

const ODD = `
odd="a  'b'
\\$c é"
mkdir "$odd"; ln -s "$odd" link; cp .[a-z]*.json "$odd" 2>/dev/null; cd link; HOME=$PWD; "$@"; echo "exit status $?"; ls -A . ..`;

/** For a signal; what is not ended by it, ends by itself and says so. */
const interruptible = (seconds: number): string => `echo ready; sleep ${seconds}; echo was not ended; exit 5`;

/** The words as a shell reads them. */
const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");

/** Runs each of these scripts in turn, and tells how each ended. */
function inTurn(start: Start, scripts: readonly string[]): readonly string[] {
  const lines = scripts.map((script) => `${quoted(start(script))}; echo "exit status $?"`);
  return ["sh", "-c", lines.join("\n")];
}

/** Sends a signal when the command inside is ready: to the client alone, or as a terminal to its process group. */
function signalled(signal: NodeJS.Signals, whom: "client" | "group"): NonNullable<Request["meanwhile"]> {
  return async ({ running, client }: Started) => {
    await running.lineMatching(/^ready$/);
    const pid = await client();
    process.kill(whom === "group" ? -pid : pid, signal);
  };
}

/** The scenarios; everything in Node.js has many processes at once. */
export function usualScenarios(start: Start, about: Partial<Request> = {}): Scenario[] {
  const run = (name: string, command: readonly string[], more: Partial<Request> = {}): Scenario => ({
    name,
    crowd: true,
    blind: true,
    request: () => ({ ...about, ...more, command }),
  });
  const asRoot = (scenario: Scenario): Scenario => ({ ...scenario, person: "root" });
  const inShell = (script: string, command: readonly string[]): string[] => ["sh", "-c", script, "sh", ...command];
  const statuses = ["exit 7", "kill -TERM $$", "kill -KILL $$", "nowhere"];
  const signals: NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"];
  // What the first two do, the others do as well.
  const rare = (signal: NodeJS.Signals): Partial<Scenario> =>
    signals.indexOf(signal) < 2 ? {} : { long: "a signal more" };
  return [
    run("exit statuses", inTurn(start, statuses)),
    run(
      "from standard input to standard output and error",
      inShell('seq 20000 | "$@" | cksum; printf "no end of line" | "$@"', start("tr 0 o; echo told >&2")),
    ),
    run(
      "files",
      inShell(
        'mkdir inside; echo before >inside/file; "$@"; echo "exit status $?"; ls -A . inside; cat inside/file inside/moved',
        start(FILES),
      ),
    ),
    run("network", start(NETWORK)),
    run(
      "a command that leaves processes",
      start("sleep 100 & (setsid sleep 100 &); (sleep 100 & exec true); echo gone"),
    ),
    // Each with a home of its own: the clients disturb each other in one.
    run("many at once", inShell(MANY, start("exec echo here"))),
    run("on a terminal", ["script", "--quiet", "--return", "--command", quoted(start(TERMINAL)), "/dev/null"]),
    run("in a directory with an odd name, by a link", inShell(ODD, start("pwd; touch in; ls -A; cd .. && touch in"))),
    // To some clients alone a signal means nothing, or they leave the sandbox: so it has to end by itself.
    ...signals.map((signal) => ({
      ...run(`${signal} to the client`, start(interruptible(1)), { meanwhile: signalled(signal, "client") }),
      ...rare(signal),
    })),
    ...signals.map((signal) => ({
      ...run(`${signal} to all`, start(interruptible(5)), { meanwhile: signalled(signal, "group") }),
      ...rare(signal),
    })),
    run("a handler for SIGTERM", start(`trap 'echo caught; exit 9' TERM; ${interruptible(5)}`), {
      meanwhile: signalled("SIGTERM", "group"),
    }),
    asRoot(run("where a part of /proc is hidden", withHiddenProc(start("echo run; readlink /proc/self/cwd; exit 4")))),
    asRoot(run("where nobody can make user namespaces", withoutNamespaces(start("echo run; exit 4")))),
    asRoot(run("where root lacks CAP_SETFCAP", withoutSetfcap(start("echo run; exit 4")))),
  ];
}
