#!/bin/sh
# Makes a release of the commit at hand: tags it as the version in pyproject.toml, and keeps its code as data of the
# tests, in place of the release before, for a clone need not have the tag. The same tag gives the same bytes: with a
# version (release.sh 0.1.0) that release is only kept again. Without the web client's files, which the services
# start without.
set -eu
cd "$(dirname "$0")/../.."
version=${1:-$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)}
folder=tests/upgrades/releases
if ! grep -qF "## [$version] - " CHANGELOG.md; then
    echo "CHANGELOG.md says nothing of $version: give what is under [Unreleased] that number and the day, and commit." >&2
    exit 1
fi
if ! git rev-parse -q --verify "v$version^{commit}" >/dev/null; then
    if [ -n "$(git status --porcelain)" ]; then
        echo "Commit what has changed first: the tag names a commit." >&2
        exit 1
    fi
    git tag -a "v$version" -m "TaskSync $version"
fi
mkdir -p "$folder"
git -c tar.umask=0022 archive --format=tar "v$version^{commit}" -- \
    chassis keys users rooms tasks gateway ':!gateway/web/static' >"$folder/new.tar"
rm -f "$folder"/*.tar.gz
gzip -9n <"$folder/new.tar" >"$folder/$version.tar.gz"
rm "$folder/new.tar"
cat <<END
v$version is tagged, and its code is kept in $folder/$version.tar.gz. What comes next:
  1. the next version in pyproject.toml and wherever else  git grep -nF $version  shows where one is built or run
  2. .venv/bin/uv lock && make openapi lint test, which upgrades from $version now
  3. commit all of that with the archive
  4. git push --follow-tags
END
