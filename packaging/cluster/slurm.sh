#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# packaging/cluster/slurm.sh SHARDS CHANNEL REGISTRY [OPTION of `conda-oci mirror`...]
#
# Mirrors a channel as a Slurm job array of that many tasks, and publishes the index once all of them have ended. Each task
# runs on its own; one that fails, or is killed, can be submitted again with `sbatch --array=NUMBER` or by this script:
# what is there is not copied twice. Credentials come from the environment (ORAS_USER, ORAS_PASS), which Slurm hands on,
# or from the files of docker or podman. Options for sbatch itself go into SBATCH_OPTIONS, for example "--time=2-0".
set -euo pipefail
if [ $# -lt 3 ] || ! [[ $1 =~ ^[1-9][0-9]*$ ]]; then
    echo "usage: $0 SHARDS CHANNEL REGISTRY [OPTION...]" >&2
    exit 2
fi
shards=$1 channel=$2 registry=$3
shift 3
# What names the channel's place is publish's as well.
place=()
for ((i = 1; i < $#; i++)); do
    case ${!i} in --as | -s | --subdir) j=$((i + 1)) && place+=("${!i}" "${!j}") ;; esac
done
quoted() { printf '%q ' "$@"; }
program=${CONDA_OCI:-conda-oci}
read -r -a more <<<"${SBATCH_OPTIONS:-}"

mirror=$(quoted "$program" mirror --channel "$channel" --registry "$registry" "$@")
array=$(sbatch --parsable --job-name=conda-oci-mirror --array="1-$shards" --mem=2G ${more[@]+"${more[@]}"} \
    --wrap "exec $mirror --shard \$SLURM_ARRAY_TASK_ID/$shards")
# After all of them, also where one failed: what the others brought can be used, and publish names the one that is missing.
publish=$(quoted "$program" publish --channel "$channel" --registry "$registry" --shards "$shards" ${place[@]+"${place[@]}"})
last=$(sbatch --parsable --job-name=conda-oci-publish --dependency="afterany:$array" --mem=4G ${more[@]+"${more[@]}"} \
    --wrap "exec $publish")
echo "submitted: the array $array of $shards shards, and $last, which publishes their index"
