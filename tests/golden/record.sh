#!/bin/sh
# Records the models and samples of a format version: sh record.sh VERSION. Only for a version that has not been released:
# files of one that has are what users have, and are never made anew. A minute.
set -eu
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { echo "usage: sh record.sh VERSION" >&2; exit 2; }
folder=tests/golden/v$1
mkdir -p "$folder"

made=$(mktemp -d)
trap 'rm -r "$made"' EXIT
python3 tests/golden/data.py "$made"
flowlet() { cargo run --release --quiet -p flowlet-cli -- "$@" >/dev/null; }
train() {
    name=$1
    shift
    flowlet train "$made/rows.csv" --quiet --iterations 200 --batch 64 "$@" -o "$made/$name.flow"
    cp "$made/$name.flow" "$folder"
}

# Every path; conditional and not, guided and not, steps found and equal, each solver.
train linear --hidden 9,7 --label class --label-dropout 0.2
train trigonometric --path trigonometric --hidden 8 --drop class --solver heun --steps 3
train constant-sigma --path constant-sigma --hidden 5,6,7 --label class --equal-steps --solver euler
train bridge --path bridge --hidden 11,5 --drop class --solver midpoint --steps 4
train smooth --path smooth --hidden 13 --label class --distil 4
train lipman --path lipman --hidden 10,10 --label class --label-dropout 0.2 --steps 6
for activation in silu selu relu gelu gelu-tanh tanh; do
    flowlet import "$made/weights.safetensors" --quiet --like "$made/$activation.toml" \
        --calibrate "$made/points.csv" -o "$folder/$activation.flow"
done
FLOWLET_RECORD="$folder" cargo test --quiet --test runtime golden::record_models -- --ignored --exact
# Of all versions' files, which `cases.rs` lists.
cargo test --quiet --test runtime golden::record_samples -- --ignored --exact
