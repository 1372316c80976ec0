#!/bin/sh
# Makes or updates .venv from uv.lock. PYTHON names the Python to use; without it, the newest that works is taken.
# What is installed is everything, unless options of `uv sync` say otherwise (an image carries one service's part).
set -eu
cd "$(dirname "$0")/.."
UV_VERSION=0.13.9
CHECK='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

works() { "$1" -c "$CHECK" >/dev/null 2>&1; }

fail() {
    echo "$1" >&2
    exit 1
}

find_python() {
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if works "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    found=$("${PYTHON:-python3}" --version 2>&1) || found="nothing that runs"
    fail "TaskSync needs Python 3.11, 3.12 or 3.13 with its venv module (Debian: apt install python3-venv); \
${PYTHON:-python3} here is ${found}. Another one is named so: make env PYTHON=/path/to/python3.12"
}

# A setting of pip, from its environment variable or its files: `index-url` or `cert`.
pip_setting() {
    .venv/bin/python -m pip config list 2>/dev/null |
        sed -n "s/^\(:env:\.\|install\.\|global\.\)$1='\(.*\)'\$/\2/p" | head -n 1
}

sync() {
    index=${UV_DEFAULT_INDEX:-$(pip_setting index-url)}
    certificates=${SSL_CERT_FILE:-$(pip_setting cert)}
    if [ -n "$certificates" ]; then export SSL_CERT_FILE="$certificates"; fi
    if [ -z "$index" ]; then
        .venv/bin/uv sync --locked "$@"
        return
    fi
    # The lock names its files by their home address; a mirror serves the same files, which their hashes prove.
    .venv/bin/uv export --quiet --frozen "$@" --no-emit-project --output-file .venv/locked.txt
    .venv/bin/uv pip sync --require-hashes --default-index "$index" .venv/locked.txt
}

unset VIRTUAL_ENV || true
# Compiled once here: where Python is told to write no bytecode, each process would compile all of it, for seconds.
export UV_COMPILE_BYTECODE=1
export UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv
# Cut short as it was made, it has a Python, and no pip yet.
if ! works .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    echo "Making .venv with $("$python" --version 2>&1)"
    "$python" -m venv --clear .venv
fi
if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
    echo "Installing uv $UV_VERSION"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
fi
echo "Installing what uv.lock names"
[ $# -gt 0 ] || set -- --all-extras
sync "$@"
touch .venv/synced
