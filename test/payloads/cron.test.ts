// cron leaves its jobs to themselves when it ends; as PID 1 it does not even end.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCommand } from "../support/rein.ts";
import { writeIdler } from "./support/idler.ts";
import { tryOut } from "./support/scenario.ts";

tryOut({
  name: "ends with a job under way",
  program: {
    name: "cron",
    file: "/usr/sbin/cron",
    package: "cron",
    version: ["dpkg-query", "--show", "cron"],
    needsRoot: true,
  },
  // It has no handler for SIGTERM, which is no reason to report a failure.
  options: ["--drain", "10s", "--expect", "143"],
  signal: "SIGTERM",
  status: 0,
  outcome: "job cleaned up",
  command(folder) {
    // Two jobs: one leaves an orphan, the other goes on; the test reads the FIFOs.
    execFileSync("mkfifo", [join(folder, "orphan"), join(folder, "ready")]);
    writeIdler(join(folder, "job"), `echo cleaned up >${folder}/record`);
    const jobs = [`(: 3>${folder}/orphan &)`, `exec sh ${folder}/job >${folder}/ready`];
    writeFileSync(
      join(folder, "cron.d/jobs"),
      ['MAILTO=""', ...jobs.map((job) => `@reboot root ${job}`), ""].join("\n"),
    );
    return ["cron", "-f"];
  },
  mounts(folder) {
    for (const name of ["run", "cron.d", "spool/crontabs"]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "crontab"), "");
    return [
      [join(folder, "run"), "/run"],
      [join(folder, "cron.d"), "/etc/cron.d"],
      [join(folder, "crontab"), "/etc/crontab"],
      [join(folder, "spool"), "/var/spool/cron"],
    ];
  },
  async use(contained) {
    const { test, folder } = contained;
    for (const name of ["orphan", "ready"]) {
      const reader = startCommand(test, ["cat", join(folder, name)], { stdin: "ignore" });
      if (name === "ready") await reader.line();
      else await reader.exit();
    }
    return async () => {
      await contained.running.exit();
      return existsSync(join(folder, "record")) ? "job cleaned up" : "job cut off";
    };
  },
});
