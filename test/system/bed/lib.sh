# Settings of the test bed, sourced by its scripts. Everything big lies in $BED_DIR, outside the tree; each part
# carries the hash of what made it in its name, so that a change of a script, list or option builds a new one.
set -euo pipefail
BED_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BED_DIR=${BACKSCRUB_TESTBED_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/backscrub/testbed}
BED_NAME=${BACKSCRUB_BED_NAME:-backscrub-bed} # two beds at once need two names
SUITE=trixie
GUEST_ADDRESS=10.77.1.2
HOST_ADDRESS=10.77.1.1
mkdir -p "$BED_DIR"

key_of() { (cd "$BED_SRC" && { echo "$SUITE"; cat "$@"; } | sha256sum | cut -c1-12); }
ROOTFS=$BED_DIR/rootfs-$(key_of rootfs.sh customize.sh packages.txt)
KERNEL=$BED_DIR/kernel-$(key_of kernel.sh kernel.config)
IMAGE=$BED_DIR/image-$(key_of rootfs.sh customize.sh packages.txt kernel.sh kernel.config image.sh).ext4
SSH_KEY=$BED_DIR/ssh_key
RUN=$BED_DIR/run-$BED_NAME

say() { printf 'bed: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
need_root() { [ "$(id -u)" = 0 ] || fail "this needs root: run it again with sudo"; }

# The Debian mirror that this machine's apt is set up with.
mirror() {
  local found
  found=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | sed -n '/\/debian\/*$/p' | sort -u)
  found=${found%%$'\n'*}
  [ -n "$found" ] || fail "no Debian mirror in this machine's apt sources: the bed is a Debian, built from packages"
  echo "$found"
}
