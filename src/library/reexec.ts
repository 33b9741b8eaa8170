/**
 * What a program needs to be started for one of its functions. `rein/reexec` is
 * this alone, without execa: a started function is there the sooner.
 *
 * @module
 */
export { dispatch, type Entrypoint, init, register, self } from "./reexec/registry.ts";
