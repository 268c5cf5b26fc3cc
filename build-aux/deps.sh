#!/bin/sh
# SPDX-License-Identifier: MIT
# Looks for what oubli needs and installs what is missing, with apt-get where there is one.
#
#   usage: deps.sh [--check] GROUP...      groups: run test tools docs
#
# --check only looks and lists.  Nothing is remembered between runs: looking takes some
# milliseconds, and a remembered answer would be wrong after a package is removed.
set -eu

check_only=
if [ "${1-}" = --check ]; then
    check_only=1
    shift
fi

# One line per need:  group | how to look for it | Debian | Fedora | Arch | Homebrew
# shellcheck disable=SC2016  # CC and PKG_CONFIG are expanded when the need is looked for
# A dash: comes with the system, or is not packaged there.
table='
run  | command ${CC:-cc}    | gcc              | gcc                  | gcc       | -
run  | command make         | make             | make                 | make      | make
run  | command ${PKG_CONFIG:-pkg-config} | pkg-config       | pkgconf-pkg-config   | pkgconf   | pkgconf
run  | package ncursesw     | libncurses-dev   | ncurses-devel        | ncurses   | ncurses
run  | package openblas     | libopenblas-dev  | openblas-devel       | openblas  | openblas
run  | package jansson      | libjansson-dev   | jansson-devel        | jansson   | jansson
run  | package zlib         | zlib1g-dev       | zlib-devel           | zlib      | zlib
run  | package libmd        | libmd-dev        | libmd-devel          | libmd     | libmd
run  | package sqlite3      | libsqlite3-dev   | sqlite-devel         | sqlite    | sqlite
test | package criterion    | libcriterion-dev | -                    | -         | criterion
test | command tput         | ncurses-bin      | ncurses              | ncurses   | ncurses
tools | command cppcheck     | cppcheck         | cppcheck             | cppcheck  | cppcheck
tools | command clang-format | clang-format     | clang-tools-extra    | clang     | clang-format
tools | command objdump      | binutils         | binutils             | binutils  | binutils
tools | command clang        | clang            | clang                | clang     | -
docs | module pandas         | python3-pandas   | python3-pandas       | python-pandas | -
docs | command Rscript       | r-base-core      | R-core               | r         | r
docs | command gnuplot       | gnuplot-nox      | gnuplot-minimal      | gnuplot   | gnuplot
'

present() {
    case $1 in
    command) command -v "$2" >/dev/null ;;
    package) ${PKG_CONFIG:-pkg-config} --exists "$2" 2>/dev/null ;;
    module) python3 -c "import $2" 2>/dev/null || /usr/bin/python3 -c "import $2" 2>/dev/null ;;
    esac
}

# Sets debian, fedora, arch, brew to the packages that are missing for the groups named.
look() {
    debian='' fedora='' arch='' brew=''
    while IFS='|' read -r group test deb rpm pac bre; do
        [ -n "$test" ] || continue # the first line of the table is empty
        case " $groups " in *" ${group%% *} "*) ;; *) continue ;; esac
        # shellcheck disable=SC2086  # two words on purpose; CC stands in the table as a variable
        eval present $test && continue
        debian="$debian $deb" fedora="$fedora $rpm" arch="$arch $pac" brew="$brew $bre"
    done <<EOF
$table
EOF
}

# The words of a list, once each, without dashes.
words() {
    echo "$1" | tr -s ' ' '\n' | grep -v '^-*$' | sort -u | paste -s -d ' ' -
}

explain() {
    echo "oubli needs packages that are not here:"
    echo "  Debian, Ubuntu: apt-get install $(words "$debian")"
    echo "  Fedora:         dnf install $(words "$fedora")"
    echo "  Arch:           pacman -S $(words "$arch")"
    echo "  Homebrew:       brew install $(words "$brew")"
    echo "                  and let PKG_CONFIG_PATH name the lib/pkgconfig of openblas and ncurses"
    case $debian in *libcriterion-dev*)
        echo "  Criterion, the test library, is not packaged everywhere; see its own site." ;;
    esac
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

apt_install() {
    as_root apt-get install -y --no-install-recommends "$@"
}

groups="$*"
look
[ -z "$debian" ] && exit 0

if [ -n "$check_only" ] || ! command -v apt-get >/dev/null ||
    { [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; }; then
    explain >&2
    exit 1
fi

missing=$(words "$debian")
echo "  DEPS $missing"
# shellcheck disable=SC2086,SC2012  # a list of packages
if ! { ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 && apt_install $missing; }; then
    # The lists are empty or old: fetch them and try once more; look says whether it worked.
    as_root apt-get update || true
    apt_install $missing || true
fi

look
if [ -n "$debian" ]; then
    explain >&2
    exit 1
fi
