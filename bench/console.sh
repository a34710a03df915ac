#!/usr/bin/env bash
# What the console costs at 100,000 people, 50,000 devices and ten million decisions: fills a new installation, starts the
# program as it is released, and measures in Chromium. Usage: bench/console.sh [PEOPLE DEVICES DECISIONS]; tables in Markdown.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT

make --no-print-directory console >&2
profile=${COUNTERSIGN_PROFILE:-release}
cargo build --profile "$profile" -p countersign -p countersign-admission --bin countersign --example large_installation >&2
built=target/$([[ $profile == dev ]] && echo debug || echo "$profile")
"$built/examples/large_installation" "$data" "${1:-100000}" "${2:-50000}" "${3:-10000000}" >&2
du -sh "$data/journal.sqlite" "$data/evidence" >&2
cd e2e
npm ci --no-audit --no-fund --ignore-scripts >&2
COUNTERSIGN_BIN="$root/$built/countersign" node measurements/console.mjs "$data"
