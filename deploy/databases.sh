#!/bin/sh
# At the first start of PostgreSQL: a database for each service, with a role of its own that can reach nothing else.
# Name and password come from the URL that the service itself reads.
set -eu

role() {
    psql -q -v ON_ERROR_STOP=1 -U postgres -d postgres -v name="$1" -v password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

for service in users rooms tasks keys; do
    credentials=$(sed 's|^postgresql://||; s|@.*||' "/run/secrets/${service}_database_url")
    role "${credentials%%:*}" "${credentials#*:}"
done
psql -q -v ON_ERROR_STOP=1 -U postgres -d postgres -c 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
