#!/bin/sh
# Makes what is missing of the four databases, each with a role of its own that can reach nothing else.
# Name and password come from the URL that the service itself reads, so a new password there is a new one here.
set -eu
PGPASSWORD=$(cat /run/secrets/postgres_password)
export PGPASSWORD PGHOST="${PGHOST:-postgres}" PGUSER=postgres PGDATABASE=postgres

ensure() {
    psql -q -v ON_ERROR_STOP=1 -v name="$1" -v password="$2" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
-- %40 in a URL is an @.
SELECT convert_from(string_agg(CASE length(part[1])
           WHEN 3 THEN decode(substr(part[1], 2), 'hex')
           ELSE convert_to(part[1], 'UTF8')
       END, '' ORDER BY place), 'UTF8') AS password
FROM regexp_matches(:'password', '%[0-9A-Fa-f]{2}|.', 'g') WITH ORDINALITY AS parts (part, place) \gset
ALTER ROLE :"name" PASSWORD :'password';
SELECT format(
    'CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' '
    'LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8'' LOCALE ''C''', :'name', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

psql -q -v ON_ERROR_STOP=1 -c 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
for service in users rooms tasks keys; do
    credentials=$(sed 's|^postgresql://||; s|@.*||' "/run/secrets/${service}_database_url")
    ensure "${credentials%%:*}" "${credentials#*:}"
    echo "$service has its database"
done
