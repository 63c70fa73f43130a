#!/bin/sh
# Checks the runtime and the trainer with the oldest compilers that `rust-version` in their
# Cargo.toml allows. Prints NOT RUN, and does not fail, if rustup cannot get one.
set -eu
cd "$(dirname "$0")/.."
for package in flowlet:Cargo.toml flowlet-trainer:trainer/Cargo.toml; do
    version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "${package#*:}")
    if ! rustup run "$version" rustc --version 2>/dev/null &&
        ! rustup toolchain install "$version" --profile minimal --no-self-update >/dev/null 2>&1; then
        echo "NOT RUN: ${package%:*} with Rust $version, which rustup cannot get"
        continue
    fi
    # Another folder than `target`, where each compiler would build everything again.
    rustup run "$version" cargo check --quiet --locked -p "${package%:*}" --target-dir "target/oldest"
    echo "${package%:*}: Rust $version builds it"
done
