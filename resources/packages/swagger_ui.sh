# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run.sh and tests/run.sh, after install.sh.
#
# /docs shows the API with Swagger UI 5, of which Debian has no package: its files are taken from
# PyPI's package drf-spectacular-sidecar and built into the program.

# swagger_ui <project>: puts them into .build/swagger-ui; resources/cmake/docs.cmake builds in what
# is there.
swagger_ui() {
    local package=drf-spectacular-sidecar==2026.10.1 # BSD-3-Clause, with Swagger UI: Apache-2.0
    local to=$1/.build/swagger-ui work from
    if [[ -e $to/$package ]]; then
        return 0
    fi
    install_packages "$1/resources/packages/swagger_ui.txt" || return 1
    work=$(mktemp -d)
    from=$work/drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist
    echo "Taking Swagger UI for /docs"
    if ! python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" "$package" \
        >"$work/log" 2>&1 || ! python3 -m zipfile -e "$work"/*.whl "$work" || ! mkdir -p "$to" ||
        ! cp "$from"/{swagger-ui.css,swagger-ui-bundle.js,favicon-32x32.png,LICENSE} "$to"; then
        tail -n 20 "$work/log"
        echo "$package could not be had; all that pip said is in $work/log"
        return 1
    fi
    touch "$to/$package"
    rm -rf "$work"
}
