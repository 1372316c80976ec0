#!/bin/sh
# Makes the secrets of a deployment in a folder: the one that is given, or that TASKSYNC_SECRETS names, also in .env, or
# secrets/. What is there stays as it is.
# The folder is closed to all but its owner. The files in it are readable, because in a container their reader is the
# service's own user, who is not the folder's owner; from outside nobody gets past the folder.
set -eu
named=${TASKSYNC_SECRETS:-$(sed -n 's/^TASKSYNC_SECRETS=//p' .env 2>/dev/null || :)}
folder=${1:-${named:-secrets}}
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME VALUE: whole or not at all, so that a secret cut short by a full disk is never taken for one.
keep() {
    [ -s "$folder/$1" ] && return
    printf '%s' "$2" >"$folder/.$1"
    chmod 444 "$folder/.$1"
    mv "$folder/.$1" "$folder/$1"
    echo "made $folder/$1"
}

for name in passport_secret grant_secret users_key_secret metrics_token postgres_password; do
    keep "$name" "$(random)"
done
for service in users rooms tasks keys; do
    keep "${service}_database_url" "postgresql://tasksync_$service:$(random)@postgres:5432/tasksync_$service"
done
