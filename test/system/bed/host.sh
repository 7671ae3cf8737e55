#!/bin/bash
# Installs on this machine what the builds of the bed and of the shell's root filesystem need.
. "$(dirname "$0")/lib.sh"
wanted=(mmdebstrap e2fsprogs openssh-client iproute2 gcc make flex bison bc xz-utils libc6-dev
  debian-archive-keyring)
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
need_root
say "installing what the build needs: ${missing[*]}"
# Another build or npm's set-up may be installing at this moment.
apt=(apt-get -qq -o DPkg::Lock::Timeout=300)
"${apt[@]}" update
DEBIAN_FRONTEND=noninteractive "${apt[@]}" install --no-install-recommends "${missing[@]}" > /dev/null
