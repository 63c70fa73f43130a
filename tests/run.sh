#!/bin/sh
# Checks everything that a change must keep: formatting, lints, documents, all host tests, and every
# board's firmware in QEMU. Installs what it needs. `sh tests/deep.sh` has the slower checks.
set -eu
cd "$(dirname "$0")/.."
. tests/step.sh

step set-up
sh tests/setup.sh

step formatting
for manifest in Cargo.toml firmware-examples/Cargo.toml firmware-examples/boards/Cargo.toml \
    tests/fuzz/Cargo.toml tests/miri/Cargo.toml; do
    cargo fmt --all --check --manifest-path "$manifest"
done

step lints
cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
sh firmware-examples/lint.sh

step documents
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --workspace --no-deps

step "host tests"
cargo test --locked --workspace
cargo test --locked --manifest-path firmware-examples/boards/Cargo.toml --package render

step boards
FLOWLET=$PWD/target/debug/flowlet cargo test --locked --test boards quick -- --ignored
cargo test --locked --package flowlet-cli --test cli emulate::quick -- --ignored

step benchmark
cargo xtask bench
finish
