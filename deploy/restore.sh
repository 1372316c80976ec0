#!/bin/sh
# restore.sh BACKUP [SERVICE...]: puts databases back to what they were in the folder BACKUP; all four by default.
# Each one is restored whole or not at all. Its service must not run. Nothing but its own role is needed.
set -eu
here=$(dirname "$0")
. "$here/urls.sh"

backup=${1:?usage: restore.sh BACKUP [SERVICE...]}
shift
[ $# -gt 0 ] || set -- users rooms tasks keys

fail() {
    echo "$1" >&2
    exit 1
}

# So that nothing is touched unless all of it can be restored.
check() {
    expected=$(sed -n "s/.*\"service\": \"$1\", \"checksum\": \([0-9]*\), \"bytes\": \([0-9]*\),.*/\1 \2/p" \
        "$backup/manifest.json")
    [ -n "$expected" ] || fail "$backup/manifest.json names no $1."
    [ "$(cksum <"$backup/$1.dump")" = "$expected" ] || fail "$backup/$1.dump is damaged; take another backup."
    # A vacuum of the server's own has no user, and gives way.
    others=$(psql -XAtqc "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL" "$(url "$1")")
    [ "$others" = 0 ] || fail "The database of $1 is in use ($others connections): stop the service first."
}

# The row of `feed` then names another origin than this database, so the service begins a new history when it starts,
# and tells every client to load anew: what they saw since the backup is no more.
statements() {
    echo 'SET client_min_messages = warning; BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;'
    pg_restore --no-owner --no-privileges --exit-on-error --file=- "$backup/$1.dump" ||
        echo "DO \$\$ BEGIN RAISE 'pg_restore failed: nothing was changed'; END \$\$;"
    echo "DO \$\$ BEGIN
            IF to_regclass('public.feed') IS NOT NULL THEN UPDATE public.feed SET origin = ''; END IF;
        END \$\$;
        COMMIT;"
}

[ -f "$backup/manifest.json" ] || fail "$backup is no backup: it has no manifest.json."
for service; do check "$service"; done
for service; do
    statements "$service" | psql -Xq -v ON_ERROR_STOP=1 -o /dev/null "$(url "$service")"
    echo "restored $service"
done
