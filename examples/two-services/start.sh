#!/bin/sh
# Runs two services until one of them ends, and exits with its status. `rein --drain` ends the other one.
exec 3>&1
status=$(
  {
    { php-fpm --nodaemonize >&3; echo $?; } &
    { nginx -g 'daemon off;' >&3; echo $?; } &
  } | head -n 1
)
exit "$status"
