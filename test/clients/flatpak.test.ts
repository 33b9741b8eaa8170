// Flatpak: an application is run in all ways that change bubblewrap's options.

import { client } from "./support/compare.ts";
import { application, flatpakEnvironment, install, withoutInstances } from "./support/flatpak.ts";
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
  return {
    command,
    clean: withoutInstances,
    ...rest,
    environment: { ...flatpakEnvironment(place), ...rest.environment },
  };
}

/** `flatpak run` with these options and the program that looks around. */
function run(name: string, options: string, words = "inspect 3 /.flatpak-info"): void {
  const listed = options.split(" ").filter(Boolean);
  compareFlatpak({
    name: `run ${options === "" ? name : options}`,
    request: (place) =>
      request(place, ["flatpak", "run", "--command=link", ...listed, application, ...words.split(" ")]),
  });
}

run("without options", "");
