// Programs that images run under an init.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { get } from "../../payloads/support/http.ts";
import { startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import { askFastCgi } from "./support/fastcgi.ts";
import { tryProgram } from "./support/program.ts";

const programs = join(import.meta.dirname, "programs");
const packages = join(import.meta.dirname, "npm");
/** Debian's, which has its packages; another may come before it in PATH. */
const python = "/usr/bin/python3";
const debian = (file: string, package_: string) => [file, `apt-get install ${package_}`] as const;
const npm = (file: string) => [join(packages, "node_modules", file), `npm ci in ${packages}`] as const;

/** Asks a server as soon as it takes questions: its socket is there a moment before. */
async function ask(socket: string): Promise<string> {
  let answered = "";
  let isAsked = false;
  await eventually(`${socket} answers`, () => {
    if (isAsked) return answered !== "";
    isAsked = true;
    get(socket, "/").then(
      (text) => {
        answered = text;
      },
      () => {
        isAsked = false;
      },
    );
    return false;
  });
  return answered;
}

for (const [name, folderOption, usual] of [
  ["npm", "--prefix", "tini --"],
  ["yarn", "--cwd", "dumb-init --"],
  ["pnpm", "--dir", "catatonit --"],
] as const) {
  tryProgram({
    name: `${name} start`,
    needs: npm(`.bin/${name}`),
    stops: ["SIGTERM", "SIGINT", "SIGQUIT"],
    usual,
    tells: /^(listening|server .*)$/,
    environment: (folder) => ({
      SERVER_SOCKET: join(folder, "socket"),
      npm_config_cache: join(folder, "cache"),
      npm_config_update_notifier: "false",
      XDG_CACHE_HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_STATE_HOME: folder,
      CI: "true",
    }),
    command(folder) {
      const start = `${process.execPath} ${join(programs, "server.mjs")}`;
      const manifest = { name: "served", version: "1.0.0", scripts: { start } };
      writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
      return [process.execPath, join(packages, "node_modules/.bin", name), folderOption, folder, "start"];
    },
    use: async ({ folder }) => `answered: ${await ask(join(folder, "socket"))}`,
  });
}

tryProgram({
  name: "gunicorn",
  needs: debian("/usr/bin/gunicorn", "gunicorn"),
  stops: ["SIGTERM", "SIGQUIT", "SIGINT"],
  usual: "dumb-init -c --",
  tells: /(Handling signal: \w+|Shutting down: \w+)$/,
  command(folder) {
    const body =
      'import os\ndef app(environ, start):\n    start("200 OK", [])\n    return [str(os.getpid()).encode()]\n';
    writeFileSync(join(folder, "served.py"), body);
    return ["gunicorn", "--chdir", folder, "--bind", `unix:${join(folder, "socket")}`, "--workers", "2", "served:app"];
  },
  async use({ folder }) {
    const socket = join(folder, "socket");
    // One that is stopped while a worker starts waits for it in vain, and that for half a minute.
    const workers = new Set<string>();
    while (workers.size < 2) workers.add(await ask(socket));
    return "both workers answered";
  },
});

tryProgram({
  name: "celery",
  needs: debian("/usr/lib/python3/dist-packages/celery/__init__.py", "python3-celery"),
  stops: ["SIGTERM", "SIGQUIT", "SIGINT"],
  usual: "dumb-init -c --",
  // With the whole group asked at once it sometimes waits for ever for workers that have ended, whatever the init.
  under: ["tini --", "dumb-init -c --", "catatonit --"],
  tells: /(worker: \w+ [sS]hutdown.*)$/,
  environment: (folder) => ({
    TASKS_FOLDER: folder,
    C_FORCE_ROOT: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONPATH: programs,
  }),
  command(folder) {
    for (const name of ["queue", "processed"]) mkdirSync(join(folder, name));
    const options = [
      "--concurrency=2",
      "--loglevel=INFO",
      "--without-gossip",
      "--without-mingle",
      "--without-heartbeat",
    ];
    return [python, "-m", "celery", "--app", "tasks", "--workdir", folder, "worker", ...options];
  },
  async use({ folder, running }) {
    await running.errorLineMatching(/ ready\.$/);
    const environment = { ...process.env, TASKS_FOLDER: folder, PYTHONDONTWRITEBYTECODE: "1" };
    const sent = spawnSync(python, [join(programs, "tasks.py"), "done"], { env: environment, encoding: "utf8" });
    assert.equal(sent.status, 0, sent.stderr);
    const noted = join(folder, "noted");
    await eventually("the task is done", () => existsSync(noted) && readFileSync(noted, "utf8") !== "");
    return `noted: ${readFileSync(noted, "utf8").trim()}`;
  },
});

const [fpm = "/usr/sbin/php-fpm"] = globSync("/usr/sbin/php-fpm*");
tryProgram({
  name: "php-fpm",
  needs: debian(fpm, "php-fpm"),
  // The images' own stop signal is QUIT: those under way are answered.
  stops: ["SIGQUIT", "SIGTERM"],
  usual: "tini --",
  tells: /NOTICE: (Finishing.*|Terminating.*|exiting, bye-bye!)/,
  log: "log",
  command(folder) {
    writeFileSync(join(folder, "index.php"), "<?php echo 'served';");
    const pool = [`listen = ${join(folder, "socket")}`, "user = root", "pm = static", "pm.max_children = 2"];
    writeFileSync(
      join(folder, "fpm.conf"),
      ["[global]", `error_log = ${folder}/log`, "daemonize = no", "[www]", ...pool, ""].join("\n"),
    );
    return [fpm, "--allow-to-run-as-root", "--nodaemonize", "--fpm-config", join(folder, "fpm.conf")];
  },
  async use({ folder }) {
    const log = join(folder, "log");
    await eventually("it is ready", () => existsSync(log) && /ready to handle/.test(readFileSync(log, "utf8")));
    const answer = await askFastCgi(join(folder, "socket"), join(folder, "index.php"));
    return `answered: ${answer.split("\r\n\r\n")[1]}`;
  },
});

tryProgram({
  name: "supervisord",
  needs: debian("/usr/bin/supervisord", "supervisor"),
  stops: ["SIGTERM", "SIGQUIT", "SIGINT"],
  usual: "catatonit --",
  tells: /((WARN|INFO) (received|stopped|waiting|exited)|\w+ got TERM).*/,
  log: "log",
  command(folder) {
    // One ends when it is asked to, one runs a child of its own, and one leaves orphans.
    const script = (name: string, rest: string) =>
      `sh -c "trap 'echo ${name} got TERM; exit' TERM; ${rest} while :; do sleep 1000 & wait; done"`;
    const program = (name: string, rest: string): string[] => [
      `[program:${name}]`,
      `command=${script(name, rest)}`,
      `stdout_logfile=${folder}/out`,
      "startsecs=0",
    ];
    writeFileSync(
      join(folder, "supervisord.conf"),
      [
        ...[
          "[supervisord]",
          "minprocs=1",
          "nodaemon=true",
          "user=root",
          `pidfile=${folder}/pid`,
          `logfile=${folder}/log`,
        ],
        ...["[unix_http_server]", `file=${folder}/socket`, "[supervisorctl]", `serverurl=unix://${folder}/socket`],
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        ...program("first", ""),
        ...program("second", "(sleep 0.01 &);"),
        "",
      ].join("\n"),
    );
    return ["supervisord", "-c", join(folder, "supervisord.conf")];
  },
  async use({ folder, test }) {
    await eventually("supervisord listens", () => existsSync(join(folder, "socket")));
    const ask = async (): Promise<string> => {
      const words = ["supervisorctl", "-c", join(folder, "supervisord.conf"), "status"];
      const control = startCommand(test, words, { stdin: "ignore" });
      await control.closed();
      return control.stdout.text;
    };
    let status = await ask();
    while (!/first +RUNNING.*second +RUNNING/s.test(status)) status = await ask();
    return "both run";
  },
});

tryProgram({
  name: "cron",
  needs: debian("/usr/sbin/cron", "cron"),
  stops: ["SIGTERM"],
  usual: "tini -g --",
  tells: /^job .*/,
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
  command(folder) {
    // A job that ends, and leaves an orphan that ends.
    execFileSync("mkfifo", [join(folder, "done")]);
    const job = `@reboot root (: 3>${folder}/done &)`;
    writeFileSync(join(folder, "cron.d/job"), ['MAILTO=""', job, ""].join("\n"));
    return ["cron", "-f"];
  },
  async use({ folder, test }) {
    const reader = startCommand(test, ["cat", join(folder, "done")], { stdin: "ignore" });
    await reader.exit();
    return "job done";
  },
});

tryProgram({
  // What an agent's launcher does: a wrapper in the background that touches a file while the script runs, and writes
  // its status to another. The launcher ends at once, so that both become the init's.
  name: "an agent's durable task",
  needs: ["/bin/sh", ""],
  stops: ["SIGTERM", "SIGQUIT"],
  usual: "tini --",
  tells: /^agent .*/,
  command(folder) {
    writeFileSync(join(folder, "script.sh"), "echo working\nread line <$CONTROL/go\nexit 3\n");
    for (const name of ["go", "beat"]) execFileSync("mkfifo", [join(folder, name)]);
    const beat = "{ while [ ! -f $CONTROL/result ]; do touch $CONTROL/log; sleep 0.05; done; } &";
    const run =
      "sh -xe $CONTROL/script.sh >$CONTROL/log 2>&1; echo $? >$CONTROL/result.tmp; mv $CONTROL/result.tmp $CONTROL/result; wait";
    const launch = `nohup sh -c '(${beat} ${run}) >&- 2>&- &' >/dev/null 2>&1`;
    const agent = `trap "echo agent got TERM; exit 0" TERM; ${launch}; echo agent launched; while :; do sleep 1000 & wait; done`;
    return ["sh", "-c", agent];
  },
  environment: (folder) => ({ CONTROL: folder }),
  async use({ folder, running }) {
    await running.lineMatching(/^agent launched$/);
    const log = join(folder, "log");
    await eventually("the script works", () => existsSync(log) && readFileSync(log, "utf8").includes("working"));
    writeFileSync(join(folder, "go"), "\n");
    const result = join(folder, "result");
    await eventually("the script's status is there", () => existsSync(result));
    return `status: ${readFileSync(result, "utf8").trim()}`;
  },
});

tryProgram({
  name: "puppeteer with Chromium",
  needs: existsSync("/usr/bin/chromium") ? npm("puppeteer-core/package.json") : debian("/usr/bin/chromium", "chromium"),
  stops: ["SIGTERM", "SIGINT"],
  usual: "dumb-init --",
  tells: /^(title: .*|browser .*)$/,
  environment: (folder) => ({
    CLIENTS_PACKAGES: join(packages, "package.json"),
    PROFILE: join(folder, "profile"),
    TMPDIR: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
  }),
  mounts(folder) {
    mkdirSync(join(folder, "shm"));
    return [[join(folder, "shm"), "/dev/shm"]];
  },
  command: () => [process.execPath, join(programs, "browse.mjs")],
  async use({ running }) {
    await running.lineMatching(/^title: a page$/);
    return "a page was opened";
  },
});
