#!/bin/sh
# What check.js needs. Debian and Ubuntu; as root, or with sudo.
set -e
cd "$(dirname "$0")"
command -v chromium >/dev/null || apt-get install -y --no-install-recommends chromium
npm install --no-save playwright-core@1 axe-core@4
