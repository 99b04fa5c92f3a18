#!/bin/sh
# What 'mvn -Pbrowser -pl steering-cli -am verify' needs: Chromium, Xvfb, Playwright and axe-core. Debian and Ubuntu; as root, or with sudo.
set -e
cd "$(dirname "$0")"
command -v chromium >/dev/null || apt-get install -y --no-install-recommends chromium
command -v Xvfb >/dev/null || apt-get install -y --no-install-recommends xvfb
npm install --no-save --no-package-lock playwright-core@1 axe-core@4
