/** Says that it is there, and waits for its end. */
export function work(): void {
  process.stdout.write("ready\n");
  setInterval(() => {}, 1 << 30);
}

// In a process or a thread of its own it is the whole program.
if (process.argv[2] === "work") work();
