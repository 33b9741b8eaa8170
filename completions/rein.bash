# bash completion for rein, and for its name bwrap.
# Generated from src/options by scripts/generate.ts: change the table, and run it.

# What a kind of value offers for the word in $2, behind $3.
_rein_value() {
  case $1 in
    signal) _rein_offer "$2" "$3" -W "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX" ;;
    incoming-signal) _rein_offer "$2" "$3" -W "HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM STKFLT CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX" ;;
    signal-pair) _rein_pair "$2" "$3" : "HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM STKFLT CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX" "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX" ;;
    time) _rein_offer "$2" "$3" -W "500ms 10s 2m 1h" ;;
    user) _rein_user "$2" "$3" ;;
    groups | port) _rein_offer "$2" "$3" -W "none" ;;
    directory) _rein_offer "$2" "$3" -d; compopt -o filenames 2>/dev/null ;;
    variable | variable-pair) _rein_offer "$2" "$3" -e ;;
    mode) _rein_offer "$2" "$3" -W "0700 0755 0600 0644" ;;
    mask) _rein_offer "$2" "$3" -W "0002 0022 0027 0077" ;;
    limit) _rein_pair "$2" "$3" = "cpu fsize data stack core rss nproc nofile memlock as locks sigpending msgqueue nice rtprio rttime" "unlimited" ;;
    memory-size) _rein_offer "$2" "$3" -W "512M 1G max" ;;
    process-count) _rein_offer "$2" "$3" -W "100 max" ;;
    cpu-share) _rein_offer "$2" "$3" -W "50% 100% max" ;;
    capability) _rein_offer "$2" "$3" -W "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL" ;;
    descriptor) _rein_offer "$2" "$3" -W "0 1 2 3" ;;
    profile) _rein_offer "$2" "$3" -W "default strict" ;;
    propagation) _rein_offer "$2" "$3" -W "private slave" ;;
    scope) _rein_offer "$2" "$3" -W "abstract-unix signal" ;;
    id-range) _rein_offer "$2" "$3" -W "0:100000:65536" ;;
    namespace-path) _rein_pair "$2" "$3" : "user mount pid net ipc uts cgroup time mnt network" "" ;;
    path | place) _rein_offer "$2" "$3" -f; compopt -o filenames 2>/dev/null ;;
  esac
}

# usage: _rein_offer WORD PREFIX COMPGEN-OPTION...
_rein_offer() {
  mapfile -t COMPREPLY < <(compgen -P "$2" "${@:3}" -- "$1")
}

# FIRST, the separator, SECOND: behind a separator the second, which is a file where no words are given.
# usage: _rein_pair WORD PREFIX SEPARATOR FIRST-WORDS SECOND-WORDS
_rein_pair() {
  if [[ $1 != *"$3"* ]]; then
    _rein_offer "$1" "$2" -S "$3" -W "$4"
    compopt -o nospace 2>/dev/null
  elif [[ -n $5 ]]; then
    _rein_offer "${1#*"$3"}" "$2${1%%"$3"*}$3" -W "$5"
  else
    _rein_offer "${1#*"$3"}" "$2${1%%"$3"*}$3" -f
    compopt -o filenames 2>/dev/null
  fi
}

# usage: _rein_user WORD PREFIX
_rein_user() {
  if [[ $1 == *:* ]]; then
    _rein_offer "${1#*:}" "$2${1%%:*}:" -g
  else
    _rein_offer "$1" "$2" -u
  fi
}

# The kinds of values that an option takes, in the array kinds.
_rein_kinds() {
  kinds=()
  case $1 in
    -r | --rewrite) kinds=(signal-pair) ;;
    --stop-delay | --grace | --drain) kinds=(time) ;;
    --stop-signal) kinds=(incoming-signal) ;;
    -p | --parent-death) kinds=(signal) ;;
    -e | --expect) kinds=(status) ;;
    --map-exit) kinds=(status-pair) ;;
    --user | --user-if-root) kinds=(user) ;;
    --user-from-env) kinds=(variable-pair) ;;
    --groups) kinds=(groups) ;;
    --chdir) kinds=(directory) ;;
    --setenv) kinds=(variable text) ;;
    --unsetenv | --file-env) kinds=(variable) ;;
    --umask) kinds=(mask) ;;
    --argv0) kinds=(text) ;;
    --rlimit) kinds=(limit) ;;
    --cgroup-memory) kinds=(memory-size) ;;
    --cgroup-pids) kinds=(process-count) ;;
    --cgroup-cpu) kinds=(cpu-share) ;;
    --oom-score-adj) kinds=(score) ;;
    --cap-drop | --cap-add) kinds=(capability) ;;
    --seccomp-profile) kinds=(profile) ;;
    --seccomp | --add-seccomp-fd | --json-status-fd | --args | --userns | --userns2 | --pidns | --keep-fd | --block-fd | --userns-block-fd | --sync-fd | --info-fd) kinds=(descriptor) ;;
    --landlock-ro | --landlock-rw | --landlock-exec | --landlock-ro-try | --landlock-rw-try | --landlock-exec-try | --lock-file | --remount-ro | --tmp-overlay | --ro-overlay | --proc | --dev | --tmpfs | --mqueue | --dir | --mask | --read-only-path | --noexec | --sysfs | --cgroup) kinds=(place) ;;
    --landlock-connect-tcp | --landlock-bind-tcp) kinds=(port) ;;
    --landlock-scope) kinds=(scope) ;;
    --uid | --gid) kinds=(id) ;;
    --hostname | --domainname) kinds=(host-name) ;;
    --exec-label | --file-label) kinds=(label) ;;
    --uid-map | --gid-map) kinds=(id-range) ;;
    --join) kinds=(namespace-path) ;;
    --monotonic-offset | --boottime-offset) kinds=(seconds) ;;
    --bind | --bind-try | --ro-bind | --ro-bind-try | --dev-bind | --dev-bind-try) kinds=(path place) ;;
    --bind-fd | --ro-bind-fd | --file | --bind-data | --ro-bind-data) kinds=(descriptor place) ;;
    --overlay-src) kinds=(path) ;;
    --overlay) kinds=(path path place) ;;
    --symlink) kinds=(place place) ;;
    --chmod) kinds=(mode place) ;;
    --perms) kinds=(mode) ;;
    --size) kinds=(size) ;;
    --propagation) kinds=(propagation) ;;
  esac
}

_rein_options() {
  case $1 in
    bwrap) echo "--die-with-parent --chdir --setenv --unsetenv --clearenv --argv0 --cap-drop --cap-add --seccomp-profile --seccomp --add-seccomp-fd --landlock-ro --landlock-rw --landlock-exec --landlock-ro-try --landlock-rw-try --landlock-exec-try --landlock-connect-tcp --landlock-bind-tcp --landlock-scope --landlock-log --landlock-strict --json-status-fd --level-prefix --not-a-security-boundary --args --help --version --unshare-user --unshare-user-try --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --unshare-cgroup-try --unshare-all --share-net --userns --userns2 --pidns --disable-userns --assert-userns-disabled --as-pid-1 --uid --gid --hostname --domainname --exec-label --new-session --keep-fd --block-fd --userns-block-fd --sync-fd --info-fd --lock-file --bind --bind-try --ro-bind --ro-bind-try --dev-bind --dev-bind-try --bind-fd --ro-bind-fd --remount-ro --overlay-src --overlay --tmp-overlay --ro-overlay --proc --dev --tmpfs --mqueue --dir --file --bind-data --ro-bind-data --symlink --chmod --perms --size --file-label --propagation" ;;
    *) echo "-g --group -c --single-child -r --rewrite --stop-delay --stop-signal -p --parent-death --die-with-parent -s --subreaper --grace --drain --wait-all -e --expect --map-exit --user --user-if-root --user-from-env --groups --chdir --setenv --unsetenv --clearenv --file-env --expand --umask --argv0 --rlimit --cgroup-memory --cgroup-pids --cgroup-cpu --oom-score-adj --no-new-privs --cap-drop --cap-add --seccomp-profile --log-denied --seccomp --add-seccomp-fd --landlock-ro --landlock-rw --landlock-exec --landlock-ro-try --landlock-rw-try --landlock-exec-try --landlock-connect-tcp --landlock-bind-tcp --landlock-scope --landlock-log --landlock-strict -v --verbose -w --warn-reap --json-status-fd --args -h --help --version --help-sandbox --confine --unshare-user --unshare-user-try --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --unshare-cgroup-try --unshare-all --share-net --userns --userns2 --pidns --disable-userns --assert-userns-disabled --as-pid-1 --uid --gid --hostname --domainname --exec-label --uid-map --gid-map --join --unshare-time --monotonic-offset --boottime-offset --new-session --same-directory --keep-fd --block-fd --userns-block-fd --sync-fd --info-fd --lock-file --bind --bind-try --ro-bind --ro-bind-try --dev-bind --dev-bind-try --bind-fd --ro-bind-fd --remount-ro --overlay-src --overlay --tmp-overlay --ro-overlay --proc --dev --tmpfs --mqueue --dir --file --bind-data --ro-bind-data --symlink --chmod --perms --size --file-label --propagation --mask --read-only-path --noexec --sysfs --cgroup" ;;
  esac
}

# bash parts words at : and = as well: what is written without a blank between is one word again, in the array words.
# The place of each in COMP_WORDS is in the array places, and in COMP_LINE in the array offsets.
_rein_split() {
  local rest=$COMP_LINE blanks index
  for ((index = 0; index < ${#COMP_WORDS[@]}; index++)); do
    blanks=${rest%%[![:space:]]*}
    rest=${rest#"$blanks"}
    if ((index > 0)) && [[ -z $blanks ]]; then
      words[-1]+=${COMP_WORDS[index]}
    else
      words+=("${COMP_WORDS[index]}")
      places+=("$index")
      offsets+=($((${#COMP_LINE} - ${#rest})))
    fi
    rest=${rest#"${COMP_WORDS[index]}"}
    ((index == COMP_CWORD)) && current=$((${#words[@]} - 1))
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
  mapfile -t COMPREPLY < <(type -P -- "${names[@]}")
  COMPREPLY=("${COMPREPLY[@]##*/}")
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$1")
}

# The command behind the options: its own completion, where it has one.
_rein_command() {
  local place=${places[$1]} name=${words[$1]} function
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
    function=$(complete -p -- "$name" 2>/dev/null || complete -p -- "${name##*/}" 2>/dev/null)
    if [[ $function =~ \ -F\ ([^ ]+) ]]; then
      COMP_LINE=${COMP_LINE:${offsets[$1]}}
      COMP_POINT=$((COMP_POINT - ${offsets[$1]}))
      COMP_WORDS=("${COMP_WORDS[@]:place}")
      COMP_CWORD=$((COMP_CWORD - place))
      "${BASH_REMATCH[1]}" "$name" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    else
      _rein_offer "${words[current]}" "" -f
      compopt -o filenames 2>/dev/null
      _rein_trim "${words[current]}"
    fi
  fi
}

# Takes off what stands before bash's own word.
_rein_trim() {
  local breaks='' prefix index
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
  [[ -n $breaks ]] || return 0
  prefix=${1%"${1##*["$breaks"]}"}
  for index in "${!COMPREPLY[@]}"; do COMPREPLY[index]=${COMPREPLY[index]#"$prefix"}; done
}

_rein() {
  local words=() places=() offsets=() current=0 kinds=() index=1 word kind letters
  COMPREPLY=()
  _rein_split
  while ((index < current)); do
    word=${words[index]}
    ((index++))
    case $word in
      --)
        _rein_command "$index"
        return
        ;;
      --*=*)
        _rein_kinds "${word%%=*}"
        kinds=("${kinds[@]:1}")
        ;;
      --*) _rein_kinds "$word" ;;
      -?*)
        # Letters in one word, up to the first that takes a value: that is the rest, or the next word.
        for ((letters = 1; letters < ${#word}; letters++)); do
          _rein_kinds "-${word:letters:1}"
          ((${#kinds[@]} > 0)) && break
        done
        ((letters + 1 < ${#word})) && kinds=("${kinds[@]:1}")
        ;;
      *)
        _rein_command $((index - 1))
        return
        ;;
    esac
    for kind in "${kinds[@]}"; do
      if ((index == current)); then
        _rein_value "$kind" "${words[current]}" ""
        _rein_trim "${words[current]}"
        return
      fi
      ((index++))
    done
  done
  word=${words[current]}
  case $word in
    --*=*)
      _rein_kinds "${word%%=*}"
      _rein_value "${kinds[0]}" "${word#*=}" "${word%%=*}="
      _rein_trim "$word"
      ;;
    -*) _rein_offer "$word" "" -W "$(_rein_options "${words[0]##*/}")" ;;
    *) _rein_command "$current" ;;
  esac
}

complete -F _rein rein bwrap
