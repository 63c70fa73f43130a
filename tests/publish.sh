#!/bin/sh
# Packages the crates as `cargo publish` does, without a warning. Then unpacks them into an empty
# folder, and builds them and the examples of their documentation there, without this checkout.
set -eu
cd "$(dirname "$0")/.."
made=$(mktemp -d)
trap 'rm -r "$made"' EXIT

crates="flowlet flowlet-trainer flowlet-cli"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml)
rm -f target/package/*.crate
cargo package --locked --allow-dirty --no-verify $(printf -- '-p %s ' $crates) 2>"$made/log" ||
    { cat "$made/log" >&2; exit 1; }
# Cargo's own verification of the runtime. The others are built below.
cargo package --locked --allow-dirty --package flowlet 2>>"$made/log" || { cat "$made/log" >&2; exit 1; }
if grep "^warning" "$made/log"; then
    echo "publish.sh: cargo package warns" >&2
    exit 1
fi
for crate in $crates; do
    # Packed files are dated 2006, and would not be compiled again.
    tar -xmzf "target/package/$crate-$version.crate" -C "$made"
    for file in README.md LICENSE-MIT LICENSE-APACHE; do
        [ -s "$made/$crate-$version/$file" ] || { echo "publish.sh: $crate lacks $file" >&2; exit 1; }
    done
done

# The same profile and folder as here, so that packages are not compiled again.
cp Cargo.lock "$made"
{
    printf '[workspace]\nresolver = "3"\nmembers = ['
    printf '"%s-'"$version"'", ' $crates
    printf ']\n\n[patch.crates-io]\n'
    for crate in $crates; do printf '%s.path = "%s-%s"\n' "$crate" "$crate" "$version"; done
    printf '\n'
    sed -n '/^\[profile.dev\]/,/^$/p' Cargo.toml
} >"$made/Cargo.toml"
target=$PWD/target
cd "$made"
export CARGO_TARGET_DIR="$target"
cargo check --quiet --workspace --all-features
cargo test --quiet --package flowlet --doc
cargo test --quiet --workspace --all-features --doc

# The documentation of every target that docs.rs shows. `doc_cfg` needs a nightly compiler, so it is
# off here.
settings=$(sed -n '/^\[package.metadata.docs.rs\]/,/^\[[a-z]/p' "flowlet-$version/Cargo.toml")
list() { echo "$settings" | sed -n "/^$1 = \[/,/^\]/s/^ *\"\(.*\)\",\$/\1/p"; }
for target in $(list targets); do
    RUSTDOCFLAGS="-D warnings" cargo doc --quiet --package flowlet --no-deps --target "$target" \
        --features "$(list features | tr '\n' ' ')" || exit 1
    echo "publish.sh: documentation for $target"
done
