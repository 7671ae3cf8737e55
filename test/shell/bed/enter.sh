#!/bin/bash
# A command as root in the chroot, in a mount namespace of its own but among the processes of the machine, whose numbers the
# system bus and polkit pass on:  enter.sh ROOTFS SHARE COMMAND...    SHARE appears as /run/test
set -euo pipefail
root=$1 share=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 run "$root/run"
mkdir "$root/run/test"
mount --bind "$share" "$root/run/test"
mount --bind "$share/passwd" "$root/etc/passwd"
if [ -d "$share/polkit" ]; then
  mount --bind "$share/polkit/actions" "$root/usr/share/polkit-1/actions"
  mount --bind "$share/polkit/rules.d" "$root/etc/polkit-1/rules.d"
fi
exec chroot "$root" env -i PATH=/usr/bin:/bin DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/test/system/bus "$@"
