/**
 * What asc or the build knows and AssemblyScript's type definitions leave out.
 */

/** asc's allocator of managed objects. */
declare function __new(size: usize, id: u32): usize;

/**
 * The place of a literal text in the module's data, as NUL-terminated bytes.
 * The build puts it there (see scripts/module-source.ts): a `string` takes two
 * bytes a character and twenty for its header.
 */
declare function bytes(text: string): usize;

/**
 * The same for a list of words with a comma between two: each with its length
 * before it, in a byte, and a zero at the end (support/word-list.ts).
 */
declare function wordList(words: string): usize;

/**
 * The same for a text that is only put into a line, by `Line.prose`: the build
 * codes it (see scripts/pair-coding.ts). It makes `.text("…")` of a literal to
 * `.prose(prose("…"))`.
 */
declare function prose(text: string): usize;

/** What the codes in prose stand for, as the build found them. */
declare function pairTable(): usize;
