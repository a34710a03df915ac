#!/usr/bin/env bash
# Installs what a table beside this file names and this machine lacks, from Debian's packages, and says what and why:
#   packages/install.sh test     what `make test` needs; also, into target/validators, what validators.txt names of PyPI's
#   packages/install.sh bench    what `make bench` needs; a peer that stays missing is named in its report
# With COUNTERSIGN_NO_INSTALL=1 it only says.
set -euo pipefail

table="$(dirname "$0")/${1:?which table: test or bench}"
[[ -f $table ]] || { echo "there is no table $table" >&2; exit 2; }

packages=()
while IFS='|' read -r file package why; do
  [[ -z $file || $file == '#'* || -e $file ]] && continue
  packages+=("$package")
  echo "missing: $package ($why)"
done <"$table"

# Debian's own is too old on some releases, so it is asked for and not installed.
if [[ $1 == test ]] && ! command -v npm >/dev/null; then
  echo "npm is missing: install Node 20 or later with npm; it is a prerequisite, as Rust is" >&2
  exit 1
fi

# Other people's validators of their formats. Pinned to the byte, and in a folder that only the tests look into.
validators() {
  local root wanted folder
  root="$(cd "$(dirname "$0")/.." && pwd)"
  wanted="$root/packages/validators.txt" folder="$root/target/validators"
  cmp -s "$wanted" "$folder/installed.txt" && return
  echo "missing: $(grep -c '==' "$wanted") packages of PyPI's (validators of formats that are not ours)"
  local install="$folder/bin/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r $wanted"
  if [[ ${COUNTERSIGN_NO_INSTALL:-} == 1 ]]; then
    echo "please install these yourself, with: python3 -m venv $folder && $install && cp $wanted $folder/installed.txt" >&2
    exit 1
  fi
  echo "installing: $wanted into $folder"
  python3 -m venv --clear "$folder"
  $install
  cp "$wanted" "$folder/installed.txt"
}

# A Python that came without the means to make such a folder is Debian's, and so is the rest of it.
if [[ $1 == test ]] && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  packages+=(python3-venv)
  echo "missing: python3-venv (the folder of validators is made with it)"
fi
if ((${#packages[@]} == 0)); then
  echo "packages: nothing is missing"
  [[ $1 != test ]] || validators
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

# Tests and bench start servers of their own, on free ports and in temporary folders. What the packages would start is not
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
      nginx | caddy | haproxy | slapd) "${sudo[@]}" systemctl disable --quiet "$package" ;;
      libapache2-mod-auth-openidc) "${sudo[@]}" systemctl disable --quiet apache2 ;;
      postgresql-15) "${sudo[@]}" systemctl disable --quiet postgresql ;;
    esac
  done
fi
[[ $1 != test ]] || validators
