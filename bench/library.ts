/**
 * Compares a JavaScript function started by `command()` with the same function
 * in child_process.fork() and in a worker thread, and says what the executable
 * in between, rein/auto and the import of the library add: all in one run and in
 * turns. Read the ratios and differences, the times are this machine's.
 *
 *   node bench/library.ts               all figures
 *   node bench/library.ts --quick       fewer rounds
 *   node bench/library.ts --check       status 1 when one is above its bound
 */
import { work } from "./library-function.ts";

const { init, register } = await import(process.env.REIN_BENCH_IMPORT ?? "rein");
register("work", work);
// What measures is loaded only where it is wanted: a started function should find a program of usual size.
if (!init()) await import("./library-figures.ts");
