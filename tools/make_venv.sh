#!/bin/sh
# Make .venv from requirements.lock and install slfkit into it; `make` calls this when it is missing
# or older than the lock. The stamp is written last, so an interrupted installation leaves none, and
# without one the environment starts again from nothing.
set -eu

fail() {
    echo "slfkit: $1" >&2
    exit 2
}

version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }

in_range() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

choose_python() {
    for candidate in python3.13 python3.12 python3.11 python3; do
        if in_range "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    found=$(version_of python3 || echo "not installed")
    fail "no Python 3.11 to 3.13 was found (python3 is $found): install one, or name it as in 'make book PYTHON=/path/to/python3.12'."
}

check_python() {
    version=$(version_of "$1") || fail "'$1' does not run as a Python: name one of 3.11 to 3.13 as in 'make book PYTHON=python3.12'."
    in_range "$1" || fail "Python 3.11 to 3.13 is needed and '$1' is $version: name another as in 'make book PYTHON=python3.12'."
    "$1" -c 'import ensurepip, venv' 2>/dev/null || fail "'$1' lacks its venv module: install it (Debian: apt install python${version%.*}-venv) and run make again."
}

cd "$(dirname "$0")/.."
if [ ! -e .venv/.installed ]; then
    python=${PYTHON:-$(choose_python)}
    check_python "$python"
    "$python" -m venv --clear .venv
fi
export PIP_REQUIRE_VIRTUALENV=1 # a damaged .venv must not lead pip to the system's packages
.venv/bin/python -m pip install --disable-pip-version-check -r requirements.lock
.venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
touch .venv/.installed
