/**
 * A 64-bit ELF file up to the end of its last segment (elf(5)): sections are
 * for linkers and debuggers, the kernel never reads them.
 */
export function withoutSections(file: Buffer): Buffer {
  const headers = Number(file.readBigUInt64LE(32));
  const [size, count] = [file.readUInt16LE(54), file.readUInt16LE(56)];
  let end = 0;
  for (let header = headers; header < headers + size * count; header += size) {
    end = Math.max(end, Number(file.readBigUInt64LE(header + 8) + file.readBigUInt64LE(header + 32)));
  }
  // No section headers: neither an offset nor a size, a number or an index of names.
  file.fill(0, 40, 48);
  file.fill(0, 58, 64);
  return file.subarray(0, end);
}
