// slirp4netns gives a sandbox without privileges a network from outside: it needs the number of the process inside, and
// that it waits meanwhile.

import { statSync } from "node:fs";
import { inspector } from "./support/bubblewraps.ts";
import { client } from "./support/compare.ts";

const compareSlirp = client({
  name: "slirp4netns",
  version: ["slirp4netns", "--version"],
  needs: { "/usr/bin/slirp4netns": "apt-get install slirp4netns", "/dev/net/tun": "the kernel's module tun" },
});

const isOpen = ((statSync("/dev/net/tun", { throwIfNoEntry: false })?.mode ?? 0) & 0o006) === 0o006;
const sandbox = "--ro-bind / / --dev /dev --proc /proc --unshare-net --unshare-pid --die-with-parent";
const inspection = `${inspector} inspect 3`;

/** A shell's words: starts bubblewrap, which waits, and reads what it writes about the process inside. */
const start = (options: string, descriptor: string): string => `
  mkfifo block info ready
  exec 10<>block 11<>info 12<>ready
  bwrap ${sandbox} ${options} ${descriptor} 10 --info-fd 11 -- ${inspection} 12>&- &
  run=$!
  text=
  until [[ $text =~ child-pid\\":\\ *([0-9]+) ]]; do read -r line <&11 && text+=$line; done
  child=\${BASH_REMATCH[1]}`;

/**
 * Waits until the loopback is up, of which nothing tells: bubblewrap fails now and then when slirp4netns asks the kernel
 * for another interface at the same moment ("Failed RTM_NEWADDR").
 */
const loopback = `
  until grep -q 127.0.0.1 "/proc/$child/net/fib_trie"; do read -r -t 0.01 -n 1 <&12; done`;

/** Starts slirp4netns for it, waits until that is ready, lets the process inside go on, and tells all ends. */
const finish = `
  slirp4netns --configure --mtu=65520 --disable-host-loopback --ready-fd=12 "$child" tap0 >/dev/null 10>&- 11>&- & slirp=$!
  read -r -n 1 <&12
  printf x >&10
  wait $run
  echo "run: $?"
  kill $slirp
  wait $slirp
  echo "slirp4netns: $?"`;

for (const [name, options] of [
  ["--block-fd", "--unshare-user"],
  ["--block-fd as root inside", "--unshare-user --uid 0 --gid 0"],
  ["--block-fd and a session of its own", "--unshare-all --unshare-user --new-session"],
] as const) {
  compareSlirp({
    name,
    // An ordinary user has it where the device is everybody's, as it is on most machines.
    ...(!isOpen && { person: "root" as const }),
    request: () => ({ command: ["bash", "-c", start(options, "--block-fd") + loopback + finish] }),
  });
}

compareSlirp({
  name: "--userns-block-fd, with ids from outside",
  person: "root",
  request: () => ({
    command: [
      ...["bash", "-c"],
      `${start("--unshare-user", "--userns-block-fd")}
      echo deny >/proc/$child/setgroups 2>/dev/null
      printf '0 0 1\\n1 100000 65536\\n' >/proc/$child/uid_map
      printf '0 0 1\\n1 100000 65536\\n' >/proc/$child/gid_map
      printf x >&10
      wait $run
      echo "run: $?"`,
    ],
  }),
});
