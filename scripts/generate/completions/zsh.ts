/** completions/_rein, for zsh. */
import type { Dialect, Option } from "../../../src/options/option.ts";
import { type Completion, VALUE_FORMS } from "../../../src/options/values.ts";
import { type GeneratedFile, NOTICE } from "../file.ts";
import { byCompletion, DIALECTS, optionsOf, wordsOf } from "./words.ts";

function offer(completion: Completion): string {
  if (completion === "nothing") return ":";
  if (completion === "files") return "_files";
  if (completion === "directories") return "_directories";
  if (completion === "users") return "if compset -P '*:'; then _groups; else _users; fi";
  if (completion === "variables") return "_parameters -g '*export*'";
  if (!("separator" in completion)) return `_wanted values expl value compadd - ${completion.words.join(" ")}`;
  const { words, separator, after } = completion;
  const first = `_wanted values expl value compadd -S '${separator}' - ${words.join(" ")}`;
  return `if compset -P '*${separator}'; then ${offer(after)}; else ${first}; fi`;
}

/** In single quotes; colons and brackets are signs of _arguments. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''")}'`;
}

/** What _arguments wants to know of an option: `'*'{-r+,--rewrite=}'[help]:FROM\:TO: _rein_value signal-pair'`. */
function spec(option: Option, dialect: Dialect): string {
  const takes = option.values.length > 0;
  const words = wordsOf(option, dialect);
  const forms = words.map((word) => (takes ? word + (word.startsWith("--") ? "=" : "+") : word));
  const star = option.repeated === "adds" ? "'*'" : words.length > 1 ? `'(${words.join(" ")})'` : "";
  const help = quoted(option.help).slice(1, -1);
  const values = option.values.map(({ name, kind }) => {
    // With a blank before it, or _arguments puts words of its own between.
    const action = VALUE_FORMS[kind].completion === "nothing" ? " " : ` _rein_value ${kind}`;
    return `:${quoted(name).slice(1, -1)}:${action}`;
  });
  return `${star}${forms.length > 1 ? `{${forms.join(",")}}` : forms[0]}'[${help}]${values.join("")}'`;
}

export function zshCompletion(): GeneratedFile {
  const specs = (dialect: Dialect): string =>
    optionsOf(dialect)
      .map((option) => `        ${spec(option, dialect)}`)
      .join("\n");
  const content = `#compdef rein bwrap
# zsh completion for rein, and for its name bwrap.
# ${NOTICE}

# What a kind of value offers.
_rein_value() {
  local expl
  case $1 in
${byCompletion()
  .map(([kinds, completion]) => `    ${kinds.join("|")}) ${offer(completion)} ;;`)
  .join("\n")}
  esac
}

# The command behind the options, whose own completion it is.
_rein_command() {
  if [[ $words[1] == -- ]] && (( CURRENT > 1 )); then
    shift words
    (( CURRENT-- ))
  fi
  if (( CURRENT == 1 )); then
    # Neither functions nor words of the shell, which _normal would offer.
    _command_names -e
  else
    _normal
  fi
}

_rein() {
  local -a specs
  case $service in
${[...DIALECTS]
  .reverse()
  .map((dialect) => `    ${dialect === "rein" ? "*" : dialect})\n      specs=(\n${specs(dialect)}\n      )\n      ;;`)
  .join("\n")}
  esac
  # Options end at the first word that is none.
  _arguments -s -S -A '-*' $specs '*:: :_rein_command'
}

_rein "$@"
`;
  return { path: "completions/_rein", content };
}
