/** What a wasm module is made of (webassembly.github.io/spec/core/binary/modules.html). */

interface Section {
  readonly id: number;
  /** With its id and size. */
  readonly whole: Buffer;
  readonly content: Buffer;
}

const CUSTOM = 0;
const CODE = 10;
const DATA = 11;
const HEADER_SIZE = 8;

/** Reads a module's numbers and names, from `at` on. */
class Reader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** A number in LEB128: seven bits a byte, the lowest first, the eighth says that more follow. */
  number(): number {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = this.bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    return value;
  }

  /** Bytes behind their number. */
  block(): Buffer {
    const size = this.number();
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }
}

function sectionsOf(module: Buffer): Section[] {
  const sections: Section[] = [];
  const reader = new Reader(module, HEADER_SIZE);
  while (!reader.isAtEnd) {
    const start = reader.at++;
    const content = reader.block();
    sections.push({ id: module[start] as number, whole: module.subarray(start, reader.at), content });
  }
  return sections;
}

/** The module without its custom sections, which hold names and are for people. */
export function withoutNames(module: Buffer): Buffer {
  const kept = sectionsOf(module).filter(({ id }) => id !== CUSTOM);
  return Buffer.concat([module.subarray(0, HEADER_SIZE), ...kept.map(({ whole }) => whole)]);
}

/** The module's linear memory from `start` to `end`, as it is before the first instruction: its constants. */
export function initialMemory(bytes: Buffer<ArrayBuffer>, start: number, end: number): Uint8Array {
  const module = new WebAssembly.Module(bytes);
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  const { memory } = new WebAssembly.Instance(module, imports).exports as { memory: WebAssembly.Memory };
  return new Uint8Array(memory.buffer, start, end - start);
}

/** How many bytes of wasm each function takes, by its name; and the constants, all together. */
export function sizesOf(module: Buffer): { functions: Map<string, number>; constants: number } {
  const sections = sectionsOf(module);
  const names = functionNames(sections);
  // Imported functions are counted first.
  let index = WebAssembly.Module.imports(new WebAssembly.Module(Buffer.from(module))).length;
  const functions = new Map<string, number>();
  const code = new Reader(contentOf(sections, CODE));
  for (let count = code.number(); count > 0; count--, index++)
    functions.set(names.get(index) ?? `function ${index}`, code.block().length);
  return { functions, constants: contentOf(sections, DATA).length };
}

function contentOf(sections: Section[], wanted: number): Buffer {
  return sections.find(({ id }) => id === wanted)?.content ?? Buffer.of(0);
}

/** From the subsection 1 of the custom section `name` (the same specification, appendix). */
function functionNames(sections: Section[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const { id, content } of sections) {
    const section = new Reader(content);
    if (id !== CUSTOM || section.block().toString() !== "name") continue;
    while (!section.isAtEnd) {
      const kind = section.number();
      const entries = new Reader(section.block());
      if (kind !== 1) continue;
      for (let count = entries.number(); count > 0; count--) names.set(entries.number(), entries.block().toString());
    }
  }
  return names;
}
