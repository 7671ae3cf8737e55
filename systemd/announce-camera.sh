#!/bin/sh
# Has udev tell everybody anew of the virtual camera: "remove" and "add" on its uevent file (see backscrub-announce.service).
# Whoever streams from it by way of PipeWire would lose it by that, so nothing is done while anybody else has it open.
set -eu
SYS=${BACKSCRUB_SYS:-/sys}
PROC=${BACKSCRUB_PROC:-/proc}
V4L_ID=${BACKSCRUB_V4L_ID:-/usr/lib/udev/v4l_id}
LABEL=Backscrub
# Seconds to wait for others to close it; most only look at it.
PATIENCE=${BACKSCRUB_PATIENCE:-30}

# Processes that have the node open and are not of the service. Process 1 is systemd, which keeps the service's descriptor
# in its store and reads nothing.
users() {
  find "$PROC"/[0-9]*/fd -maxdepth 1 -lname "$1" 2>/dev/null | while read -r link; do
    process=${link#"$PROC"/}
    process=${process%%/*}
    [ "$process" != 1 ] || continue
    grep -qs '/backscrub\.service$' "$PROC/$process/cgroup" || echo "$process"
  done
}

is_camera() {
  case "$("$V4L_ID" "$1" 2>/dev/null)" in
  *ID_V4L_CAPABILITIES=*:capture:*) return 0 ;;
  *) return 1 ;;
  esac
}

announce() {
  node=/dev/${1##*/}
  waited=0
  while :; do
    # Nobody writes to it any more: there is no camera to announce.
    is_camera "$node" || return 0
    [ -n "$(users "$node")" ] || break
    if [ "$waited" -ge "$PATIENCE" ]; then
      echo "$node is in use; programs that do not see it yet find it after their next start"
      return 0
    fi
    sleep 2
    waited=$((waited + 2))
  done
  echo remove > "$1/uevent"
  if command -v udevadm > /dev/null; then udevadm settle --timeout=10 || true; fi
  echo add > "$1/uevent"
  echo "$node announced"
}

for name in "$SYS"/class/video4linux/video*/name; do
  [ -r "$name" ] && [ "$(cat "$name")" = "$LABEL" ] || continue
  announce "${name%/name}"
done
