// --cgroup-memory, --cgroup-pids, --cgroup-cpu: limits of the command and all that it starts.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { before, describe, test } from "node:test";
import { controlGroupsUnavailable, runScripts } from "../support/control-groups.ts";
import { executable, runCommand } from "../support/rein.ts";

const rein = executable;
const sandbox = `${rein} --unshare-all --ro-bind / / --proc /proc --dev /dev`;
const ownGroup = "cut -d: -f3 /proc/self/cgroup";
const hungry = "exec tail /dev/zero";
/** As the ordinary user 1000, who owns the group `u`. */
const asUser = "own u; enter u setpriv --reuid 1000 --regid 1000 --clear-groups";
const outOfMemory =
  /^rein: the command was killed by SIGKILL, and its control group has run out of memory: oom_kill [1-9]\d* in \/sys\/fs\/cgroup\/\S*rein-\d+\/memory\.events\n137$/;
const readOnly = /cannot create \S+memory\.max: Read-only file system\n?$/;

/** A name, the script, what it writes, and the groups that it leaves if any are. */
const cases: readonly (readonly [name: string, script: string, output: RegExp, groups?: RegExp])[] = [
  [
    "all three, from the first moment",
    `enter g ${rein} --cgroup-memory 64M --cgroup-pids 20 --cgroup-cpu 150% -- sh -c 'cd /sys/fs/cgroup$(${ownGroup}); cat memory.max pids.max cpu.max; cat cgroup.procs | head -1 | grep -qx $$ && echo $$'`,
    /^67108864\n20\n150000 100000\n\d+$/,
    /^\.\/g$/,
  ],
  [
    "of several the last one counts, REIN_OPTIONS before the command line, and max is no limit",
    `export REIN_OPTIONS='--cgroup-pids 7 --cgroup-memory 4096K'; enter g ${rein} --cgroup-pids 8 --cgroup-memory max -- sh -c 'cd /sys/fs/cgroup$(${ownGroup}); cat memory.max pids.max'`,
    /^max\n8$/,
    /^\.\/g$/,
  ],
  ["the status is the command's", `enter g ${rein} --cgroup-pids 9 -- sh -c 'exit 7'; echo $?`, /^7$/, /^\.\/g$/],
  [
    "a SIGKILL for memory is explained",
    `enter g ${rein} --cgroup-memory 8M -- sh -c '${hungry}'; echo $?`,
    outOfMemory,
    /^\.\/g$/,
  ],
  ["in a sandbox, too", `enter g ${sandbox} --cgroup-memory 8M -- sh -c '${hungry}'; echo $?`, outOfMemory, /^\.\/g$/],
  [
    "a fork beyond the number fails",
    `enter g ${rein} --cgroup-pids 3 -- sh -c 'sleep 9 & sleep 9 & sleep 9 & echo no'; echo $?`,
    /^sh: 0: Cannot fork\n2$/,
    /^\.\/g$/,
  ],
  [
    "what the command leaves behind is ended, whatever it has made of itself",
    `enter g ${rein} --cgroup-pids 9 -- sh -c 'setsid sh -c "trap : TERM HUP; sleep 1000; :" & exit 3'; echo $?`,
    /^3$/,
    /^\.\/g$/,
  ],
  [
    "groups that the command has made below it are removed with all in them, also by a rein that was killed",
    `cat >$T/command <<'END'
cd /sys/fs/cgroup$(${ownGroup})
mkdir -p a/b/c a/d .e/f f
sleep 1000 & echo $! >a/b/c/cgroup.procs
exec ${rein} --cgroup-memory 9M -- sh -c 'mkdir -p /sys/fs/cgroup$(${ownGroup})/deep/er; kill -9 $PPID'
END
    enter g ${rein} --cgroup-memory 64M -- sh $T/command; echo $?`,
    /^137$/,
    /^\.\/g$/,
  ],
  [
    "many groups, and such as lie deep, are removed",
    `cat >$T/command <<'END'
cd /sys/fs/cgroup$(${ownGroup})
for i in 0 1 2 3 4 5 6 7 8 9; do for j in 0 1 2 3 4 5 6 7 8 9; do echo $i$j; done; done | xargs mkdir
mkdir -p 00/$(seq -s / 1 60)
END
    enter g ${rein} --cgroup-pids 9 -- sh $T/command; echo $?`,
    /^0$/,
    /^\.\/g$/,
  ],
  [
    "what is mounted in them is not entered, and it is said that they stay",
    `mkdir -p $T/other/below
    cat >$T/command <<'END'
cd /sys/fs/cgroup$(${ownGroup})
mkdir -p a; mount --bind $T/other a; mount --bind $T/other .
END
    enter g ${rein} --cgroup-pids 9 -- sh $T/command; echo $?; ls -d $T/other/below
    umount $G/g/rein-*; umount $G/g/rein-*/a; rmdir $G/g/rein-*/a $G/g/rein-*`,
    /^rein: cannot remove the control group: Device or resource busy\n0\n\S+\/other\/below$/,
    /^\.\/g$/,
  ],
  [
    "a command that is not there leaves no group",
    `enter g ${rein} --cgroup-pids 9 -- /nowhere; echo $?`,
    /^rein: cannot run \/nowhere: [^\n]+\n127$/,
    /^\.\/g$/,
  ],
  [
    "a sandbox that cannot be set up leaves no group",
    `enter g ${rein} --unshare-pid --ro-bind /nowhere / --cgroup-pids 9 -- true; echo $?`,
    /Can't find source path \/nowhere: [^\n]+\n125$/,
    /^\.\/g$/,
  ],
  [
    "a sandbox that its supervisor gives up leaves no group",
    `enter g setpriv --bounding-set -sys_resource --inh-caps -all ${rein} --unshare-pid --oom-score-adj -1 --cgroup-pids 9 -- echo ran; echo $?`,
    /^rein: namespaces: --oom-score-adj -1: Permission denied\n125$/,
    /^\.\/g$/,
  ],
  [
    "a sandbox's cgroup namespace begins with the group, and neither its files nor those of --cgroup can be written to",
    `enter g ${sandbox} --tmpfs /mnt --cgroup /mnt --cgroup-memory 64M -- sh -c '${ownGroup}; cat /mnt/memory.max; echo max >/mnt/memory.max || echo max >/sys/fs/cgroup/memory.max'`,
    readOnly,
    /^\.\/g$/,
  ],
  [
    "the status lines tell the namespace that the command is in",
    `enter g ${sandbox} --cgroup-memory 64M --json-status-fd 1 -- stat -Lc %i /proc/self/ns/cgroup`,
    /"set-up","pid":\d+,"cgroup-namespace": (\d+),(?:.*\n)+\1\n/,
    /^\.\/g$/,
  ],
  [
    "the set-up and the init inside are in it, the supervisor is not",
    `enter g ${sandbox} --cgroup-pids 9 -- sh -c '${ownGroup}; cut -d: -f3 /proc/1/cgroup'`,
    /^\/\n\/$/,
    /^\.\/g$/,
  ],
  [
    "an ordinary user to whom a group is delegated",
    `${asUser} ${rein} --cgroup-memory 64M --cgroup-pids 20 --cgroup-cpu 50% -- sh -c 'cd /sys/fs/cgroup$(${ownGroup}); cat memory.max pids.max cpu.max'`,
    /^67108864\n20\n50000 100000$/,
    /^\.\/u$/,
  ],
  [
    "an ordinary user's command in a sandbox cannot write to them",
    `${asUser} ${sandbox} --cgroup-memory 64M -- sh -c 'cd $G/u; for i in rein-*; do echo max >$i/memory.max; done'`,
    readOnly,
    /^\.\/u$/,
  ],
  [
    "an ordinary user to whom none is",
    `mkdir $G/n; enter n setpriv --reuid 1000 --regid 1000 --clear-groups ${rein} --cgroup-pids 20 -- echo ran; echo $?`,
    /^rein: --cgroup-pids: the control group \S+\/n cannot be left: Permission denied(; for one of its own: systemd-run --user --scope -p Delegate=yes rein \.\.\.)?\n125$/,
    /^\.\/n$/,
  ],
  [
    "with others in the group it is refused, and rein is back in it",
    `enter g sh -c '${rein} --cgroup-pids 20 -- echo ran; echo $?'`,
    /^rein: --cgroup-pids: the control group \S+\/g has other processes, too: Device or resource busy(; for one of its own: systemd-run --scope -p Delegate=yes rein \.\.\.)?\n125$/,
    /^\.\/g$/,
  ],
  [
    "a controller that the group has not",
    `mkdir $G/a $G/a/b; enter a/b ${rein} --cgroup-cpu 50% -- echo ran; echo $?`,
    /^rein: --cgroup-cpu: the control group \S+\/a\/b cannot limit with cpu: No such file or directory; no group above hands it on\n125$/,
    /^\.\/a\/b\n\.\/a$/,
  ],
  [
    "a threaded group",
    `mkdir $G/a $G/a/b; echo threaded >$G/a/b/cgroup.type; enter a/b ${rein} --cgroup-memory 50M -- echo ran; echo $?`,
    /^rein: --cgroup-memory: the control group \S+\/a\/b cannot [^\n]+\n125$/,
    /^\.\/a\/b\n\.\/a$/,
  ],
  [
    "a read-only /sys/fs/cgroup",
    `unshare -m sh -c 'mount -o remount,bind,ro /sys/fs/cgroup; ${rein} --cgroup-pids 9 -- echo ran; echo $?'`,
    /^rein: --cgroup-pids: the control group \S+ cannot [^\n]+: Read-only file system; a container.s engine limits it: docker run --memory, --pids-limit, --cpus\n125$/,
  ],
  [
    "as PID 1 of a container with a cgroup namespace",
    // What forks the first process of the PID namespace is no part of the container.
    `cat >$T/container <<'END'
umount /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
exec ${rein} --cgroup-memory 64M -- sh $T/command
END
    echo '${ownGroup}; cut -d: -f3 /proc/1/cgroup; echo $$' >$T/command
    unshare --pid --fork --kill-child --mount-proc enter g unshare --cgroup --mount sh $T/container; echo $?`,
    /^\/rein-2\n\/rein-1\n\d+\n0$/,
    /^\.\/g$/,
  ],
  [
    "the first of all groups",
    `${rein} --cgroup-memory 64M -- sh -c 'cat /sys/fs/cgroup$(${ownGroup})/memory.max'; ls -d /sys/fs/cgroup/rein-[0-9]* 2>/dev/null`,
    /^67108864$/,
  ],
  [
    "one within the other",
    `enter g ${rein} --cgroup-memory 64M -- ${rein} --cgroup-memory 32M -- sh -c 'cd /sys/fs/cgroup$(${ownGroup}); cat memory.max ../memory.max'`,
    /^33554432\n67108864$/,
    /^\.\/g$/,
  ],
  [
    "kill -9 of rein leaves the groups",
    `mkfifo $T/fifo; enter g ${rein} --cgroup-pids 9 -- sh -c 'echo >$T/fifo; exec sleep 1000' &
    read -r line <$T/fifo; kill -9 $!; { wait $!; } 2>/dev/null; cat $G/g/rein-*/pids.max`,
    /^(9\nmax|max\n9)$/,
    /^(\.\/g\/rein-\d+\n){2}\.\/g$/,
  ],
];

describe("on real control groups", { skip: controlGroupsUnavailable }, () => {
  let results: Awaited<ReturnType<typeof runScripts>>;
  before(async () => {
    results = await runScripts(Object.fromEntries(cases.map(([name, script]) => [name, script])));
  });

  for (const [name, , output, groups = /^$/] of cases) {
    test(name, () => {
      const result = results.get(name);
      assert.match(result?.output ?? "", output);
      assert.match(result?.groups.join("\n") ?? "", groups);
    });
  }
});

const notRoot = process.getuid?.() !== 0 && "only root can mount";
const isHere = existsSync("/sys/fs/cgroup/cgroup.controllers") && "this machine has version 2 there";
/** What is mounted at /sys/fs/cgroup, and how the command line is refused then. */
const places: readonly (readonly [what: string, script: string, says: RegExp, skip?: string | false])[] = [
  [
    "version 1 or nothing",
    ":",
    /^rein: --cgroup-\w+: the control group \/sys\/fs\/cgroup\S* is none of version 2: [^;]+; (version 1 is in use: boot with systemd\S+=1|mount -t cgroup2 none \/sys\/fs\/cgroup); a container's engine limits it: docker run --memory, --pids-limit, --cpus\n$/,
    isHere,
  ],
  [
    "another file system",
    "mount -t tmpfs none /sys/fs/cgroup",
    /^rein: --cgroup-\w+: the control group \S+ is none of version 2: [^;]+; mount -t cgroup2 none \/sys\/fs\/cgroup; /,
  ],
  [
    "version 2 whose controllers are those of version 1",
    "mount -t cgroup2 none /sys/fs/cgroup",
    /^rein: --cgroup-\w+: the control group \/sys\/fs\/cgroup\S* cannot limit with memory: No such file or directory; no group above hands it on\n$/,
    isHere,
  ],
  [
    "a false /proc",
    "mount -t tmpfs none /proc",
    /^rein: --cgroup-\w+: the control group \/proc\/self\/cgroup is none of version 2: /,
  ],
];

for (const [what, script, says, skip = false] of places) {
  // Without a /proc there is no sandbox.
  const sandboxes = what === "a false /proc" ? [] : [[executable, "--unshare-pid", "--ro-bind", "/", "/"]];
  for (const words of [[executable], ...sandboxes]) {
    test(`nothing runs without its limit: ${what}, ${words.length > 1 ? "in a sandbox" : "alone"}`, {
      skip: notRoot || skip,
    }, async (t) => {
      const limited = [...words, "--cgroup-memory", "64M", "--", "echo", "ran"];
      const result = await runCommand(t, [
        "unshare",
        "--mount",
        "sh",
        "-c",
        `${script} && exec "$@"`,
        "sh",
        ...limited,
      ]);
      assert.deepEqual([result.status, result.stdout], [125, ""]);
      assert.match(result.stderr, says);
    });
  }
}

/** Values that are none, and what is accepted. */
const wrong: readonly (readonly [option: string, accepted: string, values: readonly string[]])[] = [
  [
    "--cgroup-memory",
    "512M, 2G, bytes",
    ["", "0", "0M", "M", "-1", "1T", "1m", "1.5G", " 1", "9223372036854775808", "8589934592G"],
  ],
  ["--cgroup-pids", "100", ["", "0", "-1", "5%", "1K", "maximum"]],
  ["--cgroup-cpu", "50%, 150%", ["", "0%", "50", "%", "-5%", "0.5%", "9223372036854776%"]],
];
for (const [option, accepted, values] of wrong) {
  for (const value of values) {
    test(`${option} ${JSON.stringify(value)} is refused, and it is said what is accepted`, async (t) => {
      const { status, stderr } = await runCommand(t, [executable, option, value, "--", "true"]);
      assert.equal(status, 125);
      assert.equal(stderr, `rein: ${option}: "${value}" is not a limit; give one as ${accepted} or max\n`);
    });
  }
}
