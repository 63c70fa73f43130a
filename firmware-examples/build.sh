#!/bin/sh
# Builds the release firmware of the boards that are named, or of all, and prints the path of each
# linked file: sh build.sh [BOARD...], or FIRMWARE=name sh build.sh [BOARD...] for one of the
# programs that run on every board (in bench/). With the target installed by rustup, plain cargo builds it; where it is not,
# Debian's compiler builds `core` from the distribution's source. `sh tests/setup.sh` gets either.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

[ $# -gt 0 ] || set -- $BOARDS
for board in "$@"; do
    describe "$board"
    file=${FIRMWARE:-$board}
    export FLOWLET_BOARD="$board"
    compile build -p ${FIRMWARE:+bench --bin }$file
    echo "$PWD/$folder/$target/$profile/$file"
done
