import { staticBuffer } from "./static-buffers";

export const SCRATCH_SIZE: i32 = 524_292;

/**
 * Half a megabyte for what is needed for a while: for files that are read whole
 * before the command starts (linux/whole-file.ts), and then for a bit for every
 * process number that there can be (init/process-tree.ts). A second one would
 * take a third of the memory that there is for options.
 */
export const scratch: usize = staticBuffer(SCRATCH_SIZE);
