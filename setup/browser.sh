#!/bin/sh
# The browser tests drive Debian's Chromium: install it as root, or say what to type.
for name in chromium chromium-browser; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" -ne 0 ]; then
    echo "Chromium is missing. Type: sudo apt-get install chromium" >&2
    exit 1
fi
echo "Installing Chromium …"
apt-get update -qq && apt-get install --yes -qq --no-install-recommends chromium >/dev/null
