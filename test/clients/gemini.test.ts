// Gemini CLI's core library: the class that makes a command of bubblewrap's from what the agent may do. The options come
// by --args, and a filter by --seccomp, from files that a shell opens. It takes the bwrap of PATH.

import { join } from "node:path";
import { inspector } from "./support/bubblewraps.ts";
import { client } from "./support/compare.ts";
import type { GeminiRun } from "./support/gemini.ts";
import { packageClient, packageFile } from "./support/npm.ts";
import { usualScenarios } from "./support/usual-scenarios.ts";

const library = packageFile("@google/gemini-cli-core", "dist/src/sandbox/linux/LinuxSandboxManager.js");
const driver = join(import.meta.dirname, "support/gemini.ts");

const compareGemini = client(packageClient("@google/gemini-cli-core"));

/** Files with other names each time, and where in Node.js an error came about. */
const clean = (text: string): string =>
  text
    .replace(/\n {4}at .*/g, "")
    .replace(/\bgemini-cli-(seccomp|mask-file)-\w+/g, "gemini-cli-$1-…")
    .replace(/\bgemini-cli-bwrap-args-[\w-]+/g, "gemini-cli-bwrap-args-…");

const gemini = (run: GeminiRun): readonly string[] => [process.execPath, driver, library, JSON.stringify(run)];
const writable = { readonly: false };
const look = { command: inspector, args: ["inspect", "3"] };

/** A workspace with what the class protects: secrets, and what tells its own programs what to do. */
const inWorkspace = (run: GeminiRun): readonly string[] => [
  ...[
    "sh",
    "-c",
    'echo S=1 >.env; mkdir -p deep/.git more kept; echo T=2 >deep/.env.local; echo k >kept/file; exec "$@"',
  ],
  ...["sh", ...gemini(run)],
];

const looks: Readonly<Record<string, GeminiRun>> = {
  "read-only": { ...look, mode: { readonly: true } },
  writable: { ...look, mode: writable },
  "with the network": { ...look, mode: { readonly: false, network: true } },
  "with everything allowed": { ...look, mode: { yolo: true } },
  "with other folders": {
    ...look,
    mode: writable,
    includeDirectories: ["/opt"],
    policy: {
      allowedPaths: ["/srv", "/var/tmp/absent/file"],
      additionalPermissions: { fileSystem: { read: ["/mnt"] } },
    },
  },
};

for (const [name, run] of Object.entries(looks)) {
  compareGemini({
    name: `looking around, ${name}`,
    crowd: true,
    request: () => ({ clean, command: inWorkspace(run) }),
  });
}

compareGemini({
  name: "looking around, with what is forbidden",
  crowd: true,
  request: ({ folder }) => ({
    clean,
    command: inWorkspace({
      ...look,
      mode: writable,
      forbidden: [join(folder, "kept"), join(folder, "deep/.env.local"), "/etc/hostname"],
    }),
  }),
});

compareGemini({
  name: "its own commands that read and write a file",
  crowd: true,
  blind: true,
  request: ({ folder }) => ({
    clean,
    command: [
      ...[
        "sh",
        "-c",
        'echo before >file; "$1" "$2" "$3" "$4"; echo "exit status $?"; echo after | "$1" "$2" "$3" "$5"; cat file',
      ],
      ...["sh", ...gemini({ command: "__read", args: [join(folder, "file")], mode: writable })],
      JSON.stringify({ command: "__write", args: [join(folder, "file")], mode: writable }),
    ],
  }),
});

const start = (script: string): readonly string[] => gemini({ command: "sh", args: ["-c", script], mode: writable });
for (const scenario of usualScenarios(start, { clean })) compareGemini(scenario);
