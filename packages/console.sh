#!/usr/bin/env bash
# Builds the console beside the server that `make up` builds, if Node is there. The server says that it is being built until then.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
  echo "The console is not built: it needs Node 20 and npm. Everything else works. Build it later with: make console" >&2
  exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if make --no-print-directory console >"$log" 2>&1; then
  echo "The console is built: open /console/ at the address of your front page."
else
  cat "$log" >&2
  echo "The console was not built: see above. Everything else works. Try again with: make console" >&2
fi
