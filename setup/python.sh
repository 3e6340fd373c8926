#!/bin/sh
# Make the virtual environment with the given Python, or say in one line what is missing.
python="$1"

stop() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    stop "Python is missing. On Debian or Ubuntu: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
    stop "Python 3.11, 3.12 or 3.13 is needed, but $python is $("$python" -c 'import platform; print(platform.python_version())'). Name another one: make PYTHON=python3.12 …"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "Python's venv is missing. On Debian or Ubuntu: apt-get install python3-venv"
[ -w . ] || stop "This folder cannot be written: give this user the right, or clone into another folder."
"$python" -m venv .venv || stop "The virtual environment .venv could not be made."
