# fish completion for rein, and for its name bwrap.
# Generated from src/options by scripts/generate.ts: change the table, and run it.

# What a kind of value offers for the word in $argv[2].
function __rein_value
    switch $argv[1]
        case signal
            printf '%s\n' HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX
        case incoming-signal
            printf '%s\n' HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM STKFLT CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX
        case signal-pair
            if string match -q '*:*' -- $argv[2]
                string join \n -- (string replace -r ':.*' ':' -- $argv[2])(printf '%s\n' HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX)
            else
                printf '%s:\n' HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM STKFLT CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX
            end
        case time
            printf '%s\n' 500ms 10s 2m 1h
        case user
            if string match -q '*:*' -- $argv[2]
                string join \n -- (string replace -r ':.*' ':' -- $argv[2])(__fish_complete_groups)
            else
                __fish_complete_users
            end
        case groups port
            printf '%s\n' none
        case directory
            __fish_complete_directories $argv[2] ''
        case variable variable-pair
            set -nx
        case mode
            printf '%s\n' 0700 0755 0600 0644
        case mask
            printf '%s\n' 0002 0022 0027 0077
        case limit
            if string match -q '*=*' -- $argv[2]
                string join \n -- (string replace -r '=.*' '=' -- $argv[2])(printf '%s\n' unlimited)
            else
                printf '%s=\n' cpu fsize data stack core rss nproc nofile memlock as locks sigpending msgqueue nice rtprio rttime
            end
        case memory-size
            printf '%s\n' 512M 1G max
        case process-count
            printf '%s\n' 100 max
        case cpu-share
            printf '%s\n' 50% 100% max
        case capability
            printf '%s\n' CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL
        case descriptor
            printf '%s\n' 0 1 2 3
        case profile
            printf '%s\n' default strict
        case propagation
            printf '%s\n' private slave
        case scope
            printf '%s\n' abstract-unix signal
        case id-range
            printf '%s\n' 0:100000:65536
        case namespace-path
            if string match -q '*:*' -- $argv[2]
                string join \n -- (string replace -r ':.*' ':' -- $argv[2])(__fish_complete_path (string replace -r '^[^:]*:' '' -- $argv[2]))
            else
                printf '%s:\n' user mount pid net ipc uts cgroup time mnt network
            end
        case path place
            __fish_complete_path $argv[2]
    end
end

# The kinds of values that an option takes.
function __rein_kinds
    switch $argv[1]
        case -r --rewrite
            printf '%s\n' signal-pair
        case --stop-delay --grace --drain
            printf '%s\n' time
        case --stop-signal
            printf '%s\n' incoming-signal
        case -p --parent-death
            printf '%s\n' signal
        case -e --expect
            printf '%s\n' status
        case --map-exit
            printf '%s\n' status-pair
        case --user --user-if-root
            printf '%s\n' user
        case --user-from-env
            printf '%s\n' variable-pair
        case --groups
            printf '%s\n' groups
        case --chdir
            printf '%s\n' directory
        case --setenv
            printf '%s\n' variable text
        case --unsetenv --file-env
            printf '%s\n' variable
        case --umask
            printf '%s\n' mask
        case --argv0
            printf '%s\n' text
        case --rlimit
            printf '%s\n' limit
        case --cgroup-memory
            printf '%s\n' memory-size
        case --cgroup-pids
            printf '%s\n' process-count
        case --cgroup-cpu
            printf '%s\n' cpu-share
        case --oom-score-adj
            printf '%s\n' score
        case --cap-drop --cap-add
            printf '%s\n' capability
        case --seccomp-profile
            printf '%s\n' profile
        case --seccomp --add-seccomp-fd --json-status-fd --args --userns --userns2 --pidns --keep-fd --block-fd --userns-block-fd --sync-fd --info-fd
            printf '%s\n' descriptor
        case --landlock-ro --landlock-rw --landlock-exec --landlock-ro-try --landlock-rw-try --landlock-exec-try --lock-file --remount-ro --tmp-overlay --ro-overlay --proc --dev --tmpfs --mqueue --dir --mask --read-only-path --noexec --sysfs --cgroup
            printf '%s\n' place
        case --landlock-connect-tcp --landlock-bind-tcp
            printf '%s\n' port
        case --landlock-scope
            printf '%s\n' scope
        case --uid --gid
            printf '%s\n' id
        case --hostname --domainname
            printf '%s\n' host-name
        case --exec-label --file-label
            printf '%s\n' label
        case --uid-map --gid-map
            printf '%s\n' id-range
        case --join
            printf '%s\n' namespace-path
        case --monotonic-offset --boottime-offset
            printf '%s\n' seconds
        case --bind --bind-try --ro-bind --ro-bind-try --dev-bind --dev-bind-try
            printf '%s\n' path place
        case --bind-fd --ro-bind-fd --file --bind-data --ro-bind-data
            printf '%s\n' descriptor place
        case --overlay-src
            printf '%s\n' path
        case --overlay
            printf '%s\n' path path place
        case --symlink
            printf '%s\n' place place
        case --chmod
            printf '%s\n' mode place
        case --perms
            printf '%s\n' mode
        case --size
            printf '%s\n' size
        case --propagation
            printf '%s\n' propagation
    end
end

function __rein_options
    switch $argv[1]
        case bwrap
            printf '%s\t%s\n' \
                --die-with-parent 'kill the command when the parent process ends' \
                --chdir 'start the command in DIRECTORY' \
                --setenv 'set the variable NAME to VALUE' \
                --unsetenv 'remove the variable NAME' \
                --clearenv 'remove all variables' \
                --argv0 'give the command NAME as its argv[0]' \
                --cap-drop 'take a capability from it, or ALL' \
                --cap-add 'leave it a capability, or ALL' \
                --seccomp-profile 'built-in list of system calls: default or strict' \
                --seccomp 'a filter of system calls, compiled, from FD' \
                --add-seccomp-fd 'the same, for one of several filters' \
                --landlock-ro 'let it read PATH and below, and no other files' \
                --landlock-rw 'let it read and write PATH and below' \
                --landlock-exec 'let it read and execute PATH and below' \
                --landlock-ro-try 'the same, unless PATH is missing' \
                --landlock-rw-try 'the same, unless PATH is missing' \
                --landlock-exec-try 'the same, unless PATH is missing' \
                --landlock-connect-tcp 'let it connect to this TCP port; to no others' \
                --landlock-bind-tcp 'let it listen on this TCP port; on no others' \
                --landlock-scope 'signal or abstract-unix: reach nobody outside by it' \
                --landlock-log 'have the kernel\'s audit log tell what it refuses' \
                --landlock-strict 'refuse to start where Landlock lacks some of this' \
                --json-status-fd 'write each event to FD, a JSON object a line' \
                --level-prefix 'begin messages with their severity, as <3>' \
                --not-a-security-boundary 'changes nothing here' \
                --args 'read more options from FD, a NUL after each word' \
                --help 'show this help' \
                --version 'show the version' \
                --unshare-user 'its own user namespace: ids and capabilities' \
                --unshare-user-try 'the same, where the system allows one' \
                --unshare-ipc 'its own System V IPC and POSIX message queues' \
                --unshare-pid 'its own processes; it can see no others' \
                --unshare-net 'its own network: a loopback device and no other' \
                --unshare-uts 'its own host name and domain name' \
                --unshare-cgroup 'its own view of control groups' \
                --unshare-cgroup-try 'the same, where the system allows one' \
                --unshare-all 'all of the above, user and cgroup where allowed' \
                --share-net 'keep the network, in spite of --unshare-all' \
                --userns 'join the user namespace that FD is open on' \
                --userns2 'change into this user namespace after the set-up' \
                --pidns 'join the PID namespace that FD is open on' \
                --disable-userns 'the command can make no user namespaces' \
                --assert-userns-disabled 'refuse to start if it could make user namespaces' \
                --as-pid-1 'the command itself is PID 1, without rein\'s init' \
                --uid 'the command\'s user id in its user namespace' \
                --gid 'the command\'s group id in its user namespace' \
                --hostname 'set its host name; needs --unshare-uts' \
                --domainname 'set its NIS domain name; needs --unshare-uts' \
                --exec-label 'the command\'s SELinux label' \
                --new-session 'a session of its own, without the terminal' \
                --keep-fd 'leave it FD; descriptors above 2 are closed' \
                --block-fd 'wait with the command until FD can be read' \
                --userns-block-fd 'wait until somebody has written the id maps' \
                --sync-fd 'keep FD open until the sandbox ends' \
                --info-fd 'write the sandbox\'s process and namespaces to FD' \
                --lock-file 'hold a read lock on FILE until the sandbox ends' \
                --bind 'the caller\'s FROM appears at TO, writable' \
                --bind-try 'the same, unless FROM is missing' \
                --ro-bind 'the caller\'s FROM appears at TO, read-only' \
                --ro-bind-try 'the same, unless FROM is missing' \
                --dev-bind 'the caller\'s FROM appears at TO, its devices work' \
                --dev-bind-try 'the same, unless FROM is missing' \
                --bind-fd 'the file that FD is open on appears at TO' \
                --ro-bind-fd 'the same, read-only' \
                --remount-ro 'make what is mounted at TO read-only' \
                --overlay-src 'a lower layer of the overlay that follows' \
                --overlay 'these layers at TO; changes go to RW' \
                --tmp-overlay 'these layers at TO; changes stay in memory' \
                --ro-overlay 'these layers at TO, read-only' \
                --proc 'the processes of its PID namespace, as /proc' \
                --dev 'the devices that every program may have, as /dev' \
                --tmpfs 'an empty file system in memory' \
                --mqueue 'the POSIX message queues of its IPC namespace' \
                --dir 'a directory' \
                --file 'a file with what FD holds' \
                --bind-data 'a file with what FD holds, mounted over TO' \
                --ro-bind-data 'the same, read-only' \
                --symlink 'a symbolic link at TO that leads to TARGET' \
                --chmod 'change the mode of TO' \
                --perms 'the mode of what the next option makes' \
                --size 'the most that the next option, --tmpfs, may hold' \
                --file-label 'the SELinux label of all files that are made' \
                --propagation 'private, or slave: later mounts come in as well'
        case '*'
            printf '%s\t%s\n' \
                -g 'send signals to the command\'s process group' \
                --group 'send signals to the command\'s process group' \
                -c 'keep the command in the caller\'s process group' \
                --single-child 'keep the command in the caller\'s process group' \
                -r 'send TO in place of FROM; a TO of 0 drops FROM' \
                --rewrite 'send TO in place of FROM; a TO of 0 drops FROM' \
                --stop-delay 'hold the first stop signal back for TIME' \
                --stop-signal 'SIGNAL asks for an end too, as TERM and INT do' \
                -p 'get SIGNAL when the parent process ends' \
                --parent-death 'get SIGNAL when the parent process ends' \
                --die-with-parent 'kill the command when the parent process ends' \
                -s 'adopt orphans (always done; known from tini)' \
                --subreaper 'adopt orphans (always done; known from tini)' \
                --grace 'kill everyone who is left TIME after a stop signal' \
                --drain 'end those left behind: SIGTERM, SIGKILL after TIME' \
                --wait-all 'stay until the last process has ended' \
                -e 'exit with 0 where the command exits with STATUS' \
                --expect 'exit with 0 where the command exits with STATUS' \
                --map-exit 'exit with TO where the command exits with FROM' \
                --user 'run the command as USER, by name or number' \
                --user-if-root 'the same where root starts it, else no change' \
                --user-from-env 'take user and group from variables: PUID:PGID' \
                --groups 'its supplementary groups: none' \
                --chdir 'start the command in DIRECTORY' \
                --setenv 'set the variable NAME to VALUE' \
                --unsetenv 'remove the variable NAME' \
                --clearenv 'remove all variables' \
                --file-env 'set NAME to what the file in NAME_FILE holds' \
                --expand 'replace variables in its words, without a shell' \
                --umask 'its mask for the modes of new files, as 027' \
                --argv0 'give the command NAME as its argv[0]' \
                --rlimit 'limit a resource, as nofile=1024:4096' \
                --cgroup-memory 'memory of it and all its children, as 512M' \
                --cgroup-pids 'processes and threads of it and all its children' \
                --cgroup-cpu 'CPU time of it and all its children, as 50%' \
                --oom-score-adj 'out of memory: -1000 spares it, 1000 kills it first' \
                --no-new-privs 'set-uid programs give it no more rights' \
                --cap-drop 'take a capability from it, or ALL' \
                --cap-add 'leave it a capability, or ALL' \
                --seccomp-profile 'built-in list of system calls: default or strict' \
                --log-denied 'say once of each call that the profile refuses' \
                --seccomp 'a filter of system calls, compiled, from FD' \
                --add-seccomp-fd 'the same, for one of several filters' \
                --landlock-ro 'let it read PATH and below, and no other files' \
                --landlock-rw 'let it read and write PATH and below' \
                --landlock-exec 'let it read and execute PATH and below' \
                --landlock-ro-try 'the same, unless PATH is missing' \
                --landlock-rw-try 'the same, unless PATH is missing' \
                --landlock-exec-try 'the same, unless PATH is missing' \
                --landlock-connect-tcp 'let it connect to this TCP port; to no others' \
                --landlock-bind-tcp 'let it listen on this TCP port; on no others' \
                --landlock-scope 'signal or abstract-unix: reach nobody outside by it' \
                --landlock-log 'have the kernel\'s audit log tell what it refuses' \
                --landlock-strict 'refuse to start where Landlock lacks some of this' \
                -v 'say what happens; -vv says more' \
                --verbose 'say what happens; -vv says more' \
                -w 'say each zombie that is reaped' \
                --warn-reap 'say each zombie that is reaped' \
                --json-status-fd 'write each event to FD, a JSON object a line' \
                --args 'read more options from FD, a NUL after each word' \
                -h 'show this help' \
                --help 'show this help' \
                --version 'show the version' \
                --help-sandbox 'options for seccomp, Landlock, namespaces, mounts' \
                --confine 'keep in a command that nobody trusts' \
                --unshare-user 'its own user namespace: ids and capabilities' \
                --unshare-user-try 'the same, where the system allows one' \
                --unshare-ipc 'its own System V IPC and POSIX message queues' \
                --unshare-pid 'its own processes; it can see no others' \
                --unshare-net 'its own network: a loopback device and no other' \
                --unshare-uts 'its own host name and domain name' \
                --unshare-cgroup 'its own view of control groups' \
                --unshare-cgroup-try 'the same, where the system allows one' \
                --unshare-all 'all of the above, user and cgroup where allowed' \
                --share-net 'keep the network, in spite of --unshare-all' \
                --userns 'join the user namespace that FD is open on' \
                --userns2 'change into this user namespace after the set-up' \
                --pidns 'join the PID namespace that FD is open on' \
                --disable-userns 'the command can make no user namespaces' \
                --assert-userns-disabled 'refuse to start if it could make user namespaces' \
                --as-pid-1 'the command itself is PID 1, without rein\'s init' \
                --uid 'the command\'s user id in its user namespace' \
                --gid 'the command\'s group id in its user namespace' \
                --hostname 'set its host name; needs --unshare-uts' \
                --domainname 'set its NIS domain name; needs --unshare-uts' \
                --exec-label 'the command\'s SELinux label' \
                --uid-map 'map a range of user ids; several add up' \
                --gid-map 'map a range of group ids' \
                --join 'join a namespace, as net:/run/netns/blue' \
                --unshare-time 'its own clocks since boot' \
                --monotonic-offset 'move its monotonic clock by SECONDS' \
                --boottime-offset 'move its clock of the time since boot by SECONDS' \
                --new-session 'a session of its own, without the terminal' \
                --same-directory 'refuse to start in another working directory' \
                --keep-fd 'leave it FD; descriptors above 2 are closed' \
                --block-fd 'wait with the command until FD can be read' \
                --userns-block-fd 'wait until somebody has written the id maps' \
                --sync-fd 'keep FD open until the sandbox ends' \
                --info-fd 'write the sandbox\'s process and namespaces to FD' \
                --lock-file 'hold a read lock on FILE until the sandbox ends' \
                --bind 'the caller\'s FROM appears at TO, writable' \
                --bind-try 'the same, unless FROM is missing' \
                --ro-bind 'the caller\'s FROM appears at TO, read-only' \
                --ro-bind-try 'the same, unless FROM is missing' \
                --dev-bind 'the caller\'s FROM appears at TO, its devices work' \
                --dev-bind-try 'the same, unless FROM is missing' \
                --bind-fd 'the file that FD is open on appears at TO' \
                --ro-bind-fd 'the same, read-only' \
                --remount-ro 'make what is mounted at TO read-only' \
                --overlay-src 'a lower layer of the overlay that follows' \
                --overlay 'these layers at TO; changes go to RW' \
                --tmp-overlay 'these layers at TO; changes stay in memory' \
                --ro-overlay 'these layers at TO, read-only' \
                --proc 'the processes of its PID namespace, as /proc' \
                --dev 'the devices that every program may have, as /dev' \
                --tmpfs 'an empty file system in memory' \
                --mqueue 'the POSIX message queues of its IPC namespace' \
                --dir 'a directory' \
                --file 'a file with what FD holds' \
                --bind-data 'a file with what FD holds, mounted over TO' \
                --ro-bind-data 'the same, read-only' \
                --symlink 'a symbolic link at TO that leads to TARGET' \
                --chmod 'change the mode of TO' \
                --perms 'the mode of what the next option makes' \
                --size 'the most that the next option, --tmpfs, may hold' \
                --file-label 'the SELinux label of all files that are made' \
                --propagation 'private, or slave: later mounts come in as well' \
                --mask 'hide PATH: cover it with something empty' \
                --read-only-path 'make PATH read-only, with all mounts below it' \
                --noexec 'let nothing at PATH and below it be executed' \
                --sysfs 'the kernel\'s view of devices, as /sys, read-only' \
                --cgroup 'the control groups, as /sys/fs/cgroup'
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
            string join \n -- $option=(__rein_value "$kinds[1]" (string replace -r '^[^=]*=' '' -- $current))
        case '-*'
            __rein_options $name
        case '*'
            __rein_command "$current"
    end
end

complete -c rein -f -a '(__rein_complete)'
complete -c bwrap -f -a '(__rein_complete)'
