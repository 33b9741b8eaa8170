// What the real shells offer for a line, with the completions of this project.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

const completions = join(import.meta.dirname, "../../../completions");
/** A folder for programs, which is on PATH. */
export const PROGRAMS = "programs";
/** A shell that waits for something that does not come is ended. */
const LONGEST = 60_000;

/** Offers for each line; the word behind the last blank is to be completed. */
export type Shell = (lines: readonly string[], directory: string) => string[][];

function run(command: string, words: readonly string[], directory: string, variables: NodeJS.ProcessEnv = {}): string {
  const env = { ...process.env, PATH: `${join(directory, PROGRAMS)}:${process.env.PATH}`, ...variables };
  const options = {
    encoding: "utf8",
    cwd: directory,
    env,
    input: "",
    timeout: LONGEST,
    killSignal: "SIGKILL",
  } as const;
  const { status, stdout, stderr, error } = spawnSync(command, words, options);
  if (error !== undefined || status !== 0 || stderr !== "") throw error ?? new Error(`${status}: ${stderr}`);
  return stdout;
}

/** Between the offers for two lines. */
const MARK = "----";

/** Without what the shells differ in: what they put behind an offer, and what is near the word but not its continuation. */
function compared(output: string, lines: readonly string[], before: (line: string) => string = () => ""): string[][] {
  return output.split(`${MARK}\n`).map((part, index) => {
    const line = lines[index] ?? "";
    const word = wordOf(line);
    const offers = part.split("\n").filter(Boolean);
    const whole = offers.map((offer) => `${before(line)}${offer.replace(/\t.*/, "")}`.replace(/[:=/]$/, ""));
    return [...new Set(whole.filter((offer) => offer.startsWith(word)))].sort();
  });
}

function wordOf(line: string): string {
  return line.slice(line.lastIndexOf(" ") + 1);
}

/** As bash parts a line into COMP_WORDS: at blanks, and at = and : too. */
function bashWords(line: string): string[] {
  const words = line.match(/'[^']*'|[=:]+|[^\s=:']+/g) ?? [];
  return /[\s=:]$/.test(line) ? [...words, ""] : words;
}

export const bash: Shell = (lines, directory) => {
  const script = `
source "$0/rein.bash"
_tried() { mapfile -t COMPREPLY < <(compgen -W 'apple apricot' -- "$2"); }
complete -F _tried tried
while (($# > 0)); do
  COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=("\${@:3:$2}") COMP_CWORD=$(($2 - 1)) COMPREPLY=()
  shift $(($2 + 2))
  _rein
  printf '%s\\n' "\${COMPREPLY[@]}"
  (($# == 0)) || echo ${MARK}
done`;
  const words = lines.flatMap((line) => [line, String(bashWords(line).length), ...bashWords(line)]);
  const output = run("bash", ["--norc", "-c", script, completions, ...words], directory);
  // Its own word begins behind the last = or :.
  return compared(output, lines, (line) => wordOf(line).replace(/[^=:]*$/, ""));
};

export const fish: Shell = (lines, directory) => {
  const script = `
source $argv[1]/rein.fish
set -e argv[1]
complete -c tried -f -a 'apple apricot'
for index in (seq (count $argv))
    complete -C $argv[$index]
    test $index -eq (count $argv); or echo ${MARK}
end`;
  return compared(run("fish", ["--no-config", "-c", script, completions, ...lines], directory), lines);
};

/** zsh completes on a terminal only; what it would add is printed there, and the line is taken back. */
export const zsh: Shell = (lines, directory) => {
  const inside = `
PS1= fpath=($REIN_COMPLETIONS $fpath)
autoload -Uz compinit && compinit -u -D
_tried() { compadd apple apricot }
compdef _tried tried
compadd() {
  local -a found
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    builtin compadd -A found "$@"
    (( $#found )) && print -rl -- OFFER:$IPREFIX$^found
  fi
  builtin compadd "$@"
}
_offer() {
  print
  _main_complete
  compstate[insert]= compstate[list]=
  print -r -- DO""NE
}
zle -C offer complete-word _offer
bindkey '^I' offer
bindkey '^U' kill-whole-line
print -r -- REA""DY
`;
  const script = `
zmodload zsh/zpty
zpty inside TERM=dumb zsh -f -i
zpty -w inside 'eval $REIN_INSIDE'
zpty -r inside out '*READY*'
for line in "$@"; do
  zpty -n -w inside $'\\C-U'"$line"$'\\t'
  zpty -r inside out '*DONE*'
  print -rl -- \${\${(@M)\${(@f)\${out//$'\\r'/}}:#OFFER:*}#OFFER:}
  print -r -- ${MARK}
done
zpty -d inside`;
  const output = run("zsh", ["-f", "-c", script, "zsh", ...lines], directory, {
    REIN_INSIDE: inside,
    REIN_COMPLETIONS: completions,
  });
  return compared(output.slice(0, -`${MARK}\n`.length), lines);
};
