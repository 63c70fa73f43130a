#!/bin/sh
# Runs a program on an emulated board: sh run.sh BOARD [PROGRAM]. PROGRAM is the path of a linked
# file, or the name of a program in emulated/src/bin, which is built first. [default: samples]
#
# An instruction takes 128 ns of virtual time (-icount shift=7), so counts repeat exactly.
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
exec timeout 120 $qemu -nographic -monitor none -serial none -icount shift=7 \
    -semihosting-config enable=on,target=native -kernel "$elf" </dev/null
