#!/bin/sh
# Everything that must hold before a change lands: formatting, lints, documentation, the tests of
# the workspace, and the firmware of every board built and run in QEMU against the host.
set -eu
cd "$(dirname "$0")/.."

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

sh firmware-examples/lint.sh

step documentation
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --workspace --no-deps --all-features

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
FLOWLET=$PWD/target/debug/flowlet cargo test --locked --test boards -- --ignored --nocapture
cargo test --locked -p flowlet-cli --test cli -- --ignored emulate
