// A seccomp filter as tools hand it to bubblewrap.

/** A filter that answers ptrace(2) with EPERM and allows the rest, as struct sock_filter, on x86-64 and on arm64. */
export function refusePtrace(): Uint8Array {
  const program = [
    [0x20, 0, 0, 0],
    [0x15, 1, 0, process.arch === "x64" ? 101 : 117],
    [0x06, 0, 0, 0x7fff0000],
    [0x06, 0, 0, 0x00050001],
  ] as const;
  const bytes = Buffer.alloc(8 * program.length);
  for (const [i, [code, yes, no, value]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(yes, 8 * i + 2);
    bytes.writeUInt8(no, 8 * i + 3);
    bytes.writeUInt32LE(value, 8 * i + 4);
  }
  return bytes;
}
