#!/bin/sh
# backup.sh FOLDER: dumps the four databases into a new folder in FOLDER, and prints which.
# A service's database is named by TASKSYNC_<SERVICE>_DATABASE_URL, or in a secret file; pg_dump is found in PATH.
#
# Keys is last. What was acknowledged before the backup began is whole in it; of what was written meanwhile, Keys knows
# at least as much as the owners do, and `audit --repair` takes back what has no row: nothing that has one.
set -eu
here=$(dirname "$0")
. "$here/urls.sh"

folder=${1:?usage: backup.sh FOLDER}
name=$(date -u +%Y%m%dT%H%M%SZ)
part="$folder/.$name"
running=
# Of a backup that fails or is cut short, nothing is left: no files, and no dump that goes on by itself.
trap 'kill $running 2>/dev/null || :; wait; rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM
umask 077
mkdir -p "$part"

# Beside the script, of which it is one process: so it can be ended.
dump() { exec pg_dump --format=custom --no-owner --no-privileges --file="$part/$1.dump" "$(url "$1")"; }

finish() {
    for process in $running; do wait "$process"; done
    running=
}

# In a variable of its own, so that a command that fails ends the script: as a word of another one it would not.
describe() {
    sum=$(cksum <"$part/$1.dump")
    migration=$(psql -XAtqc 'SELECT version_num FROM alembic_version' "$(url "$1")")
    printf '    {"service": "%s", "checksum": %s, "bytes": %s, "migration": "%s"}' "$1" $sum "$migration"
}

began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
for service in users rooms tasks; do
    dump "$service" &
    running="$running $!"
done
finish
dump keys &
running=$!
finish

server=$(psql -XAtqc 'SHOW server_version' "$(url keys)")
{
    printf '{\n  "began": "%s",\n  "ended": "%s",\n' "$began" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    printf '  "postgres": "%s",\n  "databases": [\n' "$server"
    describe users
    for service in rooms tasks keys; do
        echo ,
        describe "$service"
    done
    printf '\n  ]\n}\n'
} >"$part/manifest.json"
sync
mv "$part" "$folder/$name"
echo "$folder/$name"
