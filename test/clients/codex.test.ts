// Codex: `codex sandbox` runs a command in the sandbox that its agent has, and needs neither login nor network. It takes
// the bwrap of PATH if that one's --help has the options that it wants, else a copy of its own.

import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arch } from "node:process";
import { inspector } from "./support/bubblewraps.ts";
import { withHiddenProc } from "./support/circumstances.ts";
import { client } from "./support/compare.ts";
import { packageClient, packageFile } from "./support/npm.ts";
import { served } from "./support/served.ts";
import { usualScenarios } from "./support/usual-scenarios.ts";

const [name, machine] = arch === "arm64" ? ["arm64", "aarch64"] : ["x64", "x86_64"];
const vendor = packageFile(`@openai/codex-linux-${name}`, `vendor/${machine}-unknown-linux-musl`);
const codex = `${vendor}/bin/codex`;

const compareCodex = client(packageClient("@openai/codex"));

/** Folders with other names each time. */
const clean = (text: string): string => text.replace(/\bcodex-arg0\w+/g, "codex-arg0…");

const sandbox = (profile: string, ...command: readonly string[]): readonly string[] => [
  ...[codex, "sandbox", "-P", profile, "--", ...command],
];

for (const profile of [":workspace", ":read-only", ":danger-full-access"]) {
  compareCodex({
    name: `looking around with ${profile}`,
    crowd: true,
    request: () => ({ clean, command: sandbox(profile, inspector, "inspect", "3") }),
  });
}

/** A profile that shows little, and denies files, a folder and a pattern within: by --ro-bind-data, and a tmpfs of no mode. */
const strict = (folder: string, network: boolean): string => `
[permissions.strict.filesystem]
":minimal" = "read"
"${vendor}" = "read"
"/opt" = "write"
"/etc/hostname" = "deny"
"/etc/ssh" = "deny"
"${folder}/read/**/*.env" = "deny"
[permissions.strict.filesystem.":workspace_roots"]
"." = "write"
"read" = "read"
[permissions.strict.network]
enabled = ${network}
`;

for (const network of [false, true]) {
  compareCodex({
    name: `looking around with a profile of one's own, ${network ? "and" : "without"} the network`,
    crowd: true,
    request: ({ folder }) => {
      for (const path of [".codex", "read/below"]) mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, ".codex/config.toml"), `default_permissions = "strict"${strict(folder, network)}`);
      for (const name of ["one.env", "below/two.env"]) writeFileSync(join(folder, "read", name), "secret");
      return { clean, command: sandbox("strict", inspector, "inspect", "3") };
    },
  });
}

/** All can be read, and one host be reached by codex's proxy. */
const managed = `
default_permissions = "managed"
features.network_proxy = true
[permissions.managed.filesystem]
":root" = "read"
[permissions.managed.filesystem.":workspace_roots"]
"." = "write"
[permissions.managed.network]
enabled = true
[permissions.managed.network.domains]
"localhost" = "allow"
`;

/** Ports are others each time; and whether Node.js outside has made what it shares non-blocking (O_NONBLOCK) yet. */
const withoutPorts = (text: string): string =>
  clean(text)
    .replace(/(127\.0\.0\.1|localhost):\d+/g, "$1:…")
    .replace(/ flags 400(\d)$/, " flags $1");

for (const [how, options] of [
  ["", []],
  [", and all other connections too", ["--transparent-tcp"]],
] as const) {
  compareCodex({
    name: `the network by its proxy${how}`,
    crowd: true,
    request: (place) => {
      mkdirSync(join(place.folder, ".codex"));
      writeFileSync(join(place.folder, ".codex/config.toml"), managed);
      const words = [codex, "sandbox", ...options, "-P", "managed", "--", "sh", "-c"];
      return {
        clean: withoutPorts,
        command: served(place, (ask) => [...words, `${ask} | sort; ${inspector} inspect 3`]),
      };
    },
  });
}

compareCodex({
  name: "by a link called bwrap to a file of another name, and no other bubblewrap",
  crowd: true,
  blind: true,
  request: ({ folder, bwrap }) => {
    for (const path of ["bin", "programs"]) mkdirSync(join(folder, path));
    copyFileSync(bwrap, join(folder, "programs/rein"));
    symlinkSync("../programs/rein", join(folder, "bin/bwrap"));
    return {
      clean,
      // Its own copy would do as well: so there is none.
      binds: [["/bin/false", `${vendor}/codex-resources/bwrap`]],
      environment: { PATH: `${folder}/bin:/usr/bin:/bin` },
      directory: "/opt",
      command: sandbox(":workspace", "sh", "-c", "echo run; exit 4"),
    };
  },
});

compareCodex({
  name: "looking around where a part of /proc is hidden",
  person: "root",
  crowd: true,
  request: () => ({ clean, command: withHiddenProc(sandbox(":workspace", inspector, "inspect", "3")) }),
});

for (const scenario of usualScenarios((script) => sandbox(":workspace", "sh", "-c", script), { clean })) {
  compareCodex(scenario);
}
