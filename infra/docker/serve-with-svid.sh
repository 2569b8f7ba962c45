#!/bin/sh
# Runs a server that reads its SVID from files, and has it read them again whenever they are new: serve-with-svid.sh COMMAND...
set -eu
current=${SVID_DIRECTORY:-/svid}/current

# Stopped before there is a certificate.
trap 'exit 0' TERM INT
# Vault dies of a SIGHUP that comes before it listens to them, unless they were ignored until then.
trap '' HUP
until [ -e "$current" ]; do sleep 0.2; done

# The server takes this process's place, so that signals reach it and this container ends with it.
(
  # A server that is told of no new certificate is soon one that nobody trusts: it ends too, and is started again.
  trap 'kill -INT $$' EXIT
  # SigCgt says which signals it listens to; SIGHUP is the lowest bit.
  until grep -q '^SigCgt:.*[13579bdf]$' /proc/$$/status; do sleep 0.2; done
  told=''
  while sleep 1; do
    new=$(readlink "$current")
    [ "$new" = "$told" ] || { kill -HUP $$ && told=$new; }
  done
) &
exec "$@"
