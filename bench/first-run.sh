#!/usr/bin/env bash
# How long a first run takes, on a clone with an empty target folder and the registry that cargo has: until the first page is
# served, until SQL is answered, and `make test` beside it. Usage: bench/first-run.sh [--no-test]; port 8080 must be free.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
clone=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$clone"' EXIT
git clone --quiet "$root" "$clone/countersign"
cd "$clone/countersign"
cargo fetch --locked --quiet

began=$SECONDS
say() { printf '%-40s %5d s\n' "$1" "$((SECONDS - began))"; }
make up UP="--data $clone/data" >"$clone/up.log" 2>&1 &
server=$!
until curl -sf -o /dev/null -H 'Host: countersign.localhost:8080' http://127.0.0.1:8080/sign-in; do
  kill -0 "$server" || { cat "$clone/up.log"; exit 1; }
  sleep 1
done
say "first page served after"
target/debug/countersign query --data "$clone/data" --json "SELECT count(*) FROM facts" >/dev/null
say "SQL answered after"
du -sh target/debug/countersign target/debug/countersign-query target
if [[ ${1:-} != --no-test ]]; then
  began=$SECONDS
  make test >"$clone/test.log" 2>&1 || { tail -n 60 "$clone/test.log"; exit 1; }
  say "make test, beside make up, took"
fi
# A change in one room, built and tested.
began=$SECONDS
touch crates/decide/src/lib.rs
cargo nextest run --cargo-quiet -p countersign-decide >/dev/null 2>&1
say "a change in decide, tested after"
