// The package's types in a project of each kind, checked strictly and with the declarations of the package itself.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { area } from "./support/combination.ts";
import { packages } from "./support/packages.ts";
import { execute, project } from "./support/project.ts";

const combine = area("Types");
const program = readFileSync(join(import.meta.dirname, "../package/programs/types.ts"), "utf8");
/** CommonJS has no await outside of a function. */
const asFunction = (code: string): string => {
  const [, imports = "", rest = ""] = /^([\s\S]*?import[^;]*;\n)([\s\S]*)$/.exec(code) ?? [];
  return `${imports}export async function main(): Promise<void> {\n${rest.replaceAll("export const", "const")}\nvoid [lines, bytes, events, bits, again, texts, waited, subprocesses, failures];\n}\n`;
};

const compilers = ["typescript-7", "typescript-5", "typescript-5.4"] as const;
const projects = [
  { resolution: "nodenext", module: "nodenext", type: "module" },
  { resolution: "nodenext", module: "nodenext", type: "commonjs" },
  { resolution: "node16", module: "node16", type: "module" },
  { resolution: "node16", module: "node16", type: "commonjs" },
  { resolution: "bundler", module: "esnext", type: "module" },
] as const;

for (const compiler of compilers) {
  for (const { resolution, module, type } of projects) {
    if (compiler === "typescript-5.4" && resolution === "node16") continue;
    // These know nothing of require() of an ECMAScript module: TS1479.
    const isOld = type === "commonjs" && (resolution === "node16" || compiler === "typescript-5.4");
    combine({
      tool: compiler,
      what: `\`moduleResolution: ${resolution}\`, ${type === "module" ? "ESM" : "CommonJS"}, \`strict\`, \`exactOptionalPropertyTypes\`, no \`skipLibCheck\``,
      on: [24],
      ...(resolution === "nodenext" &&
      (compiler === "typescript-7" || (compiler === "typescript-5" && type === "module"))
        ? {}
        : { short: "never" as const }),
      ...(isOld
        ? {
            known:
              "TypeScript wants ESM there (TS1479): a `.mts` file, or `moduleResolution: nodenext` with 5.8 or newer",
          }
        : {}),
      async run(t, node) {
        const folder = project(t, {
          "package.json": { name: "application", private: true, type },
          "types.ts": type === "module" ? program : asFunction(program),
          "tsconfig.json": {
            compilerOptions: {
              ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true },
              ...{ target: "es2022", lib: ["es2023", "esnext.disposable"], types: ["node"], module },
              ...{ moduleResolution: resolution, skipLibCheck: false },
            },
            files: ["types.ts"],
          },
        });
        const { folder: tools } = packages("npm");
        const tsc = join(tools, "node_modules", compiler, "bin/tsc");
        const { status, stdout } = await execute(t, node, folder, ["node", tsc, "--project", "."]);
        assert.equal(stdout, "");
        assert.equal(status, 0);
      },
    });
  }
}
