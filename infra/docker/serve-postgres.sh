#!/bin/sh
# Runs the stack's Postgres; the first start creates its cluster.
set -eu
cluster=/var/lib/postgresql/data

# Under another name first: a start that is cut short leaves nothing that looks like a cluster.
if [ ! -d "$cluster" ]; then
  rm -rf "$cluster.unfinished"
  initdb --pgdata "$cluster.unfinished" --username postgres --encoding UTF8 --locale C \
    --auth-local peer --auth-host reject --data-checksums
  mv "$cluster.unfinished" "$cluster"
fi

exec sh /config/serve-with-svid.sh postgres -D "$cluster" \
  -c config_file=/config/postgresql.conf -c hba_file=/config/pg_hba.conf -c ident_file=/config/pg_ident.conf
