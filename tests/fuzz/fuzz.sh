#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.sh <target> <seeds> <found>: replays the committed seeds, those of earlier runs and (but for
# names) the corpora, then fuzzes for MILLRACE_FUZZ_SECONDS (15). Crashes stay in <found>/crashes.
set -euo pipefail
target=$1 seeds=$2 found=$3
mkdir -p "$found/crashes" "$found/inputs"
for list in "$seeds"/*.sql; do # one seed a line
    [[ -e $list ]] || continue
    mkdir -p "$found/seeds"
    split -l 1 -a 4 "$list" "$found/seeds/$(basename "$list" .sql)-"
done
[[ -d $found/seeds ]] && seeds=$found/seeds
folders=("$seeds")
if [[ $target != *names && -d ${MILLRACE_CORPORA:-} ]]; then
    folders+=("$MILLRACE_CORPORA")
fi
limits=(-timeout=10 -rss_limit_mb=3000 -max_len=65536 "-artifact_prefix=$found/crashes/")
"$target" "${limits[@]}" -runs=0 "$found/inputs" "${folders[@]}" 2>&1 | tail -n 3
exec "$target" "${limits[@]}" -print_final_stats=1 \
    "-max_total_time=${MILLRACE_FUZZ_SECONDS:-15}" "$found/inputs" "${folders[@]}"
