#!/bin/sh
# Migrates the four databases, each by the image of its service: before `docker stack deploy` of a new version, which
# the version that runs gets on with. Options go to docker run, as: migrate.sh --network tasksync_services
set -eu
secrets=$(cd "${TASKSYNC_SECRETS:-secrets}" && pwd)
for service in users rooms tasks keys; do
    docker run --rm --read-only --tmpfs /tmp --cap-drop ALL "$@" \
        --volume "$secrets/${service}_database_url:/run/secrets/${service}_database_url:ro" \
        "${TASKSYNC_IMAGES:-tasksync}/$service:${TASKSYNC_VERSION:-0.2.0}" python -m chassis.migrate "$service"
    echo "$service is up to date"
done
