#!/bin/sh
# Rolls TASKSYNC_VERSION out over a running stack: one service after the other, the gateway last, so that each version of
# a service is asked only for what it knows; `roll.sh tasksync back`, to an older version, goes the other way round.
# Replicas are replaced one by one, as stack.yml says; the first service that does not become well is rolled back, and
# ends it. Migrate before: deploy/migrate.sh.
set -eu
stack=${1:-tasksync}
case ${2:-} in
    back) services="gateway tasks rooms users keys" ;;
    *) services="keys users rooms tasks gateway" ;;
esac
for service in $services; do
    docker service update --quiet --detach=false --with-registry-auth \
        --image "${TASKSYNC_IMAGES:-tasksync}/$service:${TASKSYNC_VERSION:?name the version}" \
        ${TASKSYNC_LOCAL_IMAGES:+--no-resolve-image} "${stack}_$service" >/dev/null
    state=updating
    while [ "$state" = updating ] || [ "$state" = rollback_started ]; do
        sleep 1
        state=$(docker service inspect --format '{{.UpdateStatus.State}}' "${stack}_$service")
    done
    echo "$service: $state"
    [ "$state" = completed ] || exit 1
done
