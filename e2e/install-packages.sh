#!/usr/bin/env bash
# Installs what `make test` needs and this machine lacks, from Debian's packages, and says what and why.
# With COUNTERSIGN_NO_INSTALL=1 it only says.
set -euo pipefail

# file that must exist | package | why
NEEDED='
/usr/bin/cc|build-essential|the C compiler and linker that Rust links with, and that aws-lc, SQLite and zstd are built with
/usr/bin/git|git|the house rules read the list of tracked files
/usr/bin/chromium|chromium|the browser that registers passkeys and opens pages in the end-to-end suites
/usr/lib/postgresql/15/bin/postgres|postgresql-15|the second store of the journal; the contract tests start a server of their own
/usr/sbin/nginx|nginx|a proxy of other people, asking us through auth_request
/usr/bin/sqlite3|sqlite3|alters a journal behind the back of the product, which has to be found
/usr/bin/caddy|caddy|a proxy of other people, asking us through forward_auth
'

packages=()
while IFS='|' read -r file package why; do
  [[ -z $file || -e $file ]] && continue
  packages+=("$package")
  echo "missing: $package ($why)"
done <<<"$NEEDED"

command -v npm >/dev/null || { echo "npm is missing: install Node 20 or later with npm; it is a prerequisite, as Rust is" >&2; exit 1; }
if ((${#packages[@]} == 0)); then
  echo "packages: nothing is missing"
  exit 0
fi

install="apt-get install --yes --no-install-recommends ${packages[*]}"
if [[ ${COUNTERSIGN_NO_INSTALL:-} == 1 ]] || ! command -v apt-get >/dev/null; then
  echo "please install these yourself, on Debian with: $install" >&2
  exit 1
fi
sudo=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || { echo "not root, and there is no sudo; as root run: $install" >&2; exit 1; }
  sudo=(sudo)
fi

# The tests start servers of their own, on free ports and in temporary folders. What the packages would start is
# not wanted: Debian's policy-rc.d says so during the installation, and systemd afterwards.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  trap '"${sudo[@]}" rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
  "${sudo[@]}" chmod 755 "$policy"
fi
echo "installing: ${packages[*]}"
"${sudo[@]}" apt-get update --quiet
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive $install --quiet
if [[ -d /run/systemd/system ]]; then
  for package in "${packages[@]}"; do
    case $package in
      nginx | caddy) "${sudo[@]}" systemctl disable --quiet "$package" ;;
      postgresql-15) "${sudo[@]}" systemctl disable --quiet postgresql ;;
    esac
  done
fi
