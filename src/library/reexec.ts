/**
 * What a program needs to be started for one of its functions. `rein/reexec` is
 * this alone, without execa: a started function is there the sooner.
 *
 * @module
 */
export type { Entrypoint } from "./reexec/enter.ts";
export { dispatch, init, register, self } from "./reexec/registry.ts";
