#!/bin/sh
# A Node.js service in user, PID and network namespaces, started by an ordinary user: it can call nobody, and is
# reached by a socket in a directory, which a proxy outside has too. All else is read-only.
# SIGTERM goes on to it; whoever is left ten seconds later is killed, and the namespace with it.
#
#   service.sh SERVER.js DIRECTORY
exec rein --unshare-user --unshare-pid --unshare-net \
  --ro-bind / / --proc /proc --dev /dev --bind "$2" "$2" --setenv PORT "$2/socket" --grace 10s \
  -- node "$1"
