// PostgreSQL stops in three ways: SIGTERM waits for the sessions, SIGINT ends them, SIGQUIT leaves a recovery to do.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Running, runCommand, startCommand } from "../support/rein.ts";
import { Contained } from "./support/contained.ts";
import { type Scenario, tryOut } from "./support/scenario.ts";

const user = "postgres";
const versions = "/usr/lib/postgresql";
// Debian has a folder for every major version.
const newest = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] : undefined;
const binaries = join(versions, newest ?? "", "bin");
const postgres = join(binaries, "postgres");

const program = {
  name: "PostgreSQL",
  file: postgres,
  package: "postgresql",
  version: [postgres, "--version"],
  needsRoot: true,
} as const;

const serve = (folder: string): string[] => [
  ...[postgres, "-D", join(folder, "data"), "-k", folder, "-c", "listen_addresses="],
  // What a power failure would lose is not what is tested.
  ...["-c", "fsync=off"],
];

function command(folder: string): string[] {
  // Only its owner may start it.
  execFileSync("chown", [user, folder]);
  const owner = ["--reuid", user, "--regid", user, "--clear-groups"];
  const words = ["--pgdata", join(folder, "data"), "--auth", "trust", "--no-sync", "--no-locale", "--encoding", "UTF8"];
  execFileSync("setpriv", [...owner, join(binaries, "initdb"), ...words], { stdio: "ignore" });
  return serve(folder);
}

const mountsAgain = (folder: string): (readonly [string, string])[] => [[join(folder, "shm"), "/dev/shm"]];

function mounts(folder: string): (readonly [string, string])[] {
  const memory = join(folder, "shm");
  mkdirSync(memory);
  execFileSync("chown", [user, memory]);
  return mountsAgain(folder);
}

const psql = (folder: string): string[] => [
  ...["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--host", folder, "--username", user],
];

async function query({ test, folder }: Contained, text: string): Promise<string> {
  const { status, stdout, stderr } = await runCommand(test, [...psql(folder), "--command", text]);
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** A session that lasts, in which a row has been added. */
async function session({ test, folder }: Contained, begin: string): Promise<Running> {
  const client = startCommand(test, psql(folder));
  client.stdin.write(`${begin}; INSERT INTO kept VALUES (2) RETURNING 'added';\n`);
  await client.lineMatching(/^added$/);
  return client;
}

async function fill(contained: Contained): Promise<void> {
  await contained.running.errorLineMatching(/ready to accept connections/);
  await query(contained, "CREATE TABLE kept (number int)");
  await query(contained, "INSERT INTO kept VALUES (1)");
  // As an archive_command would: the shell of a server process leaves somebody behind.
  await contained.orphan((words) => query(contained, `COPY kept TO PROGRAM 'cat >/dev/null; ${words}'`));
}

/** The next start finds nothing to recover, and the rows that were committed. */
function keeps(rows: string): NonNullable<Scenario["afterwards"]> {
  return async ({ test, folder, running }) => {
    assert.match(running.stderr.text, /database system is shut down/);
    for (const name of ["data/postmaster.pid", ".s.PGSQL.5432"]) {
      assert.ok(!existsSync(join(folder, name)), `PostgreSQL has removed ${name}`);
    }
    const containment = {
      init: "rein",
      options: ["--rewrite", "TERM:INT"],
      user,
      mounts: mountsAgain(folder),
    } as const;
    const again = await Contained.start(test, folder, serve(folder), containment);
    await again.running.errorLineMatching(/database system was shut down at/);
    await again.running.errorLineMatching(/ready to accept connections/);
    assert.equal(await query(again, "SELECT string_agg(number::text, ' ' ORDER BY number) FROM kept"), rows);
    again.running.signal(15);
    assert.deepEqual(await again.running.exit(), { status: 0, signal: null });
    assert.doesNotMatch(again.running.stderr.text, /not properly shut down|recovery/);
  };
}

tryOut({
  name: "waits for its sessions",
  program,
  options: ["--grace", "30s"],
  user,
  signal: "SIGTERM",
  status: 0,
  outcome: "session finished",
  mounts,
  command,
  async use(contained) {
    await fill(contained);
    const client = await session(contained, "BEGIN");
    return async () => {
      await contained.running.errorLineMatching(/received smart shutdown request/);
      await contained.look();
      client.stdin.end("COMMIT; SELECT 'committed';\n");
      await client.lineMatching(/^committed$/);
      return (await client.exit()).status === 0 ? "session finished" : "session broken";
    };
  },
  afterwards: keeps("1 2"),
});

tryOut({
  name: "ends its sessions",
  program,
  options: ["--rewrite", "TERM:INT", "--grace", "30s"],
  user,
  signal: "SIGTERM",
  status: 0,
  outcome: "session rolled back",
  mounts,
  command,
  async use(contained) {
    await fill(contained);
    const client = await session(contained, "BEGIN");
    return async () => {
      await contained.running.errorLineMatching(/received fast shutdown request/);
      await contained.running.errorLineMatching(/aborting any active transactions/);
      await contained.running.errorLineMatching(/database system is shut down/);
      client.stdin.end("SELECT 'alive';\n");
      return (await client.exit()).status === 0 ? "session still there" : "session rolled back";
    };
  },
  afterwards: keeps("1"),
});
