#!/bin/sh
# A build that can change nothing but the project that it is given, as /workspace, and its own /tmp: no dotfile, no installed
# program, no other project. Fetch what it needs before: without a network a dependency's script sends nothing out.
# Its files belong to the caller afterwards, who is the same user inside.
#
#   build.sh PROJECT COMMAND [ARGUMENT...]
project=$1
shift
exec rein --unshare-all \
  --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --ro-bind-try /lib64 /lib64 --ro-bind /etc /etc \
  --proc /proc --dev /dev --tmpfs /tmp --bind "$project" /workspace --remount-ro / \
  --chdir /workspace --setenv HOME /tmp \
  -- "$@"
