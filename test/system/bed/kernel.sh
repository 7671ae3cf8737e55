#!/bin/bash
# A User-Mode Linux kernel with V4L2, vivid and v4l2loopback, from Debian's own source packages of
# $KERNEL_SUITE: $KERNEL/linux and $KERNEL/modules. The sources and objects are thrown away afterwards.
. "$(dirname "$0")/lib.sh"
# Not the guest's own release: since Linux 6.16 User-Mode Linux can keep its processes with seccomp instead of ptrace, which
# some virtual machines make slow.
KERNEL_SUITE=forky
[ -d "$KERNEL" ] && exit 0
tmp=$KERNEL.tmp
rm -rf "$tmp"
mkdir -p "$tmp/apt/lists" "$tmp/debs" "$tmp/source" "$tmp/loopback" "$tmp/build" "$tmp/modules"

# An apt of its own: this machine may run another release.
printf 'deb-src [signed-by=%s] %s %s main\ndeb [signed-by=%s] %s %s main\n' \
  /usr/share/keyrings/debian-archive-keyring.gpg "$(mirror)" "$KERNEL_SUITE" \
  /usr/share/keyrings/debian-archive-keyring.gpg "$(mirror)" "$KERNEL_SUITE" > "$tmp/apt/sources.list"
: > "$tmp/apt/status"
apt=(-qq -o "Dir::Etc::SourceList=$tmp/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State=$tmp/apt" -o "Dir::State::Lists=$tmp/apt/lists" -o "Dir::State::Status=$tmp/apt/status"
  -o "Dir::Cache=$tmp/apt" -o Acquire::Languages=none -o APT::Sandbox::User=root)
apt-get "${apt[@]}" update
linux=$(apt-cache "${apt[@]}" depends linux-source | sed -n 's/.*Depends: //p' | head -n 1)
say "fetching $linux and v4l2loopback"
(cd "$tmp/debs" && apt-get "${apt[@]}" download "$linux" v4l2loopback-dkms)
# The graphics drivers are a third of the tree and nothing here builds them; their Kconfig files are read.
for deb in "$tmp"/debs/linux-source-*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar x -O --wildcards './usr/src/linux-source-*.tar.xz' |
    xz -dc -T0 | tar x -C "$tmp/source" --strip-components=1 --exclude='*/drivers/gpu/drm/*/*/*.[ch]' \
    --exclude='*/Documentation/*.rst'
done
for deb in "$tmp"/debs/v4l2loopback-dkms_*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar x -C "$tmp/loopback" --strip-components=4 --wildcards './usr/src/v4l2loopback-*/*'
done
rm -rf "$tmp/debs" "$tmp/apt"

say "compiling the kernel (about 5 minutes on two cores; log: $BED_DIR/kernel.log)"
um() { make -s ARCH=um "$@" >> "$BED_DIR/kernel.log" 2>&1 || {
  tail -n 20 "$BED_DIR/kernel.log" >&2
  fail "the kernel did not build; the whole log is $BED_DIR/kernel.log"
}; }
: > "$BED_DIR/kernel.log"
um -C "$tmp/source" "O=$tmp/build" defconfig
(cd "$tmp/source" && ARCH=um ./scripts/kconfig/merge_config.sh -m -O "$tmp/build" "$tmp/build/.config" \
  "$BED_SRC/kernel.config" >> "$BED_DIR/kernel.log")
um -C "$tmp/source" "O=$tmp/build" olddefconfig
um -C "$tmp/build" "-j$(nproc)" linux modules
um -C "$tmp/build" "M=$tmp/loopback" modules
um -C "$tmp/build" "INSTALL_MOD_PATH=$tmp/modules" INSTALL_MOD_STRIP=1 modules_install
release=$(make -s -C "$tmp/build" ARCH=um kernelrelease)
install -D -m 644 "$tmp/loopback/v4l2loopback.ko" "$tmp/modules/lib/modules/$release/updates/v4l2loopback.ko"
rm -f "$tmp/modules/lib/modules/$release/build"
strip -o "$tmp/linux" "$tmp/build/linux"
cp "$tmp/build/.config" "$tmp/config"
rm -rf "$tmp/source" "$tmp/build" "$tmp/loopback"
mv "$tmp" "$KERNEL"
say "kernel $release is ready"
