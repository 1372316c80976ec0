#!/bin/sh
# Keeps the code of a release as data of the tests, in place of the one before: `sh tests/upgrades/keep.sh v0.1.0`.
# A clone need not have the tag. The same tag gives the same bytes; the web client's files are left out, for the
# services start without them.
set -eu
cd "$(dirname "$0")/../.."
tag=${1:?name the tag of the release}
folder=tests/upgrades/releases
mkdir -p "$folder"
git -c tar.umask=0022 archive --format=tar "$tag^{commit}" -- \
    chassis keys users rooms tasks gateway ':!gateway/web/static' >"$folder/new.tar"
rm -f "$folder"/*.tar.gz
gzip -9n <"$folder/new.tar" >"$folder/${tag#v}.tar.gz"
rm "$folder/new.tar"
echo "$folder/${tag#v}.tar.gz"
