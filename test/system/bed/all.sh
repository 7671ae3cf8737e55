#!/bin/bash
# Builds what the system test and the shell test need and what is absent, side by side: unpacking packages waits for the
# network and the disk, the kernel for the processors.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "$(id -u)" != 0 ]; then exec sudo -E env "PATH=$PATH" "$0" "$@"; fi
"$here/host.sh" || exit
"$here/build.sh" &
bed=$!
"$here/../../shell/bed/rootfs.sh" &
shell=$!
wait "$bed"
bed=$?
wait "$shell" && [ "$bed" = 0 ]
