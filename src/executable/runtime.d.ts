/**
 * What asc or the build knows and AssemblyScript's type definitions leave out.
 */

/** asc's allocator of managed objects. */
declare function __new(size: usize, id: u32): usize;

/** Where linear memory goes on when it grows (scripts/module-source.ts). */
declare const MEMORY_GROWTH: i32;

/**
 * The place of a literal text in the module's data, as NUL-terminated bytes.
 * The build puts it there (see scripts/module-source.ts), and makes `.text("…")`
 * of a literal to `.packed(words("…"))`: the kernel and every line of ours take
 * bytes, while asc's strings are of 16-bit units with a header each.
 */
declare function bytes(text: string): usize;

/** The same for a text that only people read, packed (scripts/packed-texts.ts): `Line.packed` puts it out. */
declare function words(text: string): usize;

/** The same for a list of phrases with a comma between two (support/phrases.ts). */
declare function phrases(list: string): usize;

/** Of each byte that stands for two others in a packed text: these two. */
declare function wordPairs(): usize;

/**
 * The same for a list of words with a comma between two: each with its length
 * before it, in a byte, and a zero at the end (support/word-list.ts).
 */
declare function wordList(words: string): usize;
