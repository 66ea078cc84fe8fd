#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a bare Debian to the running demo: installs what is missing, builds, runs. Arguments are
# passed on; with --brokers (or another of the program's tasks) it runs that instead of the demo.
#
#     ./app/run.sh                       the demo; with --serve where there is no display
#     ./app/run.sh --serve               the demo without a window
#     ./app/run.sh --help                what else there is
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tree=$root/.build/release
source "$root/resources/packages/install.sh"
source "$root/resources/packages/librdkafka.sh"
source "$root/resources/packages/swagger_ui.sh"

install_packages "$root/resources/packages/build.txt" "$root/resources/packages/run.txt"
newer_librdkafka "$root"
swagger_ui "$root" || echo "Building without it: /docs will say how to get its page"

export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
log=$tree/build.log
mkdir -p "$tree"
if ! cmake -S "$root" -B "$tree" -G Ninja -C "$root/resources/cmake/release.cmake" \
    >"$log" 2>&1; then
    tail -n 20 "$log"
    echo "The build could not be prepared; all that cmake said is in $log"
    exit 1
fi
# ninja's dry run tells whether there is anything to do
if ! ninja -C "$tree" -n millrace | grep -q 'no work to do'; then
    echo "Building millrace (some minutes the first time) …"
    build=(ninja -C "$tree" -j "$(nproc)" millrace)
    if [[ -t 1 ]]; then
        NINJA_STATUS='  %p  ' "${build[@]}"
    elif ! "${build[@]}" >"$log" 2>&1; then
        grep -m 1 -A 20 FAILED "$log" || tail -n 20 "$log"
        echo "The build failed; all that it said is in $log"
        exit 1
    fi
fi

task=(--demo)
serve=(--serve)
for argument in "$@"; do
    case $argument in
    --demo | --brokers* | --database* | --ingest* | --config*) task=() ;;
    --demo-feed | --check | --print-config | --version | --help | -h) task=() serve=() ;;
    --serve) serve=() ;;
    esac
done
if [[ -d $root/ui && -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    serve=()
fi
exec "$tree/app/millrace" "${task[@]}" "${serve[@]}" "$@"
