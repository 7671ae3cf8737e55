#!/bin/bash
# Builds whatever part of the bed is absent; with everything cached it takes no time.
. "$(dirname "$0")/lib.sh"
[ -f "$IMAGE" ] && [ -d "$ROOTFS" ] && [ -d "$KERNEL" ] && exit 0
need_root
exec 9> "$BED_DIR/lock"
flock 9
began=$SECONDS
wanted=(mmdebstrap e2fsprogs openssh-client iproute2 gcc make flex bison bc xz-utils libc6-dev
  debian-archive-keyring)
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "installing what the build needs: ${missing[*]}"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "${missing[@]}" > /dev/null
fi

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
