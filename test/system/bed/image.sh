#!/bin/bash
# The root filesystem with the kernel's modules as a sparse ext4 file. Needs no mount and no loop device.
. "$(dirname "$0")/lib.sh"
need_root
[ -f "$IMAGE" ] && exit 0
rm -rf "$ROOTFS/usr/lib/modules"
mkdir -p "$ROOTFS/usr/lib/modules"
cp -a "$KERNEL"/modules/lib/modules/. "$ROOTFS/usr/lib/modules/"
chroot "$ROOTFS" depmod "$(ls "$KERNEL/modules/lib/modules")"
rm -f "$IMAGE.tmp"
mke2fs -q -t ext4 -L bed -O ^has_journal -E lazy_itable_init=0,root_owner=0:0 -d "$ROOTFS" "$IMAGE.tmp" 8G
mv "$IMAGE.tmp" "$IMAGE"
