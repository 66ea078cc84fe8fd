#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what the tests take, builds, runs them, prints how long each part took. From any folder,
# any number of times.
#
#     tests/run.sh [--only part[,part…]] [--long]
#
# unit         dev build, every room's tests without a server
# tidy         the house rules, format and names
# asan, tsan   the unit tests under address and undefined, and under thread sanitizer (core only)
# integration  real Kafka and PostgreSQL
# fuzz         each fuzz target for 15 s, 60 s with --long
# long         only with --long (or by name): what takes hours of kills
#
# A part is made of the ctest entries with its label; one without entries is not there yet.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/resources/packages/install.sh"
source "$root/resources/packages/librdkafka.sh"
source "$root/resources/packages/swagger_ui.sh"

long=0
parts=(unit tidy asan tsan integration fuzz)
only=()
while (($#)); do
    case $1 in
    --long) long=1 ;;
    --only)
        IFS=, read -ra only <<<"${2:?--only takes a list of parts}"
        shift
        ;;
    *)
        sed -n '3,17s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        [[ $1 == --help ]]
        exit
        ;;
    esac
    shift
done
((long)) && parts+=(long)
((${#only[@]})) && parts=("${only[@]}")

jobs=$(nproc)
core="^($(cd "$root/core" && printf '%s\n' */ | tr -d / | paste -sd '|'))[.]"
logs=$root/.build/logs
mkdir -p "$logs"
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
export MILLRACE_CORPORA=${MILLRACE_CORPORA:-$root/../shared/corpora}
passed=0 failed=0 skipped=0
table=()

# note <part> <started> <what came of it>: a line of the closing table
note() {
    table+=("$(printf '%-12s %5d s   %s' "$1" $(($(date +%s) - $2)) "$3")")
    echo "${table[-1]}"
}

# broken <part> <started> <log>: the part could not even run
broken() {
    grep -m 1 -A 30 -E 'FAILED|CMake Error' "$3" || tail -n 30 "$3"
    failed=$((failed + 1))
    note "$1" "$2" "could not be built, see ${3#"$root/"}"
}

# configure <tree>: by resources/cmake/<tree>.cmake
configure() {
    cmake -S "$root" -B "$root/.build/$1" -G Ninja -C "$root/resources/cmake/$1.cmake" \
        >"$logs/$1.configure" 2>&1
}

# entries <tree> <label>: names of the ctest entries that have it. Under thread sanitizer only
# those of core, because Qt is not instrumented.
entries() {
    local rooms=.
    [[ $1 == tsan ]] && rooms=$core
    ctest --test-dir "$root/.build/$1" -N -L "^$2\$" -R "$rooms" 2>/dev/null |
        sed -n 's/^ *Test *#[0-9]*: //p'
}

# targets <tree> <label>: the programs those entries run (entry room.Class: program tst_room)
targets() {
    local all
    all=$(ninja -C "$root/.build/$1" -t targets all | sed 's/: [^:]*$//')
    entries "$1" "$2" | sed 's/\..*//' | sort -u | while read -r room; do
        grep -xE "tst_$room|fuzz_$room" <<<"$all"
    done
}

# build <part> <tree> <target>…
build() {
    local part=$1 tree=$2
    shift 2
    (($# == 0)) && return 0
    ninja -C "$root/.build/$tree" -j "$jobs" -k 0 "$@" >"$logs/$part.build" 2>&1
}

# count <attribute> <report>: a number of the JUnit report's head
count() {
    sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" 2>/dev/null | head -n 1
}

# run <part> <started> <tree> <ctest arguments>…
run() {
    local part=$1 started=$2 tree=$3
    shift 3
    local report=$root/.build/$tree/$part.xml
    rm -f "$report"
    ctest --test-dir "$root/.build/$tree" --output-on-failure --output-junit "$report" "$@" \
        >"$logs/$part.log" 2>&1
    local all bad gone
    all=$(count tests "$report")
    bad=$(count failures "$report")
    gone=$(($(count skipped "$report") + $(count disabled "$report")))
    if [[ -z $all ]]; then
        broken "$part" "$started" "$logs/$part.log"
        return
    fi
    # what failed and passed at the second try is shown as well
    sed -n '/\*\*\*\(Failed\|Exception\|Timeout\|Not Run\)/,/^ *Start /p' "$logs/$part.log" |
        head -n 300
    grep -a -E '^(bench|tidy|budget):' "$logs/$part.log"
    passed=$((passed + all - bad - gone))
    failed=$((failed + bad))
    skipped=$((skipped + gone))
    note "$part" "$started" "$((all - bad - gone)) passed, $bad failed, $gone skipped"
}

# part <part> <tree> <label> <extra targets> <ctest arguments>…: configure, build, run
part() {
    local name=$1 tree=$2 label=$3 extra=$4 started
    shift 4
    started=$(date +%s)
    if ! configure "$tree"; then
        broken "$name" "$started" "$logs/$tree.configure"
        return
    fi
    if [[ -z $(entries "$tree" "$label") ]]; then
        note "$name" "$started" "no such tests"
        return
    fi
    # shellcheck disable=SC2046,SC2086
    if ! build "$name" "$tree" $(targets "$tree" "$label") $extra; then
        broken "$name" "$started" "$logs/$name.build"
        return
    fi
    run "$name" "$started" "$tree" -L "^$label\$" "$@"
}

start=$(date +%s)
install_packages "$root"/resources/packages/{build,run,test}.txt && newer_librdkafka "$root" &&
    swagger_ui "$root" || exit 1
note install "$start" "packages"
for name in "${parts[@]}"; do
    case $name in
    unit) part unit dev unit "" -j "$jobs" --timeout 300 ;;
    tidy) part tidy dev tidy "" -j "$jobs" --timeout 600 ;;
    asan) part asan asan unit "" -j "$jobs" --timeout 600 ;;
    tsan) part tsan tsan unit "" -R "$core" -LE librdkafka -j "$jobs" --timeout 600 ;;
    # time-outs of a real broker on a busy machine: a second try, and both are told
    integration) part integration dev integration all -j 2 --timeout 900 --repeat until-pass:2 ;;
    fuzz)
        export MILLRACE_FUZZ_SECONDS=$((long ? 60 : 15))
        part fuzz fuzz fuzz "" -j "$jobs" --timeout 300
        ;;
    long) part long dev long all --timeout 14400 ;;
    *)
        echo "there is no part '$name'" >&2
        exit 2
        ;;
    esac
done

echo
printf '%s\n' "${table[@]}"
printf '%-12s %5d s\n' all $(($(date +%s) - start))
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
