/**
 * The AssemblyScript compiler, without the allocator of its stub runtime: ours is src/executable/support/heap.ts. Under
 * any other name it would take a runtime for one that collects, and have every function tell it of its objects.
 */
import asc, { libraryFiles } from "assemblyscript/asc";

libraryFiles["rt/index-stub"] = "";

export default asc;
