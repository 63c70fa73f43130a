#!/bin/sh
# Runs what is too slow for every change: sh tests/deep.sh [SECONDS]. Fuzzing takes SECONDS for each
# target, 600 by default. Run it before a release; trainer/docs/trust.md has its figures.
set -eu
cd "$(dirname "$0")/.."
. tests/step.sh
seconds=${1:-600}

step set-up
sh tests/setup.sh

step packages
sh tests/packages.sh

step "what is published"
sh tests/publish.sh

step "oldest compilers"
sh tests/oldest.sh

step "undefined behaviour"
sh tests/miri.sh

step "header of the C interface"
cargo run --quiet --locked --package xtask --features header -- record header
git diff --exit-code firmware-examples/c/include/flowlet.h

step "all features"
cargo clippy --quiet --locked --workspace --all-targets --all-features -- -D warnings
(cd firmware-examples/boards/interrupts && cargo clippy --quiet --locked --release --features embassy,rtic -- -D warnings)
cargo test --locked --workspace --all-features
cargo test --locked --release --package flowlet-tests --all-features --test runtime golden # without checked arithmetic

step "boards: checked arithmetic, real boards"
FLOWLET=$PWD/target/debug/flowlet cargo test --locked --test boards deep -- --ignored --nocapture
cargo test --locked --package flowlet-cli --test cli emulate::deep -- --ignored

step cycles
cargo xtask cycles

step fuzzing
sh tests/fuzz.sh "$seconds"
finish
