#!/bin/bash
# A Debian with GNOME Shell as a plain directory, the chroot in which the shell runs. Prints where it is.
#   rootfs.sh [SUITE]    trixie (GNOME 48, the default), forky, ...
. "$(dirname "$0")/../../system/bed/lib.sh"
SUITE=${1:-$SUITE}
SHELL_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
key=$( (echo "$SUITE"; cat "$SHELL_SRC/rootfs.sh" "$SHELL_SRC/packages.txt") | sha256sum | cut -c1-12)
target=$BED_DIR/shell-$SUITE-$key
if [ ! -d "$target" ]; then
  need_root
  exec 9> "$BED_DIR/shell.lock"
  flock 9
fi
if [ ! -d "$target" ]; then
  say "building a Debian $SUITE with GNOME Shell, once"
  packages=$(sed 's/#.*//' "$SHELL_SRC/packages.txt" | tr -s ' \n' ',' | sed 's/^,//;s/,$//')
  rm -rf --one-file-system "$target.tmp"
  # A mirror may be behind with the index of a suite that changes daily; its signature is checked all the same.
  # The languages that the extension speaks stay, for screenshots and the test of its translations.
  mmdebstrap --mode=root --variant=minbase --format=directory --quiet \
    --aptopt='Apt::Install-Recommends "false"' \
    --aptopt='Acquire::Languages "none"' \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='force-unsafe-io' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-include=/usr/share/locale/de/*' \
    --dpkgopt='path-include=/usr/share/locale/es/*' \
    --dpkgopt='path-include=/usr/share/locale/fr/*' \
    --include="$packages" \
    --customize-hook='for l in de_DE es_ES fr_FR en_US; do chroot "$1" localedef -i $l -f UTF-8 $l.UTF-8; done' \
    --customize-hook='chroot "$1" useradd --create-home --shell /bin/bash tester' \
    --customize-hook='echo 5f3c0e6a9b1d4c7e8a2b3c4d5e6f7081 > "$1/etc/machine-id"' \
    "$SUITE" "$target.tmp" "$(mirror)" >&2
  # mmdebstrap empties it; a fixed one does for a chroot that is nobody's machine.
  echo 5f3c0e6a9b1d4c7e8a2b3c4d5e6f7081 > "$target.tmp/etc/machine-id"
  mv "$target.tmp" "$target"
fi
echo "$target"
