#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs into a scratch folder, runs the program from another one, uninstalls, and fails if a
# file is left.   usage: install-check.sh MAKE BINDIR MANDIR   (called by `make install-check`)
set -eu

make=$1 bindir=$2 mandir=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

$make install DESTDIR="$scratch"
test -s "$scratch$mandir/man1/oubli.1"
for shell in bash zsh fish; do # a completion of each, wherever that goes
    if command -v $shell >/dev/null; then
        $shell -n "$(find "$scratch" -type f -path "*$shell*")"
    fi
done
(cd / && "$scratch$bindir/oubli" --version)
$make uninstall DESTDIR="$scratch"

left=$(find "$scratch" ! -type d)
if [ -n "$left" ]; then
    echo "install-check: uninstall left behind:" "$left" >&2
    exit 1
fi
echo "install-check: nothing left behind"
