#!/bin/sh
# Runs a server that reads its SVID from files, and has it read them again whenever they are new: serve-with-svid.sh COMMAND...
set -eu

# Stopped before there is a certificate.
trap 'exit 0' TERM INT
until [ -e /svid/current ]; do sleep 0.2; done

# The server takes this process's place, so that signals reach it and this container ends with it.
(
  told=''
  while sleep 1; do
    current=$(readlink /svid/current)
    [ "$current" = "$told" ] || { kill -HUP $$ && told=$current; }
  done
) &
exec "$@"
