#!/bin/sh
# SPDX-License-Identifier: MIT
# The same sweep by this program, by GNU parallel here and through sshd on loopback, and by a real
# Slurm of which a node is drained and a job ended half-way: the same finished runs.
#
#   usage: check.sh PROGRAM
#
# What is not there is installed with apt-get where that may be done; else what needs it is not run,
# which is said.
set -eu
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d /tmp/oubli-engines-XXXXXX)
sshd_pid=
failed=

tidy_up() {
    code=$?
    [ -z "$sshd_pid" ] || kill "$sshd_pid" 2>/dev/null || true
    [ ! -e "$dir/slurm" ] || "$here/slurm-local.sh" stop "$dir/slurm"
    rm -rf "$dir"
    exit $code
}
trap tidy_up EXIT

grid() { # FOLDER OPTION...: begins or goes on
    folder=$1
    shift
    "$program" sweep --quiet --over 'ewc.lambda=1..100 log 2' --over strategy=none,ewc --seeds 3 \
        --tasks 2 --steps 40 --dir "$dir/$folder" "$@"
}

# Finished runs without what tells of times.
runs() {
    sed 's/"seconds_training":[^,]*,"samples_per_second":[^,]*,//' "$dir/$1"/runs/*.jsonl | sort
}

expect_same() { # FOLDER WHAT
    runs alone >"$dir/expected"
    runs "$1" >"$dir/found"
    if cmp "$dir/expected" "$dir/found"; then
        echo "engines: $2: the same $(wc -l <"$dir/found") runs"
    else
        echo "engines: $2: OTHER RUNS" >&2
        failed=1
    fi
}

have() { # COMMAND PACKAGE...
    name=$1
    shift
    command -v "$name" >/dev/null && return
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" \
            >"$dir/apt" 2>&1 && command -v "$name" >/dev/null
}

not_run() {
    echo "engines: $1: NOT RUN, $2"
}

wait_until() { # SECONDS COMMAND...
    left=$(($1 * 5))
    shift
    until "$@"; do
        left=$((left - 1))
        if [ $left -lt 0 ]; then
            echo "engines: waited in vain for: $*" >&2
            exit 1
        fi
        sleep 0.2
    done
}

try_parallel() {
    grid here --with parallel >/dev/null 2>"$dir/err" || cat "$dir/err" >&2
    expect_same here "GNU parallel"
}

try_ssh() {
    ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
    ssh-keygen -q -t ed25519 -N '' -f "$dir/host"
    mkdir -p /run/sshd
    printf '%s\n' 'Port 22199' 'ListenAddress 127.0.0.1' "HostKey $dir/host" 'StrictModes no' \
        "AuthorizedKeysFile $dir/key.pub" "PidFile $dir/sshd.pid" 'UsePAM no' >"$dir/sshd.conf"
    "$(command -v sshd)" -f "$dir/sshd.conf"
    wait_until 10 test -s "$dir/sshd.pid"
    sshd_pid=$(cat "$dir/sshd.pid")
    printf '#!/bin/sh\nexec ssh -F none -p 22199 -i %s -o StrictHostKeyChecking=no %s "$@"\n' \
        "$dir/key" "-o UserKnownHostsFile=$dir/known -o LogLevel=ERROR" >"$dir/remote"
    chmod +x "$dir/remote"
    grid ssh --with parallel --sshlogin "2/$dir/remote 127.0.0.1" >/dev/null 2>"$dir/err" ||
        cat "$dir/err" >&2
    expect_same ssh "GNU parallel through sshd"
}

is_queue_empty() {
    [ -z "$(squeue -h)" ]
}

has_lines() { # FOLDER N
    [ "$(cat "$dir/$1"/runs/*.jsonl 2>/dev/null | wc -l)" -ge "$2" ]
}

is_at_work() { # FOLDER
    "$program" sweep --status "$dir/$1" | grep -q ' at work'
}

try_slurm() {
    "$here/slurm-local.sh" start "$dir/slurm"
    export SLURM_CONF="$dir/slurm/slurm.conf"
    grid slurm --with slurm --partition all --time 5 >/dev/null
    wait_until 120 is_queue_empty
    expect_same slurm "Slurm"

    # One job a task, submitted by hand; a node is drained when some are done.
    mkdir "$dir/bin"
    for tool in sh grep sed; do ln -s "$(command -v $tool)" "$dir/bin"; done
    PATH=$dir/bin grid drained --with slurm >/dev/null 2>&1 || true # there is no sbatch
    seq 0 11 >"$dir/drained/slurm.list"
    sbatch --quiet --array=0-11 --output=/dev/null "$dir/drained/slurm.sh"
    wait_until 60 has_lines drained 2
    scontrol update nodename=n2 state=drain reason=test
    wait_until 120 is_queue_empty
    scontrol update nodename=n2 state=resume
    expect_same drained "Slurm, a node drained half-way"

    # A task that Slurm ends, as it does at a time limit, is said to be stopped, and done again.
    "$program" sweep --quiet --over lr=0.1 --tasks 2 --steps 20000 --dir "$dir/ended" \
        --with slurm >/dev/null
    wait_until 60 is_at_work ended
    scancel --user "$(id -un)"
    wait_until 60 is_queue_empty
    if has_lines ended 1 ||
        "$program" sweep --status "$dir/ended" | grep -q 'seed=0: stopped by SIGTERM'; then
        echo "engines: Slurm: a job that was ended is said to be"
    else
        echo "engines: Slurm: NOTHING IS SAID of a job that was ended" >&2
        "$program" sweep --status "$dir/ended" >&2
        failed=1
    fi
    "$program" sweep --quiet --dir "$dir/ended" --with slurm >/dev/null
    wait_until 120 is_queue_empty
    has_lines ended 1 || failed=1
}

grid alone >/dev/null
if have parallel parallel && parallel --version 2>/dev/null | grep -q '^GNU'; then
    try_parallel
    if [ "$(id -u)" != 0 ]; then
        not_run "GNU parallel through sshd" "that needs root"
    elif PATH=$PATH:/usr/sbin have sshd openssh-server openssh-client; then
        PATH=$PATH:/usr/sbin try_ssh
    else
        not_run "GNU parallel through sshd" "there is no sshd, and none to be had"
    fi
else
    not_run "GNU parallel" "it is not there, and not to be had"
fi
if [ "$(id -u)" != 0 ]; then
    not_run "Slurm" "that needs root"
elif PATH=$PATH:/usr/sbin have slurmctld slurm-wlm munge; then
    PATH=$PATH:/usr/sbin
    try_slurm
else
    not_run "Slurm" "it is not there, and not to be had"
fi
[ -z "$failed" ]
