#!/bin/sh
# Everything that must hold before a change lands: formatting, lints, documentation, the tests of
# the workspace, and the firmware of every board built and run in QEMU against the host.
set -eu
cd "$(dirname "$0")/.."

. firmware-examples/boards.sh

step() { printf '\n== %s\n' "$*"; }

step set-up
sh tests/setup.sh
components=$(rustup component list --installed 2>/dev/null || true)
for component in rustfmt clippy; do
    case $components in *$component*) ;; *) rustup component add $component ;; esac
done

step formatting
cargo fmt --all --check
(cd firmware-examples && cargo fmt --all --check)
(cd firmware-examples/boards && cargo fmt --all --check)
(cd tests/fuzz && cargo fmt --check)
(cd tests/miri && cargo fmt --check)

step lints
cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
cargo clippy --quiet --locked -p flowlet --all-targets --all-features -- -D warnings

# Clippy knows only targets of its own toolchain; `core` built from source is not for it.
for pair in thumbv6m-none-eabi:microbit thumbv7m-none-eabi:stm32vldiscovery thumbv7em-none-eabihf:netduinoplus2 riscv32imac-unknown-none-elf:riscv-virt; do
    rustup target list --installed 2>/dev/null | grep -qx "${pair%:*}" || continue
    (cd firmware-examples && FLOWLET_BOARD="${pair#*:}" \
        cargo clippy --quiet --locked --target "${pair%:*}" -p "${pair#*:}" -p bench -p flowlet-c -- -D warnings)
done
for pair in $REAL_BOARDS; do
    rustup target list --installed 2>/dev/null | grep -qx "${pair#*:}" || continue
    (cd "firmware-examples/boards/${pair%:*}" && cargo clippy --quiet --locked --release -- -D warnings)
done
(cd firmware-examples/boards && cargo clippy --quiet --locked -p render --all-targets -- -D warnings)

step documentation
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --workspace --no-deps --all-features

step firmware
sh firmware-examples/build.sh
sh firmware-examples/c/build.sh

step benchmark
cargo run --quiet --locked --release -p flowlet-cli -- bench

step tests
cargo test --locked --workspace --all-features
cargo test --locked --release -p flowlet --test runtime golden # without the checks of arithmetic
(cd firmware-examples/boards && cargo test --locked -p render)

step packages
cargo test --locked -p flowlet-cli --test packages -- --ignored

step oldest compilers
sh tests/oldest.sh

step undefined behaviour
sh tests/miri.sh

step fuzzing
sh tests/fuzz.sh

step boards
cargo test --locked --test boards -- --ignored --nocapture
cargo test --locked -p flowlet-cli --test cli -- --ignored emulate
