/**
 * What asc or the build knows and AssemblyScript's type definitions leave out.
 */

/** asc's allocator of managed objects. */
declare function __new(size: usize, id: u32): usize;

/**
 * The place of a literal text in the module's data, as NUL-terminated bytes.
 * The build puts it there (see scripts/build.ts), and makes `.text("…")` of a
 * literal to `.bytes(bytes("…"))`: a `string` takes two bytes a character and
 * twenty for its header.
 */
declare function bytes(text: string): usize;
