# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run.sh and tests/run.sh.

# install_packages <list.txt>…: installs those of the lists that are missing, as root or by sudo.
# Says nothing and takes no time when all are there.
install_packages() {
    local wanted missing
    wanted=$(sed 's/#.*//' "$@" | xargs -n1 | sort -u)
    if ! command -v apt-get >/dev/null; then
        echo "This is no Debian; please see to it that the like of these is installed:" $wanted
        return 0
    fi
    # shellcheck disable=SC2086
    missing=$(comm -23 <(echo "$wanted") <(dpkg-query -W -f '${Status} ${Package}\n' $wanted \
        2>/dev/null | sed -n 's/^install ok installed //p' | sort -u))
    if [[ -z $missing ]]; then
        return 0
    fi
    local as=()
    if [[ $EUID -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing:" $missing
            echo "Install them as root, then run this again:"
            echo "    apt-get install" $missing
            return 1
        fi
        as=(sudo)
    fi
    echo "Installing" $missing
    local log
    log=$(mktemp)
    # shellcheck disable=SC2086
    if ! { "${as[@]}" apt-get update &&
        "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
            $missing; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log"
        echo "The packages could not be installed; all that apt-get said is in $log"
        return 1
    fi
    rm -f "$log"
}
