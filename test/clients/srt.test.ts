// Anthropic's sandbox runtime: `srt` runs a command with files and network restricted. It asks the bwrap of PATH for its
// version and its help, and gives long lists of mounts by --args. Inside, socat leads to its proxy, and a helper of its
// own makes another user namespace and loads a filter.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspector } from "./support/bubblewraps.ts";
import { withHiddenProc } from "./support/circumstances.ts";
import { client } from "./support/compare.ts";
import { packageClient, packageFile } from "./support/npm.ts";
import type { Observations } from "./support/observations.ts";
import { type Place, type Request, runClient } from "./support/place.ts";
import { served } from "./support/served.ts";
import { usualScenarios } from "./support/usual-scenarios.ts";

const srt = packageFile("@anthropic-ai/sandbox-runtime", "dist/cli.js");
const compareSrt = client(
  packageClient("@anthropic-ai/sandbox-runtime", { socat: "/usr/bin/socat", ripgrep: "/usr/bin/rg" }),
);

/** Sockets, passwords and ports that are others each time. */
const clean = (text: string): string =>
  text
    .replace(/\bclaude-(http|socks|empty|observe)-\w+/g, "claude-$1-…")
    .replace(/\b[\da-f]{32}\b/g, "…")
    .replace(/^\d{4,5}$/, "…");

interface Settings {
  readonly network?: Readonly<Record<string, unknown>>;
  readonly filesystem?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** Its settings, where it looks for them when no other file is given. */
function settle({ folder }: Place, settings: Settings): void {
  const all = {
    ...settings,
    network: { allowedDomains: [], deniedDomains: [], ...settings.network },
    filesystem: { denyRead: [], allowWrite: ["."], denyWrite: [], ...settings.filesystem },
  };
  writeFileSync(join(folder, ".srt-settings.json"), JSON.stringify(all), { mode: 0o644 });
}

const run = (script: string): readonly string[] => [process.execPath, srt, "-c", script];
const look = run(`${inspector} inspect 3`);

const looks: Readonly<Record<string, Settings>> = {
  "with its own rules": {},
  "with paths of all kinds": {
    filesystem: {
      denyRead: ["/root", "/etc/ssh", "/etc/hostname", "/srv/**/*.key"],
      allowRead: ["/etc/ssh/moduli"],
      allowWrite: [".", "/tmp", "/var/tmp/absent"],
      denyWrite: ["./kept", "/tmp/kept", "./absent/below"],
    },
  },
  "without its helper": { network: { allowAllUnixSockets: true } },
  "nested, without /proc": { enableWeakerNestedSandbox: true },
  "allowed to nest": { network: { allowAllUnixSockets: true }, allowNestedUserNamespaces: true },
  "with variables taken": {
    credentials: {
      envVars: [
        { name: "TOKEN", mode: "deny" },
        { name: "LANG", mode: "deny" },
      ],
    },
  },
};

/** Two shells start a program each, at the same time: which gets the lower number is a matter of luck. */
function withoutOrder(seen: Observations): Observations {
  const isTheirs = (key: string): boolean => /^(bash|socat) /.test(seen.get(key.replace("directory of ", "")) ?? "");
  return new Map([...seen].filter(([key]) => !isTheirs(key)));
}

/** It waits for socat's socket a second and a half at the most, and a busy machine can take longer: it is asked again. */
async function runPatiently(place: Place, request: Request): Promise<Observations> {
  for (let tries = 5; ; tries--) {
    const seen = await runClient(place, request);
    const late = [...seen.values()].some((value) => value.includes("Failed to create bridge sockets"));
    if (!late || tries === 1) return seen;
  }
}

const observe = async (place: Place, request: Request): Promise<Observations> =>
  withoutOrder(await runPatiently(place, request));

for (const [name, settings] of Object.entries(looks)) {
  compareSrt({
    name: `looking around, ${name}`,
    crowd: true,
    observe,
    request: (place) => {
      settle(place, settings);
      return { clean, command: look, environment: { TOKEN: "secret", ODD: "a\nb = c" } };
    },
  });
}

compareSrt({
  name: "more paths than fit a command line, by --args",
  crowd: true,
  blind: true,
  observe: runPatiently,
  request: (place) => {
    const paths = Array.from({ length: 500 }, (_, i) => join(place.folder, `${"long".repeat(60)}-${i}`));
    for (const path of paths) writeFileSync(path, "secret");
    settle(place, { filesystem: { denyRead: paths } });
    return { clean, command: run("cat longlong* 2>/dev/null; grep -c longlong /proc/self/mountinfo; exit 3") };
  },
});

compareSrt({
  name: "looking around where a part of /proc is hidden, nested",
  person: "root",
  crowd: true,
  observe,
  request: (place) => {
    settle(place, { enableWeakerNestedSandbox: true });
    return { clean, command: withHiddenProc(look) };
  },
});

compareSrt({
  name: "the network by its proxy",
  crowd: true,
  blind: true,
  observe: runPatiently,
  request: (place) => {
    settle(place, { network: { allowedDomains: ["localhost"] } });
    return { clean, command: served(place, (ask) => run(`${ask} | sort`)) };
  },
});

for (const scenario of usualScenarios(run, { clean })) {
  compareSrt({
    ...scenario,
    observe: runPatiently,
    request: (place) => {
      settle(place, {});
      return scenario.request(place);
    },
  });
}
