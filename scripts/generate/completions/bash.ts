/** completions/rein.bash */
import type { Completion } from "../../../src/options/values.ts";
import { type GeneratedFile, NOTICE } from "../file.ts";
import { byCompletion, byKinds, DIALECTS, optionsOf, wordsOf } from "./words.ts";

/** The command that offers it for what is typed in `$2`, with what stands before that in `$3`. */
function offer(completion: Completion): string {
  if (completion === "nothing") return ":";
  if (completion === "files") return `_rein_offer "$2" "$3" -f; compopt -o filenames 2>/dev/null`;
  if (completion === "directories") return `_rein_offer "$2" "$3" -d; compopt -o filenames 2>/dev/null`;
  if (completion === "users") return `_rein_user "$2" "$3"`;
  if (completion === "variables") return `_rein_offer "$2" "$3" -e`;
  if (!("separator" in completion)) return `_rein_offer "$2" "$3" -W "${completion.words.join(" ")}"`;
  const { words, separator, after } = completion;
  const second = typeof after === "object" ? after.words.join(" ") : "";
  return `_rein_pair "$2" "$3" ${separator} "${words.join(" ")}" "${second}"`;
}

export function bashCompletion(): GeneratedFile {
  const content = `# bash completion for rein, and for its name bwrap.
# ${NOTICE}

# What a kind of value offers for the word in $2, behind $3.
_rein_value() {
  case $1 in
${byCompletion()
  .map(([kinds, completion]) => `    ${kinds.join(" | ")}) ${offer(completion)} ;;`)
  .join("\n")}
  esac
}

# usage: _rein_offer WORD PREFIX COMPGEN-OPTION...
_rein_offer() {
  mapfile -t COMPREPLY < <(compgen -P "$2" "\${@:3}" -- "$1")
}

# FIRST, the separator, SECOND: behind a separator the second, which is a file where no words are given.
# usage: _rein_pair WORD PREFIX SEPARATOR FIRST-WORDS SECOND-WORDS
_rein_pair() {
  if [[ $1 != *"$3"* ]]; then
    _rein_offer "$1" "$2" -S "$3" -W "$4"
    compopt -o nospace 2>/dev/null
  elif [[ -n $5 ]]; then
    _rein_offer "\${1#*"$3"}" "$2\${1%%"$3"*}$3" -W "$5"
  else
    _rein_offer "\${1#*"$3"}" "$2\${1%%"$3"*}$3" -f
    compopt -o filenames 2>/dev/null
  fi
}

# usage: _rein_user WORD PREFIX
_rein_user() {
  if [[ $1 == *:* ]]; then
    _rein_offer "\${1#*:}" "$2\${1%%:*}:" -g
  else
    _rein_offer "$1" "$2" -u
  fi
}

# The kinds of values that an option takes, in the array kinds.
_rein_kinds() {
  kinds=()
  case $1 in
${byKinds()
  .map(([kinds, words]) => `    ${words.join(" | ")}) kinds=(${kinds}) ;;`)
  .join("\n")}
  esac
}

_rein_options() {
  case $1 in
${DIALECTS.map((dialect) => {
  const words = optionsOf(dialect).flatMap((option) => wordsOf(option, dialect));
  return `    ${dialect === "rein" ? "*" : dialect}) echo "${words.join(" ")}" ;;`;
})
  .reverse()
  .join("\n")}
  esac
}

# bash parts words at : and = as well: what is written without a blank between is one word again, in the array words.
# The place of each in COMP_WORDS is in the array places, and in COMP_LINE in the array offsets.
_rein_split() {
  local rest=$COMP_LINE blanks index
  for ((index = 0; index < \${#COMP_WORDS[@]}; index++)); do
    blanks=\${rest%%[![:space:]]*}
    rest=\${rest#"$blanks"}
    if ((index > 0)) && [[ -z $blanks ]]; then
      words[-1]+=\${COMP_WORDS[index]}
    else
      words+=("\${COMP_WORDS[index]}")
      places+=("$index")
      offsets+=($((\${#COMP_LINE} - \${#rest})))
    fi
    rest=\${rest#"\${COMP_WORDS[index]}"}
    ((index == COMP_CWORD)) && current=$((\${#words[@]} - 1))
  done
}

# Programs, and folders on the way to one. bash's list of commands has functions and words of the shell, too, as "then",
# which only a shell runs.
# usage: _rein_program WORD
_rein_program() {
  local names
  if [[ $1 == */* ]]; then
    _rein_offer "$1" "" -d -c
    return
  fi
  mapfile -t names < <(compgen -c -- "$1")
  mapfile -t COMPREPLY < <(type -P -- "\${names[@]}")
  COMPREPLY=("\${COMPREPLY[@]##*/}")
  mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$1")
}

# The command behind the options: its own completion, where it has one.
_rein_command() {
  local place=\${places[$1]} name=\${words[$1]} function
  if (($1 == current)); then
    _rein_program "$name"
    compopt -o filenames 2>/dev/null
    return
  fi
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$place"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$place"
  else
    function=$(complete -p -- "$name" 2>/dev/null || complete -p -- "\${name##*/}" 2>/dev/null)
    if [[ $function =~ \\ -F\\ ([^ ]+) ]]; then
      COMP_LINE=\${COMP_LINE:\${offsets[$1]}}
      COMP_POINT=$((COMP_POINT - \${offsets[$1]}))
      COMP_WORDS=("\${COMP_WORDS[@]:place}")
      COMP_CWORD=$((COMP_CWORD - place))
      "\${BASH_REMATCH[1]}" "$name" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
    else
      _rein_offer "\${words[current]}" "" -f
      compopt -o filenames 2>/dev/null
      _rein_trim "\${words[current]}"
    fi
  fi
}

# Takes off what stands before bash's own word.
_rein_trim() {
  local breaks='' prefix index
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
  [[ -n $breaks ]] || return 0
  prefix=\${1%"\${1##*["$breaks"]}"}
  for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]=\${COMPREPLY[index]#"$prefix"}; done
}

_rein() {
  local words=() places=() offsets=() current=0 kinds=() index=1 word kind letters
  COMPREPLY=()
  _rein_split
  while ((index < current)); do
    word=\${words[index]}
    ((index++))
    case $word in
      --)
        _rein_command "$index"
        return
        ;;
      --*=*)
        _rein_kinds "\${word%%=*}"
        kinds=("\${kinds[@]:1}")
        ;;
      --*) _rein_kinds "$word" ;;
      -?*)
        # Letters in one word, up to the first that takes a value: that is the rest, or the next word.
        for ((letters = 1; letters < \${#word}; letters++)); do
          _rein_kinds "-\${word:letters:1}"
          ((\${#kinds[@]} > 0)) && break
        done
        ((letters + 1 < \${#word})) && kinds=("\${kinds[@]:1}")
        ;;
      *)
        _rein_command $((index - 1))
        return
        ;;
    esac
    for kind in "\${kinds[@]}"; do
      if ((index == current)); then
        _rein_value "$kind" "\${words[current]}" ""
        _rein_trim "\${words[current]}"
        return
      fi
      ((index++))
    done
  done
  word=\${words[current]}
  case $word in
    --*=*)
      _rein_kinds "\${word%%=*}"
      _rein_value "\${kinds[0]}" "\${word#*=}" "\${word%%=*}="
      _rein_trim "$word"
      ;;
    -*) _rein_offer "$word" "" -W "$(_rein_options "\${words[0]##*/}")" ;;
    *) _rein_command "$current" ;;
  esac
}

complete -F _rein rein bwrap
`;
  return { path: "completions/rein.bash", content };
}
