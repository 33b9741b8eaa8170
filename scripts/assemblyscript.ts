/**
 * The AssemblyScript compiler, without the allocator of its stub runtime: ours is src/executable/support/heap.ts. Under
 * any other name it would take a runtime for one that collects, and have every function tell it of its objects. In its
 * place, which is compiled before all else, are the constants.
 */
import asc, { libraryFiles } from "assemblyscript/asc";
import { firstSource } from "./module-source.ts";

libraryFiles["rt/index-stub"] = firstSource;

export default asc;
