// A Flatpak installation with a runtime that is busybox and the program that looks around, and an application.

import { chownSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { program } from "./bubblewraps.ts";
import { makeBase, makePlace, type Place, runClient } from "./place.ts";

export const application = "org.example.Application";
export const runtime = "org.example.Platform";
export const arch: string = process.arch === "x64" ? "x86_64" : "aarch64";

const applets = "sh cat ls env true false sleep id echo kill mkdir touch readlink ps head wc grep printf test";

/** What makes all of it, in an empty folder. Icons are not looked at: there are none. */
const script = `set -e
export="flatpak build-export --disable-sandbox --no-update-summary"
mkdir -p runtime/files runtime/usr/bin runtime/usr/lib application/files/bin application/export
cp "$1" runtime/usr/bin/link
cp /bin/busybox runtime/usr/bin/busybox
for applet in ${applets}; do ln -s busybox runtime/usr/bin/$applet; done
printf '[Runtime]\\nname=${runtime}\\nruntime=${runtime}/${arch}/1\\nsdk=${runtime}/${arch}/1\\n' >runtime/metadata
$export repository runtime 1
printf '#!/bin/sh\\necho hello "$@"\\n' >application/files/bin/hello
chmod 755 application/files/bin/hello
printf '[Application]\\nname=${application}\\nruntime=${runtime}/${arch}/1\\nsdk=${runtime}/${arch}/1\\ncommand=hello\\n' >application/metadata
$export repository application 1
flatpak build-update-repo repository
flatpak remote-add --user --no-gpg-verify example repository
flatpak install --user --noninteractive example ${application}
# Nobody but root can make the one for all users, and without it nothing runs.
flatpak remotes --system
`;

/** Where Flatpak keeps everything. Nothing of the machine's is read. */
export function flatpakEnvironment({ folder }: Place): Record<string, string> {
  return {
    FLATPAK_USER_DIR: join(folder, "flatpak"),
    FLATPAK_SYSTEM_DIR: join(folder, "system"),
    FLATPAK_CONFIG_DIR: join(folder, "config"),
    XDG_DATA_HOME: join(folder, "data"),
  };
}

let made: Promise<string> | undefined;

/** Makes the installation once, on bubblewrap. */
async function make(t: TestContext): Promise<string> {
  const kept = mkdtempSync("/var/tmp/rein-clients-");
  process.on("exit", () => rmSync(kept, { recursive: true, force: true }));
  const place = makePlace(t, makeBase(t), "bubblewrap", 0);
  const command = ["sh", "-c", script, "sh", program];
  const seen = await runClient(place, { command, environment: flatpakEnvironment(place) });
  if (seen.get("status") !== "exit status 0") throw new Error(`no installation: ${[...seen].join("\n")}`);
  cpSync(place.folder, kept, { recursive: true, verbatimSymlinks: true });
  return kept;
}

function giveTo(uid: number, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) chownSync(path, uid, uid);
  }
}

/** Puts the installation into the place's folder, where it is the person's. */
export async function install(place: Place): Promise<void> {
  made ??= make(place.test);
  cpSync(await made, place.folder, { recursive: true, verbatimSymlinks: true });
  if (place.uid !== 0) giveTo(place.uid, place.folder);
}

/** Accounts that have the person, whom Flatpak looks for. */
export function accounts({ folder, uid }: Place): [string, string][] {
  if (uid === 0) return [];
  const files = {
    passwd: `root:x:0:0:root:/root:/bin/sh\nsomebody:x:${uid}:${uid}:Somebody:${folder}:/bin/sh\n`,
    group: `root:x:0:\nsomebody:x:${uid}:\n`,
  };
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, "..", name);
    writeFileSync(path, text);
    return [path, `/etc/${name}`];
  });
}

/** Without numbers that Flatpak makes up for each run. */
export const withoutInstances = (text: string): string =>
  text
    .replace(/\.flatpak\/\d+/g, ".flatpak/…")
    .replace(/instance-id=\d+/g, "instance-id=…")
    .replace(/guid=\w+/g, "guid=…")
    .replace(/(flatpak-[\w.]+-|-bus-proxy-|\/dbus-)\w{6,10}\b/g, "$1…");
