#!/bin/bash
# stage.sh TREE: puts the installed tree (npm run install:system) into $RUN/stage, with an addon that was compiled
# inside the guest's root filesystem: the host's libraries may be another release's.
. "$(dirname "$0")/lib.sh"
need_root
tree=$(readlink -f "$1")
key=$({ find "$tree/native/src" -type f -print0 | sort -z | xargs -0 cat "$tree/native/binding.gyp"; echo "$ROOTFS"; } |
  sha256sum | cut -c1-12)
addon=$BED_DIR/addon-$key.node
confine=$BED_DIR/addon-$key.confine
if [ ! -f "$addon" ] || [ ! -f "$confine" ]; then
  say "compiling the addon in the guest's root filesystem"
  work=$ROOTFS/var/tmp/addon
  rm -rf "$work"
  mkdir -p "$work/node_modules"
  cp -r "$tree/native/src" "$tree/native/binding.gyp" "$tree/native/package.json" "$work/"
  cp -rL "$tree/node_modules/node-addon-api" "$work/node_modules/"
  chroot "$ROOTFS" sh -c 'cd /var/tmp/addon && HOME=/var/tmp/addon node /usr/share/nodejs/node-gyp/bin/node-gyp.js \
    configure build --loglevel=warn --jobs='"$(nproc)"' --nodedir=/usr/include/nodejs' > "$BED_DIR/addon.log" 2>&1 ||
    { tail -n 30 "$BED_DIR/addon.log" >&2; fail "the addon does not compile on Debian $SUITE"; }
  rm -f "$BED_DIR"/addon-*.node "$BED_DIR"/addon-*.confine
  cp "$work/build/Release/backscrub-confine" "$confine"
  cp "$work/build/Release/backscrub_native.node" "$addon"
  rm -rf "$work"
fi
rm -rf "$RUN/stage"
mkdir -p "$RUN/stage"
node "$tree/scripts/install.mjs" --destdir "$RUN/stage" >&2
cp "$addon" "$RUN/stage/usr/lib/backscrub/native/build/Release/backscrub_native.node"
cp "$confine" "$RUN/stage/usr/lib/backscrub/native/build/Release/backscrub-confine"
