#!/bin/sh
# A script that nobody trusts: it sees itself and the system's programs, read-only, and its own /tmp.
# It has no network, sees and signals no process outside, and none of its own outlives it.
# Any user may run this; nothing of the caller's environment goes in.
#
#   untrusted-script.sh SCRIPT [ARGUMENT...]
script=$1
shift
exec rein --unshare-user --unshare-all --disable-userns --new-session --seccomp-profile strict \
  --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --ro-bind-try /lib64 /lib64 \
  --ro-bind "$script" /script --proc /proc --dev /dev --size 16777216 --tmpfs /tmp --remount-ro / --chdir /tmp \
  --clearenv --setenv PATH /usr/bin:/bin --rlimit nofile=256 --rlimit core=0 --grace 2s \
  -- /script "$@"
