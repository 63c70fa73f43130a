#!/bin/sh
# Runs a program on an emulated board: sh run.sh BOARD [PROGRAM]. PROGRAM is the path of a linked
# file, or the name of a program in emulated/src/bin, which is built first. [default: samples]
#
# An instruction takes 128 ns of virtual time (-icount shift=7), so counts repeat exactly. QEMU gets
# the further options in QEMU_OPTIONS.
#
# SERIAL=tcp:localhost:4000,server makes the board's serial port a TCP port, and time real. QEMU's
# manual lists more at -serial. QEMU then runs until it is stopped.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

case $# in
1 | 2) describe "$1" ;;
*) echo "usage: sh run.sh BOARD [PROGRAM]; BOARD is one of:" $(boards emulated) >&2 && exit 2 ;;
esac
command -v "${qemu%% *}" >/dev/null || { echo "run.sh: no ${qemu%% *}; run: sh tests/setup.sh" >&2; exit 1; }
program=${2:-samples}
case $program in
*/*) elf=$program ;;
*) elf=$(PROGRAMS=$program sh build.sh "$1")/$program ;;
esac
if [ -n "${SERIAL:-}" ]; then
    exec $qemu -nographic -monitor none -serial "$SERIAL" -kernel "$elf"
fi
exec timeout 120 $qemu ${QEMU_OPTIONS:-} -nographic -monitor none -serial none -icount shift=7 \
    -semihosting-config enable=on,target=native -kernel "$elf" </dev/null
