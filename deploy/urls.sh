# Sourced: where the database of a service is, as the service itself is told.

# url SERVICE
url() {
    upper=$(printf %s "$1" | tr '[:lower:]' '[:upper:]')
    eval "value=\${TASKSYNC_${upper}_DATABASE_URL:-}"
    if [ -z "$value" ]; then
        eval "file=\${TASKSYNC_${upper}_DATABASE_URL_FILE:-/run/secrets/${1}_database_url}"
        value=$(cat "$file") || exit 1
    fi
    printf %s "$value"
}
