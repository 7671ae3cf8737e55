#!/bin/bash
# Debian's packages as a plain directory: what the image is made from, and the chroot in which the addon is built.
. "$(dirname "$0")/lib.sh"
need_root
[ -d "$ROOTFS" ] && exit 0
[ -f "$SSH_KEY" ] || ssh-keygen -q -t ed25519 -N '' -C backscrub-bed -f "$SSH_KEY"
tmp=$ROOTFS.tmp
rm -rf --one-file-system "$tmp"
packages=$(sed 's/#.*//' "$BED_SRC/packages.txt" | tr -s ' \n' ',' | sed 's/^,//;s/,$//')
mmdebstrap --mode=root --variant=minbase --format=directory --quiet \
  --aptopt='Apt::Install-Recommends "false"' \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='force-unsafe-io' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --include="$packages" \
  --customize-hook="copy-in $BED_SRC/customize.sh /root" \
  --customize-hook="upload $SSH_KEY.pub /root/bed.pub" \
  --customize-hook='chroot "$1" bash /root/customize.sh' \
  "$SUITE" "$tmp" "$(mirror)"
: > "$tmp/etc/machine-id" # mmdebstrap leaves "uninitialized", which would make every boot a first boot
chroot "$tmp" systemd-machine-id-setup > /dev/null 2>&1
mv "$tmp" "$ROOTFS"
