#!/bin/sh
# Make .venv from requirements.lock and install slfkit into it; `make` calls this when .venv is
# missing, older than the lock or copied from another folder. The stamp names its folder and is
# written last: an interrupted installation leaves none, and without this folder's own the
# environment starts again from nothing.
set -eu

say() { echo "slfkit: $1"; }

fail() {
    say "$1" >&2
    exit 2
}

# One line for a step and its time; what its command prints is shown only where it fails.
step() {
    printf 'slfkit: %s ... ' "$1"
    shift
    began=$(date +%s)
    if ! output=$("$@" 2>&1); then
        echo "failed"
        printf '%s\n' "$output" | tail -n 30 >&2
        exit 2
    fi
    echo "$(($(date +%s) - began)) s"
}

version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }

in_range() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; }

choose_python() {
    for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
        if in_range "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    found=$(version_of python3 || echo "not installed")
    fail "no Python 3.11 to 3.14 was found (python3 is $found): install one, or name it as in 'make book PYTHON=/path/to/python3.12'."
}

check_python() {
    version=$(version_of "$1") || fail "'$1' does not run as a Python: name one of 3.11 to 3.14 as in 'make book PYTHON=python3.12'."
    in_range "$1" || fail "Python 3.11 to 3.14 is needed and '$1' is $version: name another as in 'make book PYTHON=python3.12'."
    "$1" -c 'import ensurepip, venv' 2>/dev/null || fail "'$1' lacks its venv module: install it (Debian: apt install python${version%.*}-venv) and run make again."
}

pip() { .venv/bin/python -m pip "$@" --disable-pip-version-check; }

sees_card() { command -v nvidia-smi >/dev/null || ls /dev/nvidia* >/dev/null 2>&1; }

# The usual index serves Linux torch's CUDA build under the bare version; pip prefers one with a
# local version, such as 2.13.0+cpu, where an index that has it is configured.
warn_of_cuda() {
    if [ "$(uname -s)" != Linux ] || sees_card; then return; fi
    pinned=$(sed -n 's/^torch==//p' requirements.lock)
    case "$(pip index versions torch 2>/dev/null)" in
        *" $pinned+"* | *"INSTALLED: $pinned"*) ;;
        *" $pinned"*) say "no NVIDIA card is seen, and pip will take torch's CUDA build, 5.2 GB instead of 1.4; for the CPU build stop here, set PIP_EXTRA_INDEX_URL to the address that 'Start Locally' on pytorch.org gives for Linux, Pip, CPU, and run make again." ;;
    esac
}

cd "$(dirname "$0")/.."
folder=$(pwd -P)
export PIP_REQUIRE_VIRTUALENV=1 # a damaged .venv must not lead pip to the system's packages
export PIP_USER=0               # nor a configured --user, which pip refuses in an environment
export PIP_NO_INPUT=1           # a question would not be seen
stamp=$(cat .venv/.installed 2>/dev/null || true)
if [ "$stamp" != "$folder" ]; then
    python=${PYTHON:-$(choose_python)}
    check_python "$python"
    if [ -n "$stamp" ]; then say ".venv was copied from $stamp and is made again for this folder"; fi
    say "the set-up runs once: about a minute on a fast connection and 1.4 GB of disk; two minutes and 5.2 GB with a CUDA build of torch"
    step "making .venv with Python $version" "$python" -m venv --clear .venv
fi
warn_of_cuda
step "installing the packages of requirements.lock" pip install -r requirements.lock
step "installing slfkit" pip install --no-deps --no-build-isolation -e .
echo "$folder" >.venv/.installed
