/** TypeScript -> wasm. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import asc from "../assemblyscript.ts";
import { ascOptions, withByteLiterals } from "../module-source.ts";

/** Compiles `main`, below the folder `root`, to the file `wasm`, with the functions' names: layout and sizes go by them. */
export async function compileToWasm(root: string, main: string, wasm: string): Promise<void> {
  const paths = [relative(root, main), "--baseDir", root, "-o", relative(root, wasm)];
  const { error } = await asc.main([...ascOptions, "--debug", ...paths], {
    // asc says of code that it cannot make smaller by another round that its "last converge was suboptimal".
    stderr: {
      write(text: unknown) {
        if (!String(text).includes("suboptimal")) process.stderr.write(String(text));
      },
    },
    readFile(name, base) {
      const path = join(base, name);
      return existsSync(path) ? withByteLiterals(readFileSync(path, "utf8")) : null;
    },
  });
  if (error) throw error;
}
