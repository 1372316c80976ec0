# One image a service: docker build --build-arg SERVICE=users -t tasksync/users .
# `docker compose build` builds them all, and the one for `audit`. Behind a mirror: docs/operating.md.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ARG SERVICE
# A mirror of the package index; without it, the index that uv.lock names.
ARG PIP_INDEX_URL
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY launch/environment.sh launch/
# pip and uv go again: an image runs one service, and installs nothing.
RUN --mount=type=secret,id=certificates --mount=type=cache,target=/root/.cache,sharing=locked \
    if [ -s /run/secrets/certificates ]; then \
        export PIP_CERT=/run/secrets/certificates SSL_CERT_FILE=/run/secrets/certificates; \
    fi && \
    UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 sh launch/environment.sh --no-dev --extra "${SERVICE:?name a service}" && \
    .venv/bin/uv pip uninstall --quiet pip uv && \
    rm -f .venv/locked.txt .venv/synced

FROM ${PYTHON_IMAGE} AS common
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Where the services find each other and their secrets, in any network that names them so.
ENV TASKSYNC_BIND=0.0.0.0:8000 \
    TASKSYNC_USERS_URL=http://users:8000 \
    TASKSYNC_ROOMS_URL=http://rooms:8000 \
    TASKSYNC_TASKS_URL=http://tasks:8000 \
    TASKSYNC_KEYS_URL=http://keys:8000 \
    TASKSYNC_PASSPORT_SECRET_FILE=/run/secrets/passport_secret \
    TASKSYNC_GRANT_SECRET_FILE=/run/secrets/grant_secret \
    TASKSYNC_USERS_KEY_SECRET_FILE=/run/secrets/users_key_secret \
    TASKSYNC_USERS_DATABASE_URL_FILE=/run/secrets/users_database_url \
    TASKSYNC_ROOMS_DATABASE_URL_FILE=/run/secrets/rooms_database_url \
    TASKSYNC_TASKS_DATABASE_URL_FILE=/run/secrets/tasks_database_url \
    TASKSYNC_KEYS_DATABASE_URL_FILE=/run/secrets/keys_database_url
COPY --from=build /app/.venv .venv
COPY chassis chassis
COPY keys/__init__.py keys/
COPY keys/client keys/client
USER 10001:10001

# Reaches all four databases, so it has an image of its own, and no service has its code. Build it with SERVICE=keys.
FROM common AS audit
COPY keys keys
COPY rooms rooms
COPY tasks tasks
COPY audit audit
ENTRYPOINT ["python", "-m", "audit"]

FROM common AS service
ARG SERVICE
COPY ${SERVICE} ${SERVICE}
ENV TASKSYNC_SERVICE=${SERVICE}
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=10s --start-period=180s --retries=3 CMD exec python -m chassis.probe
CMD ["sh", "-c", "exec python -m chassis \"$TASKSYNC_SERVICE\""]
