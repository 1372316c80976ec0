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
trap 'rm -rf "$part"' EXIT
umask 077
mkdir -p "$part"

dump() { pg_dump --format=custom --no-owner --no-privileges --file="$part/$1.dump" "$(url "$1")"; }

# In a variable of its own, so that a command that fails ends the script: as a word of another one it would not.
describe() {
    sum=$(cksum <"$part/$1.dump")
    migration=$(psql -XAtqc 'SELECT version_num FROM alembic_version' "$(url "$1")")
    printf '    {"service": "%s", "checksum": %s, "bytes": %s, "migration": "%s"}' "$1" $sum "$migration"
}

began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
running=
for service in users rooms tasks; do
    dump "$service" &
    running="$running $!"
done
for process in $running; do wait "$process"; done
dump keys

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
