#!/usr/bin/env bash
# Backups of the database: schedule, now, list, healthy, restore FILE; and what a restore has set aside: put-back, drop.
# A backup has its name only once it is whole; the appliance reads the names for its metrics.
set -euo pipefail

folder=/var/backups/prepuff
every_hours=${BACKUP_EVERY_HOURS:-24}
keep=${BACKUP_KEEP:-14}

export PGOPTIONS='-c client_min_messages=warning'

say() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"; }
fail() { say "$*" >&2; exit 1; }
sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
backups() { find "$folder" -maxdepth 1 -name 'prepuff-*Z.dump' -printf '%f\n' | sort; }

for number in "$every_hours" "$keep"; do
  [[ $number =~ ^[1-9][0-9]{0,4}$ ]] || fail "BACKUP_EVERY_HOURS and BACKUP_KEEP want a whole number from 1 on, not $number"
done
every_s=$((every_hours * 3600))

# Seconds since the newest backup was begun; a very large number where there is none.
age() {
  local newest; newest=$(backups | tail -n 1)
  [ -n "$newest" ] || { echo 999999999; return; }
  local at=${newest#prepuff-}; at=${at%Z.dump}
  echo $(($(date +%s) - $(date -u -d "${at:0:8} ${at:9:2}:${at:11:2}:${at:13:2}" +%s)))
}

# The end of each plant's chain of records. Whoever keeps it elsewhere can prove later that nothing before it was changed:
# prepuff audit verify --head. Nothing where the database is older than the chain.
heads() {
  local table; table=$(sql --command="select to_regclass('record_chain')") || return 1
  [ -n "$table" ] || return 0
  sql --command="
    select c.seq || ':' || encode(c.digest, 'hex') || ' ' || p.name
    from plant p
    cross join lateral (select seq, digest from record_chain where plant_id = p.id order by seq desc limit 1) c
    order by p.id"
}

# In a shell of its own, which lets go of the lock when it ends. Its failures are told one by one: where it is asked
# whether it worked, `set -e` does not hold.
now() (
  # One at a time: the schedule's and a person's.
  exec 9>"$folder/.lock"
  flock --wait 600 9 || { say "another backup has been at work for 10 minutes" >&2; exit 1; }
  # Named by the second it was begun in, and never in place of another one.
  while name=prepuff-$(date -u +%Y%m%dT%H%M%SZ).dump && [ -e "$folder/$name" ]; do sleep 0.1; done
  part=$folder/$name.part
  rm -f "$folder"/*.part "$folder"/*.part.head
  # Before the dump: the chain only grows, so the dump has these links.
  heads >"$part.head" || { rm -f "$part.head"; exit 1; }
  # The part is removed also when the disk is full: it would keep it full.
  if ! pg_dump --format=custom --file="$part" || ! pg_restore --list "$part" >/dev/null || ! sync "$part"; then
    rm -f "$part" "$part.head"
    exit 1
  fi
  mv "$part.head" "$folder/${name%.dump}.head" || exit 1
  mv "$part" "$folder/$name" || exit 1
  sync "$folder"
  say "backed up: $name, $(stat -c %s "$folder/$name") bytes"
  while read -r head plant; do say "records: $head $plant"; done <"$folder/${name%.dump}.head"
  backups | head -n "-$keep" | while read -r old; do
    rm -f "$folder/$old" "$folder/${old%.dump}.head"
    say "removed: $old ($keep are kept)"
  done
)

schedule() {
  trap 'exit 0' TERM INT
  say "a backup every $every_hours h, $keep are kept"
  while true; do
    if [ "$(age)" -ge "$every_s" ]; then now || say "the backup failed; tried again in a minute" >&2; fi
    sleep 60 & wait $!
  done
}

# The whole backup into a database beside the one in use, then the two change places: the appliance goes on weighing.
restore() {
  local file=$folder/$1
  [ -r "$file" ] || fail "there is no backup $1 in $folder, or it may not be read"
  sql --dbname=postgres -c 'drop database if exists prepuff_restored' -c 'create database prepuff_restored'
  pg_restore --no-owner --no-acl --exit-on-error --dbname=prepuff_restored "$file"
  sql --dbname=prepuff_restored --file=/postgres/grants.sql
  sql --dbname=prepuff_restored -c 'set client_min_messages = error' -c analyze
  say "restored beside the database in use; they change places now"
  use prepuff_restored "$1"
}

# A database that a restore has set aside comes into use again, and the one in use is set aside.
put_back() {
  [ "$(sql --dbname=postgres -c "select count(*) from pg_database where datname = '$1'")" = 1 ] || fail "there is no database $1"
  use "$1" "$1"
}

# use DATABASE NAME: it and the one in use change places. Nobody can come in between; then both are open again.
use() {
  local aside; aside=prepuff_until_$(date -u +%Y%m%dt%H%M%S)
  sql --dbname=postgres -c 'alter database prepuff allow_connections false'
  if ! sql --dbname=postgres -c "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname in ('prepuff', '$1')" >/dev/null ||
    ! sql --dbname=postgres -c "begin" \
      -c "alter database prepuff rename to $aside" -c "alter database $1 rename to prepuff" -c "commit"; then
    sql --dbname=postgres -c 'alter database prepuff allow_connections true'
    fail "the databases could not change places; all is as before"
  fi
  sql --dbname=postgres -c "alter database $aside allow_connections true" -c 'alter database prepuff allow_connections true'
  say "done: $2 is in use. The database of before is kept as $aside; to have it back, or to be rid of it:"
  say "  docker compose exec backup backup put-back $aside"
  say "  docker compose exec backup backup drop $aside"
  ledger
}

# By the ledger: what the database says it recorded of each journal, and what is there. And where the records end.
ledger() {
  heads | while read -r head plant; do say "records: $head $plant"; done
  psql --no-psqlrc --set=ON_ERROR_STOP=1 --file=/backup/ledger.sql
}

case ${1:-} in
  schedule) schedule ;;
  now) now ;;
  list) backups ;;
  ledger) ledger ;;
  healthy) [ "$(age)" -lt $((every_s + 3600)) ] ;;
  restore) restore "${2:?the name of a backup, as list prints it}" ;;
  put-back | drop)
    [[ ${2:-} =~ ^prepuff_until_[0-9]{8}t[0-9]{6}$ ]] || fail "only a database that a restore has set aside: prepuff_until_…"
    if [ "$1" = put-back ]; then put_back "$2"; else sql --dbname=postgres -c "drop database $2"; fi
    ;;
  *) fail "schedule, now, list, ledger, healthy, restore FILE, put-back DATABASE, drop DATABASE" ;;
esac
