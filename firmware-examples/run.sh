#!/bin/sh
# Builds a board's firmware and runs it in QEMU: sh run.sh BOARD, with FIRMWARE as in build.sh.
# An instruction takes 128 ns of virtual time (-icount shift=7), so counts repeat exactly.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

[ $# -eq 1 ] || { echo "usage: sh run.sh BOARD, one of: $BOARDS" >&2; exit 2; }
elf=$(sh build.sh "$1" | tail -n 1)
describe "$1"
command -v "${qemu%% *}" >/dev/null || { echo "run.sh: no ${qemu%% *}; run: sh tests/setup.sh" >&2; exit 1; }
exec timeout 120 $qemu -nographic -monitor none -serial none -icount shift=7 \
    -semihosting-config enable=on,target=native -kernel "$elf" </dev/null
