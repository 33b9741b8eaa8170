// Flatpak: an application is run in all ways that change bubblewrap's options.

import { existsSync, writeFileSync } from "node:fs";
import { client } from "./support/compare.ts";
import {
  accounts,
  application,
  arch,
  flatpakEnvironment,
  install,
  runtime as runtimeName,
  withoutInstances,
} from "./support/flatpak.ts";
import type { Place, Request } from "./support/place.ts";

const compareFlatpak = client({
  name: "Flatpak",
  version: ["flatpak", "--version"],
  needs: {
    "/usr/bin/flatpak": "apt-get install flatpak",
    "/bin/busybox": "apt-get install busybox-static",
  },
});

async function request(place: Place, command: readonly string[], rest: Partial<Request> = {}): Promise<Request> {
  await install(place);
  const binds = [...accounts(place), ...(rest.binds ?? [])];
  return {
    command,
    // What a bus logs comes in any order, and is not about bubblewrap.
    clean: (text) => withoutInstances(text).replace(/^dbus-daemon\[.*\n/gm, ""),
    ...rest,
    binds,
    environment: { ...flatpakEnvironment(place), ...rest.environment },
  };
}

/** `flatpak run` with these options, and the program that looks around. */
function run(
  options: string,
  more: { readonly name?: string; readonly words?: string; readonly everybody?: true } = {},
): void {
  const { name = options, words = "inspect 3 /.flatpak-info", everybody } = more;
  const given = options.split(" ").filter(Boolean);
  compareFlatpak({
    name: `run ${name}`,
    ...(everybody === undefined && { longForUsers: "root has run it" }),
    request: (place) =>
      request(place, ["flatpak", "run", ...given, "--command=link", application, ...words.split(" ")]),
  });
}

run("", { name: "without options", everybody: true });
run("--share=network", { everybody: true });
run("--unshare=network --unshare=ipc");
run("--share=network --share=ipc");
run("--filesystem=host", { everybody: true });
run("--filesystem=host:ro --filesystem=host-os --filesystem=host-etc");
run("--filesystem=home");
run("--filesystem=/var/tmp:ro --filesystem=~/folder:create --filesystem=/nowhere");
run("--filesystem=home --nofilesystem=home");
run("--filesystem=xdg-download:create --filesystem=xdg-run/somewhere:create");
run("--persist=.kept --persist=folder", { everybody: true });
run("--socket=x11 --socket=wayland --socket=pulseaudio --socket=ssh-auth --socket=pcsc --socket=cups");
run("--socket=x11 --socket=fallback-x11 --nosocket=wayland");
run("--device=all", { everybody: true });
run("--device=shm --device=dri --device=kvm");
run("--device=all --nodevice=all");
run("--allow=devel --allow=multiarch --allow=bluetooth --allow=canbus");
run("--allow=per-app-dev-shm");
run("--disallow=devel");
run("--devel", { everybody: true });
run("--env=ONE=1 --env=TWO= --unset-env=LANG");
run("--cwd=/app");
run("--die-with-parent", { everybody: true });
run("--no-session-bus --no-a11y-bus --no-documents-portal");
run("--sandbox", { everybody: true });
run("--sandbox --share=network --filesystem=home");
run("--parent-expose-pids --parent-pid=1", { name: "--parent-pid=1" });
run(`--arch=${arch} --branch=1 --runtime-version=1`);
run("--filesystem=home --file-forwarding", { words: "inspect 3 @@ /etc/hostname @@" });
run("--log-session-bus");

compareFlatpak({
  name: "run the application's own command",
  blind: true,
  request: (place) => request(place, ["flatpak", "run", application, "a", "b"]),
});

compareFlatpak({
  name: "run --env-fd, --instance-id-fd",
  request: async (place) => {
    const script = `exec "$@" 9<"$0"`;
    const file = `${place.folder}/variables`;
    writeFileSync(file, "ONE=1\0TWO=2\0");
    const run = ["flatpak", "run", "--env-fd=9", "--command=link", application, "inspect", "3"];
    return await request(place, ["sh", "-c", script, file, ...run]);
  },
});

for (const [name, command] of [
  ["a command that is not there", ["--command=nothing", application]],
  ["a directory that is not there", ["--cwd=/nowhere", application]],
  ["a command that is ended by a signal", ["--command=sh", application, "-c", "kill -9 $$"]],
  ["an application that is not there", ["org.example.Nothing"]],
  ["what is written", ["--command=sh", application, "-c", "echo out; echo error >&2; exit 7"]],
] as const) {
  compareFlatpak({
    name: `run ${name}`,
    blind: true,
    request: (place) => request(place, ["flatpak", "run", ...command]),
  });
}

compareFlatpak({
  name: "ps, enter and kill, from beside",
  person: "root",
  request: async (place) =>
    await request(place, [
      ...["sh", "-c"],
      `mkfifo ready
      flatpak run --command=link ${application} wait >ready & run=$!
      read line <ready
      flatpak ps --columns=application,runtime,branch
      flatpak enter "$(flatpak ps --columns=instance)" link inspect 3
      echo "enter: $?"
      flatpak kill ${application}
      wait $run
      echo "run: $?"
      flatpak ps --columns=application`,
    ]),
});

compareFlatpak({
  name: "ps and kill, from beside",
  person: "an ordinary user",
  blind: true,
  request: async (place) =>
    await request(place, [
      ...["sh", "-c"],
      `mkfifo ready
      flatpak run --command=link ${application} wait >ready & run=$!
      read line <ready
      flatpak ps --columns=application,runtime,branch
      flatpak kill ${application}
      wait $run
      echo "run: $?"`,
    ]),
});

for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
  compareFlatpak({
    name: `run, and ${signal} to it`,
    blind: true,
    request: async (place) =>
      await request(place, ["flatpak", "run", "--die-with-parent", "--command=link", application, "wait"], {
        async meanwhile({ running, client }) {
          await running.lineMatching(/^ready$/);
          process.kill(await client(), signal);
        },
      }),
  });
}

/** In a directory that \`flatpak build-init\` made. */
function build(name: string, options: string, finish: string): void {
  compareFlatpak({
    name: `build ${options}`.trim(),
    request: async (place) =>
      await request(place, [
        ...["sh", "-c"],
        `flatpak build-init "$@" ${runtimeName} ${runtimeName} 1 && flatpak build ${options} "$1" link inspect 3
        echo "build: $?"; ${finish}`,
        ...["sh", name, "org.example.New"],
      ]),
  });
}
build(
  "new",
  "",
  "flatpak build new mkdir /app/bin && flatpak build-finish new --command=sh --share=ipc && cat new/metadata",
);
build("new", "--share=network --env=ONE=1 --build-dir=/tmp", ":");
build("new", "--readonly --die-with-parent --bind-mount=/run/own=/var/tmp", ":");
build("new", "--with-appdir --allow=devel --filesystem=host", ":");

compareFlatpak({
  name: "run in a session with a bus",
  crowd: true,
  request: async (place) =>
    await request(place, [
      ...["dbus-run-session", "--", "flatpak", "run", "--command=link", "--talk-name=org.example.Other", application],
      ...["inspect", "3", "/.flatpak-info"],
    ]),
});
compareFlatpak({
  name: "run --socket=session-bus in a session with a bus",
  crowd: true,
  request: async (place) =>
    await request(place, [
      ...["dbus-run-session", "--", "flatpak", "run", "--command=link", "--socket=session-bus", application],
      ...["inspect", "3"],
    ]),
});

/** The portal starts another sandbox for an application that asks; the machine's program for that is used inside. */
const spawn = "/run/host/usr/libexec/flatpak-xdg-utils/flatpak-spawn";
for (const options of ["", "--sandbox", "--no-network --watch-bus"]) {
  compareFlatpak({
    name: `the portal, flatpak-spawn ${options}`.trim(),
    crowd: true,
    skip: !existsSync(spawn.replace("/run/host", "")) && "apt-get install flatpak-xdg-utils",
    request: async (place) =>
      await request(place, [
        ...["dbus-run-session", "--", "flatpak", "run", "--filesystem=host-os", "--command=sh", application, "-c"],
        `cd /run/host/usr/lib/${arch}-linux-gnu && exec ./ld-linux-*.so.? --library-path "$PWD" \
          ${spawn} --directory=/ ${options} link inspect 3`,
      ]),
  });
}
