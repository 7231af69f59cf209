#!/usr/bin/env bash
# Brings roles, passwords and rights to what the secrets say; harmless to run again.
# As the superuser: over the network with his password, or inside the postgres container over its socket.
set -euo pipefail

secret() { cat "/run/secrets/$1"; }
PGPASSWORD=$(secret superuser-password)
export PGPASSWORD PGUSER=postgres PGDATABASE=prepuff

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=/postgres/roles.sql

# The appliance makes the tables, and it may still be at it.
for _ in $(seq 120); do
  if [ "$(psql --no-psqlrc -qtAc "select to_regclass('public.filler_bag') is not null")" = t ]; then
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=/postgres/grants.sql
    echo "roles and rights are as they should be"
    exit 0
  fi
  sleep 0.5
done
echo "the appliance has made no tables within a minute: is it running?" >&2
exit 1
