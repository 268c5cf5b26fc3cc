#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs every piece of code of docs/from-oubli.md as it stands there, in its order, in a folder of its
# own.  A piece whose language or library is not here is named and left out.
#   usage: from_oubli.sh PROGRAM        exit code 1 if a piece fails
set -eu

program=$1 page=$(cd "$(dirname "$0")/../docs" && pwd)/from-oubli.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/work"
ln -s "$program" "$scratch/bin/oubli"
PATH=$scratch/bin:$PATH
cd "$scratch/work"

for python in python3 /usr/bin/python3; do
    "$python" -c 'import pandas' 2>/dev/null && break
done

# N.LANGUAGE for each fenced piece.
awk -v to="$scratch" '
    /^```[a-z]/ { file = sprintf("%s/%02d.%s", to, ++n, substr($0, 4)); next }
    /^```/      { file = ""; next }
    file != ""  { print > file }' "$page"

# What a piece needs and is not here; nothing if all is.
lacking() {
    case $1 in
    *.sh) ;;
    *.python)
        command -v "$python" >/dev/null || { echo python3 && return; }
        sed -n 's/^import \([a-z]*\).*/\1/p' "$1" | while read -r module; do
            "$python" -c "import $module" 2>/dev/null || echo "python3 with $module"
        done ;;
    *.r)
        command -v Rscript >/dev/null || { echo R && return; }
        sed -n 's/^library(\(.*\))/\1/p' "$1" | while read -r library; do
            Rscript -e "library($library)" >/dev/null 2>&1 || echo "R with $library"
        done ;;
    *.gnuplot) command -v gnuplot >/dev/null || echo gnuplot ;;
    *) echo "anything that runs ${1##*.}" ;;
    esac
}

run() {
    case $1 in
    *.sh) bash -eu "$1" ;;
    *.python) "$python" "$1" ;;
    *.r) Rscript "$1" ;;
    *.gnuplot) gnuplot "$1" && test -s session.svg && ! grep -q NaN session.svg ;;
    esac
}

failed=0 n=0
for piece in "$scratch"/[0-9]*; do
    if run "$piece" >"$scratch/out" 2>&1; then
        n=$((n + 1))
    elif lack=$(lacking "$piece" | paste -s -d ' ') && [ -n "$lack" ]; then
        echo "SKIPPED ${piece##*/}: there is no $lack"
    else
        echo "FAILED ${piece##*/}:" && cat "$scratch/out"
        failed=1
    fi
done
echo "$n pieces of docs/from-oubli.md ran"
exit $failed
