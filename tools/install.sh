#!/bin/sh
# Make .venv and install the project into it: `PYTHON=python3 sh tools/install.sh demo|test|dev`.
#
# Needs no root and nothing but python3 and pip. uv does the work where it is there or can be installed, because it is
# several times faster; pip does it otherwise. Versions come from constraints.txt.
set -eu

cd "$(dirname "$0")/.."
what=${1:-}
PYTHON=${PYTHON:-python3}
case $what in
    demo) set -- -e ".[desk]" ;;
    test) set -- -e ".[desk]" --group test ;;
    dev) set -- -e ".[desk,tables]" --group dev ;;
    *) echo "install.sh: which of demo, test, dev?" >&2; exit 2 ;;
esac

here=$(pwd -P)
python=.venv/bin/python
log=build/install.log
mkdir -p build
: >"$log"
# The machine's own certificates, as pip has it: many an office network signs its traffic itself.
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"

fail() {
    printf '%s\n' "$@" >&2
    if [ -s "$log" ]; then
        printf '%s\n' "The last lines of $log:" >&2
        tail -n 25 "$log" >&2
    fi
    exit 1
}

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# An old uv knows no dependency groups, and a shim may name a uv that is not there.
usable_uv() { "$1" pip install --help 2>/dev/null | grep -q -e --group; }

make_venv() {
    rm -rf .venv
    if usable_uv uv; then
        uv venv --quiet --no-project --python "$("$PYTHON" -c 'import sys; print(sys.executable)')" .venv >>"$log" 2>&1 && return
        rm -rf .venv
    fi
    "$PYTHON" -m venv .venv >>"$log" 2>&1 && return
    # Debian's python3 without python3-venv has no ensurepip, and leaves half an environment behind.
    rm -rf .venv
    "$PYTHON" -m venv --without-pip .venv >>"$log" 2>&1
}

# `pip ARGUMENTS`: the environment's own pip, or else the one beside $PYTHON, which can install into another
# environment from 22.3 on.
pip() {
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip "$@"
    else
        "$PYTHON" -m pip --python "$python" "$@"
    fi
}

install_with_uv() {
    if usable_uv uv; then
        uv=uv
    elif usable_uv .venv/bin/uv || { pip install --quiet uv >>"$log" 2>&1 && usable_uv .venv/bin/uv; }; then
        uv=.venv/bin/uv
    else
        return 1
    fi
    "$uv" pip install --quiet --python "$python" -c constraints.txt "$@" >>"$log" 2>&1
}

install_with_pip() {
    # Dependency groups came with pip 25.1.
    pip install --quiet --upgrade "pip>=25.1" >>"$log" 2>&1 &&
        "$python" -m pip install --quiet -c constraints.txt "$@" >>"$log" 2>&1
}

wanted=$(version_of "$PYTHON") ||
    fail "There is no '$PYTHON' here. Say which Python to use: make $what PYTHON=python3.12"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "'$PYTHON' is Python $wanted; 3.11 or newer is needed. Say which one to use: make $what PYTHON=python3.12"

# An environment of another Python or of another folder is of no use.
if [ "$(version_of "$python")" != "$wanted" ] || [ "$(cat .venv/.folder 2>/dev/null)" != "$here" ]; then
    echo "Making .venv with $("$PYTHON" --version)"
    make_venv || fail "No environment could be made with '$PYTHON'."
    echo "$here" >.venv/.folder
fi

echo "Installing into .venv what 'make $what' needs"
install_with_uv "$@" || {
    echo "uv cannot do it here, so pip does (slower)"
    install_with_pip "$@" || fail "The installation failed. Is a package index in reach, and does '$PYTHON -m pip' work?"
}
