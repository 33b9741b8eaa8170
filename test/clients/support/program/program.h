// The program that the comparison of clients runs on both sides of a sandbox; it has a copy of no other code.

#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdarg.h>

/** Prints what was seen: a line `seen<TAB>KEY<TAB>VALUE`; control characters are octal. */
void seen(const char *value, const char *key, ...) __attribute__((format(printf, 2, 3)));
/** The same with a value that is put together. */
void seen_number(long value, const char *key);
/** What a link of /proc points to; "?" when that cannot be told. */
const char *link_of(const char *path);
/** A file's first 64 KiB, with an end; empty when it cannot be read. */
char *text_of(const char *path);

/** The process itself: identity, rights, signals, limits, environment. */
void inspect_self(char **environment);
/** What it may do, each tried in a child. */
void inspect_attempts(void);
/** Descriptors, mounts, devices. */
void inspect_files(void);
/** The other processes. */
void inspect_processes(void);

/** PID 1 of the place in which a client runs: see watch.c. */
int watch(char **words);

#endif
