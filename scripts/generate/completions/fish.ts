/** completions/rein.fish */
import type { Completion } from "../../../src/options/values.ts";
import { type GeneratedFile, NOTICE } from "../file.ts";
import { byCompletion, byKinds, DIALECTS, optionsOf, wordsOf } from "./words.ts";

/** The commands that print it for what is typed in `$argv[2]`. */
function offer(completion: Completion): string[] {
  if (completion === "nothing") return [];
  if (completion === "files") return ["__fish_complete_path $argv[2]"];
  if (completion === "directories") return ["__fish_complete_directories $argv[2] ''"];
  if (completion === "users") {
    return [
      "if string match -q '*:*' -- $argv[2]",
      "    string join \\n -- (string replace -r ':.*' ':' -- $argv[2])(__fish_complete_groups)",
      "else",
      "    __fish_complete_users",
      "end",
    ];
  }
  if (completion === "variables") return ["set -nx"];
  if (!("separator" in completion)) return [`printf '%s\\n' ${completion.words.join(" ")}`];
  const { words, separator, after } = completion;
  const second =
    after === "files"
      ? `(__fish_complete_path (string replace -r '^[^${separator}]*${separator}' '' -- $argv[2]))`
      : typeof after === "object"
        ? `(printf '%s\\n' ${after.words.join(" ")})`
        : "";
  return [
    `if string match -q '*${separator}*' -- $argv[2]`,
    `    string join \\n -- (string replace -r '${separator}.*' '${separator}' -- $argv[2])${second}`,
    "else",
    `    printf '%s${separator}\\n' ${words.join(" ")}`,
    "end",
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}

function indented(lines: readonly string[], depth: number): string {
  return lines.map((line) => `${" ".repeat(4 * depth)}${line}`).join("\n");
}

export function fishCompletion(): GeneratedFile {
  const content = `# fish completion for rein, and for its name bwrap.
# ${NOTICE}

# What a kind of value offers for the word in $argv[2].
function __rein_value
    switch $argv[1]
${byCompletion()
  .map(([kinds, completion]) => `        case ${kinds.join(" ")}\n${indented(offer(completion), 3)}`)
  .join("\n")}
    end
end

# The kinds of values that an option takes.
function __rein_kinds
    switch $argv[1]
${byKinds()
  .map(([kinds, words]) => `        case ${words.join(" ")}\n            printf '%s\\n' ${kinds}`)
  .join("\n")}
    end
end

function __rein_options
    switch $argv[1]
${[...DIALECTS]
  .reverse()
  .map((dialect) => {
    const lines = optionsOf(dialect).flatMap((option) =>
      wordsOf(option, dialect).map((word) => `${word} ${quoted(option.help)}`),
    );
    return `        case ${dialect === "rein" ? "'*'" : dialect}\n            printf '%s\\t%s\\n' \\\n${lines.map((line) => `                ${line}`).join(" \\\n")}`;
  })
  .join("\n")}
    end
end

# The command behind the options, whose own completion it is.
function __rein_command
    complete -C (string join ' ' -- (string escape -- $argv[1..-2]) $argv[-1])
end

function __rein_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l name (string replace -r '.*/' '' -- $words[1])
    set -l index 2
    while test $index -le (count $words)
        set -l word $words[$index]
        set -l kinds
        set index (math $index + 1)
        switch $word
            case --
                __rein_command $words[$index..-1] "$current"
                return
            case '--*=*'
                set kinds (__rein_kinds (string replace -r '=.*' '' -- $word))[2..-1]
            case '--*'
                set kinds (__rein_kinds $word)
            case '-?*'
                # Letters in one word, up to the first that takes a value: that is the rest, or the next word.
                set -l letters (string split '' -- (string sub -s 2 -- $word))
                for letter in (seq (count $letters))
                    set kinds (__rein_kinds -$letters[$letter])
                    if set -q kinds[1]
                        test $letter -lt (count $letters); and set -e kinds[1]
                        break
                    end
                end
            case '*'
                __rein_command $words[(math $index - 1)..-1] "$current"
                return
        end
        for kind in $kinds
            if test $index -gt (count $words)
                __rein_value $kind "$current"
                return
            end
            set index (math $index + 1)
        end
    end
    switch "$current"
        case '--*=*'
            set -l option (string replace -r '=.*' '' -- $current)
            set -l kinds (__rein_kinds $option)
            string join \\n -- $option=(__rein_value "$kinds[1]" (string replace -r '^[^=]*=' '' -- $current))
        case '-*'
            __rein_options $name
        case '*'
            __rein_command "$current"
    end
end

complete -c rein -f -a '(__rein_complete)'
complete -c bwrap -f -a '(__rein_complete)'
`;
  return { path: "completions/rein.fish", content };
}
