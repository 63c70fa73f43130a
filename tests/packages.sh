#!/bin/sh
# Checks licences, sources and repeats of all packages by .cargo/deny.toml, and known
# vulnerabilities if the network allows it.
set -eu
cd "$(dirname "$0")/.."
cargo deny --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-deny
for lock in $(git ls-files '*Cargo.lock'); do
    manifest=$(dirname "$lock")/Cargo.toml
    echo "packages.sh: $manifest"
    cargo deny --manifest-path "$manifest" --config .cargo/deny.toml --locked --log-level error \
        check bans licenses sources
done
cargo deny --config .cargo/deny.toml --log-level error check advisories ||
    echo "NOT RUN: advisories, which need a network"
