#!/bin/sh
# SPDX-License-Identifier: MIT
# A real Slurm on this machine alone: slurmctld, two slurmd of one core each, munge on loopback.
#
#   usage: slurm-local.sh start DIR   starts it, its files under DIR; DIR/slurm.conf is its SLURM_CONF
#          slurm-local.sh stop DIR    ends what it started
#
# Needs root, slurm-wlm and munge (tried with Slurm 22.05 of Debian 12).
set -eu
mkdir -p "$2"
dir=$(cd "$2" && pwd)

if [ "$1" = stop ]; then
    pids=$(cat "$dir"/ctld.pid "$dir"/n1.pid "$dir"/n2.pid "$dir"/munged.pid 2>/dev/null || true)
    for pid in $pids; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in $pids; do # they still write into DIR
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ $((tries += 1)) -lt 100 ]; do sleep 0.1; done
    done
    exit 0
fi

host=$(hostname -s)
mkdir -p "$dir/state" "$dir/log"
cat >"$dir/slurm.conf" <<EOF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool_%n
SlurmctldPidFile=$dir/ctld.pid
SlurmdPidFile=$dir/%n.pid
SlurmctldLogFile=$dir/log/ctld
SlurmdLogFile=$dir/log/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmctldPort=7837
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=7838 CPUs=1 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=7839 CPUs=1 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
EOF

if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
    mkdir -p /run/munge && chown munge /run/munge
    su -s /bin/sh munge -c "munged --pid-file=/run/munge/oubli.pid"
    cp /run/munge/oubli.pid "$dir/munged.pid"
fi
SLURM_CONF=$dir/slurm.conf
export SLURM_CONF
slurmctld -f "$SLURM_CONF"
for node in n1 n2; do
    slurmd -N $node -f "$SLURM_CONF"
done
tries=0
until sinfo -h -o '%T %D' 2>/dev/null | grep -q 'idle 2'; do
    tries=$((tries + 1))
    if [ $tries -gt 80 ]; then
        echo "slurm-local: the nodes are not idle; see $dir/log" >&2
        exit 1
    fi
    sleep 0.25
done
