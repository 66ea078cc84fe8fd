# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run.sh and tests/run.sh, after install.sh.
#
# librdkafka 2.4 to 2.9 crashes, or reads a topic no further, when the topic is deleted and made
# anew under a running client (its issues 4964, 4778 and 4898; mended in 2.10). Debian 12 is older,
# Debian 13 in between: there the library of PyPI's package confluent-kafka is taken.

# newer_librdkafka <project>: puts it into .build/librdkafka where it is needed; CMakeLists.txt
# links what is there.
newer_librdkafka() {
    local package=confluent-kafka==2.16.1 # Apache-2.0, with librdkafka under BSD-2-Clause
    local to=$1/.build/librdkafka work
    if ! pkg-config --atleast-version=2.4 rdkafka || pkg-config --atleast-version=2.10 rdkafka ||
        compgen -G "$to/librdkafka-*.so.1" >/dev/null; then
        return 0
    fi
    install_packages "$1/resources/packages/librdkafka.txt" || return 1
    work=$(mktemp -d)
    echo "Taking a librdkafka without the faults of $(pkg-config --modversion rdkafka)"
    if ! python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" \
        --python-version 3.12 --platform "manylinux_2_28_$(uname -m)" "$package" \
        >"$work/log" 2>&1 || ! python3 -m zipfile -e "$work"/*.whl "$work" ||
        ! mkdir -p "$to" || ! cp "$work"/confluent_kafka.libs/librdkafka-*.so.1 "$to"; then
        tail -n 20 "$work/log"
        echo "$package could not be had; all that pip said is in $work/log"
        return 1
    fi
    rm -rf "$work"
}
