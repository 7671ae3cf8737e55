#!/bin/bash
# In namespaces of its own (see shell-bed.ts): the mounts of the chroot, then the desktop session as an ordinary user.
#   inside.sh ROOTFS SHARE    SHARE appears as /run/test; /run/test/session.sh is what runs
set -euo pipefail
root=$1 share=$2
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sys "$root/sys"
mount -t tmpfs -o mode=755,size=1m dev "$root/dev"
for node in null zero full random urandom; do
  : > "$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=755 home "$root/home"
uid=$(chroot "$root" id -u tester)
mkdir -p "$root/run/test" "$root/run/user/$uid" "$root/home/tester"
chmod 700 "$root/run/user/$uid"
chroot "$root" chown tester: "/run/user/$uid" /home/tester
mount --bind "$share" "$root/run/test"
exec chroot "$root" setpriv --reuid tester --regid tester --init-groups \
  env -i PATH=/usr/bin:/bin HOME=/home/tester USER=tester XDG_RUNTIME_DIR="/run/user/$uid" \
  LANG="${TEST_LANG:-en_US.UTF-8}" TERM=dumb bash /run/test/session.sh
