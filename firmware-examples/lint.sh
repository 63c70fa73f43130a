#!/bin/sh
# Clippy for all firmware: the emulated boards and the C interface for each target, then the real
# boards. Targets that rustup has not installed are skipped, because Clippy needs its own compiler.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

# The last board of a target has the most features; that of Cortex-M55 has vector instructions.
for board in $(awk -F, '$7 == "emulated" { last[$8] = $1 } END { for (target in last) print last[target] }' boards.csv); do
    describe "$board"
    has_target "$target" || continue
    FLOWLET_BOARD=$board compile clippy -p emulated -p flowlet-c -- -D warnings
done
for board in $(boards boards); do
    describe "$board"
    has_target "$target" || continue
    (cd "boards/$board" && cargo clippy --quiet --locked --release -- -D warnings)
done
! has_target thumbv6m-none-eabi ||
    (cd boards/interrupts && cargo clippy --quiet --locked --release -- -D warnings)
(cd boards && cargo clippy --quiet --locked -p render --all-targets -- -D warnings)
