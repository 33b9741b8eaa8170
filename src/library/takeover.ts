// What rein/auto loads in a container's first process.

import { isMainThread } from "node:worker_threads";
import { takeOver } from "./pid-1/take-over.ts";

if (isMainThread) takeOver();
