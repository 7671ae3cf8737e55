#!/bin/bash
# npm run test:system [-- OPTIONS OF node --test]: the installed service on a real kernel (User-Mode Linux).
# Builds the guest when it is absent (about 10 minutes, once), boots it, installs the tree into it, runs the scenarios.
# BACKSCRUB_BED_KEEP=1 leaves the guest up; test/system/bed/bed.sh ssh enters it, bed.sh down ends it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
if [ "$(id -u)" != 0 ]; then
  exec sudo -E env "PATH=$PATH" "$0" "$@"
fi
. "$here/bed/lib.sh"
export BACKSCRUB_BED=$here/bed/bed.sh BACKSCRUB_BED_OUTPUT=$here/output BACKSCRUB_BED_CLIPS=$BED_DIR/clips
export BACKSCRUB_BED_PID=$RUN/pid
rm -rf "$here/output"
mkdir -p "$here/output" "$BED_DIR/clips"

node --test "$tree"/test/dist/system/{records,judge,checks,exposure,room-plan,xstate}.test.js > "$here/output/records.tap" ||
  { cat "$here/output/records.tap"; exit 1; }
"$here/bed/all.sh"
shell=$("$tree/test/shell/bed/rootfs.sh")
node "$tree/test/dist/system/prepare.js" "$BED_DIR/clips" &
clips=$!
node "$tree/scripts/setup.mjs" --package
node "$tree/scripts/extension-build.mjs"
"$here/bed/stage.sh" "$tree"
rm -rf "$RUN/package"
node "$tree/scripts/package.mjs" --output "$RUN/package"
wait "$clips"

keep_logs() {
  cp "$RUN/console.log" "$here/output/console.log" || true
  "$BACKSCRUB_BED" ssh 'journalctl -b --no-pager -o short-monotonic' > "$here/output/journal.log" 2>&1 || true
}
finish() {
  status=$?
  keep_logs
  [ "${BACKSCRUB_BED_KEEP:-}" = 1 ] || "$BACKSCRUB_BED" down
  exit "$status"
}
"$BACKSCRUB_BED" down
trap finish EXIT
trap 'exit 130' INT TERM
"$BACKSCRUB_BED" up
for share in "$here/guest:/mnt/guest" "$RUN/stage:/mnt/stage" "$RUN/package:/mnt/package" "$BED_DIR/clips:/mnt/clips" "$here/output:/mnt/output" \
  "$shell:/mnt/shell" "$tree/test/shell/bed:/mnt/shell-bed"; do
  "$BACKSCRUB_BED" share "${share%%:*}" "${share#*:}"
done
# Models that are not shipped, where this machine has them: the scenario of models takes what is there.
models=${BACKSCRUB_SHARED:-$tree/../shared}/models
[ ! -d "$models" ] || "$BACKSCRUB_BED" share "$models" /mnt/models
"$BACKSCRUB_BED" ssh 'sh -eu /mnt/guest/install.sh'
began=$SECONDS
status=0
node --test --test-reporter=spec "$@" "$tree/test/dist/system/main.js" | tee "$here/output/scenarios.log" || status=$?
echo "scenarios: $((SECONDS - began)) s; figures in test/system/output/figures.txt"
[ ! -f "$here/output/figures.txt" ] || cat "$here/output/figures.txt"
if [ "$status" != 0 ]; then
  # Once more at the end, where whoever sees nothing but the end of a long output looks.
  sed -n '/^✖ failing tests:/,$p' "$here/output/scenarios.log"
  echo "logs: test/system/output (scenarios.log, journal.log, console.log, *.csv)"
fi
exit "$status"
