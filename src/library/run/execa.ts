import { readFileSync } from "node:fs";
import type { execa, execaSync } from "execa";
import { UnsupportedError } from "../shared/errors.ts";

interface Execa {
  readonly execa: typeof execa;
  readonly execaSync: typeof execaSync;
}

let provided: Execa | undefined;

/** For a bundle, in which there is nothing to be loaded later. */
export function provideExeca(execa: Execa): void {
  provided = execa;
}

/** execa, whose hundred modules a function that was started by `command`, and starts nothing, need not wait for. */
export function loadedExeca(): Execa {
  provided ??= load();
  return provided;
}

function load(): Execa {
  const { url }: Partial<ImportMeta> = import.meta;
  if (url === undefined)
    throw new UnsupportedError(["execa"], "this bundle was made without it; take the condition module");
  const { createRequire } = process.getBuiltinModule("node:module");
  const require = createRequire(url);
  try {
    return require("execa") as Execa;
  } catch (error) {
    return asModule(require, "execa", error) as Execa;
  }
}

/**
 * tsx has `require` translate modules to CommonJS, and their imports to `require`; but a package that execa imports is
 * there for `import` alone. So Node.js's own way is taken, by what tsx, too, ends with. Throws `failure` if there is none.
 */
function asModule(require: NodeJS.Require, name: string, failure: unknown): unknown {
  const { extensions } = require;
  const { ".js": given } = extensions;
  const file = require.resolve(name);
  extensions[".js"] = (module, path) => {
    if (path !== file) return given(module, path);
    const { _compile: compile } = module as unknown as {
      _compile?: (text: string, path: string, format: string) => void;
    };
    if (compile === undefined) throw failure;
    compile.call(module, readFileSync(path, "utf8"), path, "module");
  };
  try {
    return require(name);
  } finally {
    extensions[".js"] = given;
  }
}
