#!/bin/bash
# Builds whatever part of the bed is absent; with everything cached it takes no time.
. "$(dirname "$0")/lib.sh"
[ -f "$IMAGE" ] && [ -d "$ROOTFS" ] && [ -d "$KERNEL" ] && exit 0
need_root
exec 9> "$BED_DIR/lock"
flock 9
began=$SECONDS
"$BED_SRC/host.sh"

say "building the test bed in $BED_DIR (about 10 minutes, once)"
"$BED_SRC/kernel.sh" &
kernel=$!
if [ ! -d "$ROOTFS" ]; then say "1/3 root filesystem: Debian $SUITE (about 3 minutes), 2/3 kernel at the same time"; fi
"$BED_SRC/rootfs.sh"
say "1/3 root filesystem done after $((SECONDS - began)) s ($(du -sh "$ROOTFS" | cut -f 1)); 2/3 kernel goes on"
wait "$kernel"
say "2/3 kernel done after $((SECONDS - began)) s; 3/3 image"
"$BED_SRC/image.sh"
for old in "$BED_DIR"/rootfs-* "$BED_DIR"/kernel-* "$BED_DIR"/image-*; do
  case $old in "$ROOTFS" | "$KERNEL" | "$IMAGE") ;; *) rm -rf --one-file-system "$old" ;; esac
done
say "the test bed is ready after $((SECONDS - began)) s"
