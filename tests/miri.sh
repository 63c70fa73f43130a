#!/bin/sh
# Runs the tests of the C interface in Miri, which detects undefined behaviour. Prints NOT RUN, and
# does not fail, if rustup cannot get Miri.
set -eu
cd "$(dirname "$0")/miri"
if ! cargo +nightly miri --version >/dev/null 2>&1 &&
    ! rustup toolchain install nightly --profile minimal --component miri,rust-src --no-self-update >/dev/null 2>&1; then
    echo "NOT RUN: Miri, which rustup cannot get"
    exit
fi
cargo +nightly miri test --quiet --locked
