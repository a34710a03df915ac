#!/usr/bin/env bash
# Installs what `make bench` needs and this machine lacks, from Debian's packages, and says what and why.
# With COUNTERSIGN_NO_INSTALL=1 it only says. A peer that is missing is named in the tables as not measured.
set -euo pipefail

# file that must exist | package | why
NEEDED='
/usr/bin/cc|build-essential|the C compiler and linker that Rust links with, and that aws-lc, SQLite and zstd are built with
/usr/bin/setpriv|util-linux|has the kernel end the servers that are measured should the bench be killed; taskset, which keeps each to its core
/usr/lib/postgresql/15/bin/postgres|postgresql-15|the second store of the journal: facts per second, and revocation across two processes
/usr/sbin/nginx|nginx|a peer of the gate: proxy_pass, auth_request, and the endpoint that it asks
/usr/sbin/haproxy|haproxy|a peer of the gate
/usr/bin/caddy|caddy|a peer of the gate: forward_auth
/usr/lib/apache2/modules/mod_auth_openidc.so|libapache2-mod-auth-openidc|a peer of the gate that checks a session of its own, as oauth2-proxy does
'

packages=()
while IFS='|' read -r file package why; do
  [[ -z $file || -e $file ]] && continue
  packages+=("$package")
  echo "missing: $package ($why)"
done <<<"$NEEDED"

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

# The bench starts servers of its own, on free ports and in temporary folders. What the packages would start is not
# wanted: Debian's policy-rc.d says so during the installation, and systemd afterwards.
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
      nginx | caddy | haproxy) "${sudo[@]}" systemctl disable --quiet "$package" ;;
      libapache2-mod-auth-openidc) "${sudo[@]}" systemctl disable --quiet apache2 ;;
      postgresql-15) "${sudo[@]}" systemctl disable --quiet postgresql ;;
    esac
  done
fi
