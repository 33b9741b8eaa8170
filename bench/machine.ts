import { readFileSync } from "node:fs";
import os from "node:os";

/** What a reader needs to know of the machine; nothing that names it. */
export interface Machine {
  kernel: string;
  system: string;
  architecture: string;
  cpu: string;
  cores: number;
  /** In bytes. */
  memory: number;
  /** The load average before the run: others take their share of the processors, too. */
  load: number;
}

export function machine(): Machine {
  const cpus = os.cpus();
  return {
    // Without the builder's own suffix.
    kernel: `Linux ${/^[\d.]+/.exec(os.release())?.[0] ?? ""}`,
    system: systemName(),
    architecture: process.arch,
    cpu: cpus[0]?.model.trim() ?? "",
    cores: cpus.length,
    memory: os.totalmem(),
    load: os.loadavg()[0]!,
  };
}

/** With the point release where there is one to be told (Debian). */
function systemName(): string {
  try {
    const name = /^NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "";
    if (name.startsWith("Debian")) return `Debian ${readFileSync("/etc/debian_version", "utf8").trim()}`;
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? name;
  } catch {
    return "";
  }
}
