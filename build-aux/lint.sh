#!/bin/sh
# SPDX-License-Identifier: MIT
# The rules a tool can check.   usage: lint.sh build/release   (called by `make lint`)
#
#   1. build-aux/rules.awk: layers, who may include what, forbidden calls, length of lines and
#      functions, SPDX lines.      2. No cycle of includes.       3. No mutable globals.
#   4. In the Makefile no value-changing float flags, nothing that old makes do not know.
#   5. One version everywhere; pages for developers: short, and the files they name are there.
#   6. cppcheck, if installed.
set -u

out=$1
failed=0
fail() {
    echo "lint: $*" >&2
    failed=1
}
# File-scope objects that may change: the terminal must be restorable from a signal handler, and of
# OpenBLAS there is one in the process.
may_have_globals='ui/screen/terminal.c src/net/blas.c'

# Awk must count bytes: rules.awk turns UTF-8 into columns itself.
LC_ALL=C
export LC_ALL

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

files=$(find src ui tests -name '*.[ch]' 2>/dev/null | sort)
# shellcheck disable=SC2086  # a list of files, no spaces in our names
awk -v edges="$scratch/edges" -f build-aux/rules.awk $files || failed=1

# A module is a .c/.h pair; tsort names the members of a loop.
if [ -f "$scratch/edges" ] && ! tsort "$scratch/edges" >/dev/null 2>"$scratch/loops"; then
    fail "modules include each other in a circle:"
    sed 's/^tsort: .*input contains a loop:$/  loop:/; s/^tsort:/   /' "$scratch/loops" >&2
fi

if command -v objdump >/dev/null; then
    for c in $(find src ui -name '*.c' 2>/dev/null | sort); do
        case " $may_have_globals " in *" $c "*) continue ;; esac
        [ -f "$out/${c%.c}.o" ] || continue
        # Constant tables with addresses in them live in .data.rel.ro and are fine.
        objects=$(objdump -t "$out/${c%.c}.o" | awk '
            match($0, / O [^ \t]+\t/) {
                section = substr($0, RSTART + 3, RLENGTH - 4)
                if (section ~ /^(\.t?bss|\.t?data|\*COM\*)/ && section !~ /^\.data\.rel\.ro/)
                    print $NF
            }')
        # shellcheck disable=SC2086  # one line for all of them
        [ -n "$objects" ] && fail "$c: mutable file-scope or static object:" $objects \
            "(pass a struct instead; see lint.sh for the exceptions)"
    done
else
    echo "lint: no objdump, so nobody looked for mutable globals" >&2
fi

grep -nE -- '-Ofast|-ffast-math|-funsafe-math|-ffinite-math' Makefile &&
    fail "Makefile: these flags make isnan() false, and we must show divergence"

grep -nE '(^|[: ])private |^[^#]*[A-Za-z_ ](!=|::=)|\.ONESHELL|^undefine |\$\(file ' Makefile &&
    fail "Makefile: GNU make 3.81, which macOS has, does not know this"

version=$(sed -n 's/^VERSION := //p' Makefile)
for line in "## $version:CHANGELOG.md" "oubli ($version) :debian/changelog" \
    "pkgver=$version:packaging/PKGBUILD" "version \"$version\":packaging/oubli.rb"; do
    grep -qF "${line%:*}" "${line##*:}" || fail "${line##*:}: version $version is not there"
done

pages="README.md HACKING.md docs/decisions.md docs/figures.md docs/recording.md docs/sweeps.md"
for page in $pages; do
    [ -s "$page" ] || fail "$page is missing"
done
[ "$(wc -l <HACKING.md)" -le 250 ] || fail "HACKING.md: 250 lines are read in 20 minutes, more are not"
# shellcheck disable=SC2086  # a list of pages
for name in $(grep -ohE '`[a-z_0-9/]+\.[ch]`' $pages | tr -d '`' | sort -u); do
    echo "$files" | grep -qE "(^|/)$name\$" || fail "no file $name, of which a page speaks"
done

if command -v cppcheck >/dev/null; then
    mkdir -p build/cppcheck
    # shellcheck disable=SC2046  # the rooms that are there
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
        --error-exitcode=1 -j "$(nproc 2>/dev/null || echo 2)" \
        --cppcheck-build-dir=build/cppcheck \
        --suppress=missingIncludeSystem --suppress=unmatchedSuppression \
        --template='{file}:{line}: {severity}: {message} [{id}]' \
        -Isrc -I. -D__GNUC__=12 -D__linux__=1 '-DOUBLI_VERSION=""' '-DOUBLI_BUILD=""' \
        '-DOUBLI_OPENBLAS=""' \
        -UOUBLI_DOUBLE \
        $(for room in src ui; do [ -d $room ] && echo $room; done) || failed=1
else
    echo "lint: cppcheck is not installed, so it did not run (make deps DEPS=tools)" >&2
fi

[ "$failed" -eq 0 ] && echo "lint: clean"
exit "$failed"
