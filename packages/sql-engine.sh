#!/usr/bin/env bash
# Builds the SQL engine, once the server that `make up` starts has its first page: sql-engine.sh PID, the server's. Ends with it.
set -euo pipefail
cd "$(dirname "$0")/.."
server=$1

until (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null; do
  kill -0 "$server" 2>/dev/null || exit 0
  sleep 0.2
done
sleep 0.2
echo "Building the SQL engine, beside what runs; countersign query waits for it."
CARGO_TERM_PROGRESS_WHEN=never cargo build -p countersign-query &
build=$!
# The keyboard's interrupt does not reach what a shell runs in the background.
while kill -0 "$build" 2>/dev/null; do
  kill -0 "$server" 2>/dev/null || { kill "$build"; exit 0; }
  sleep 0.5
done
if wait "$build"; then
  echo "The SQL engine is built: countersign query answers."
else
  echo "The SQL engine was not built: see above. Everything else works. Try again with: cargo build -p countersign-query" >&2
fi
