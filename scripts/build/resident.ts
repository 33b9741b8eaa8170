/**
 * Which functions stay in memory while the command runs: those that pass a signal on, reap an orphan and say so. layout.ld
 * puts them together, so that the pages of all others can be given back (host.c: giveBackCold).
 */

/** As asc names them, below src/executable/; `*` stands for anything. */
const resident = [
  // First the one that waits.
  "init/init/runInit",
  "init/reap/Reaper#*",
  "init/forward/Forwarder#*",
  // Not the payload's end, after which whoever is left is looked for.
  ..."holds,released,killIn,advance,isOver,isStopSignal".split(",").map((method) => `init/shutdown/Shutdown#${method}`),
  "payload/terminal/Terminal#takeBackFrom",
  "report/messages/Messages#childEnded*",
  "report/status-lines/putEnd",
  // Not the constructor.
  ..."event,number,signal,bytes,key,end".split(",").map((method) => `report/status-lines/StatusLines#${method}`),
];

/**
 * Their sections, for layout.ld. Fails where a name is not in wasm2c's `code` any more: a function that runs while the
 * command does and is not there would cost up to 64 kB of resident memory, as the kernel maps 16 pages where one is touched.
 */
export function residentSections(code: string, names: readonly string[] = resident): string {
  const functions = new Set(
    [...code.matchAll(/^(?:static )?\w+ (w2c_rein_\w+)\(w2c_rein\* instance/gm)].map(([, name]) => name!),
  );
  return names
    .map((name) => {
      const pattern = `w2c_rein_${mangled(`src/executable/${name}`)}`;
      const regularExpression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
      if (![...functions].some((found) => regularExpression.test(found)))
        throw new Error(`there is no function ${name} any more: put its new name in scripts/build/resident.ts`);
      // gcc puts something behind the names of functions that it has changed: `.constprop.0`.
      return `*(.text.${pattern} .text.${pattern}.*)\n`;
    })
    .join("");
}

/** As wasm2c makes identifiers of names. */
function mangled(name: string): string {
  return name.replace(/[^A-Za-z0-9*]/g, (character) => `0x${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
