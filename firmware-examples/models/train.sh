#!/bin/sh
# Trains heartbeat.flow and motion.flow from the data sets in trainer/datasets: sh train.sh.
# Takes half a minute.
set -eu
cd "$(dirname "$0")"

train() { cargo run --release --quiet --locked -p flowlet-cli --manifest-path ../../Cargo.toml -- train --quiet "$@"; }

made=$(mktemp -d)
trap 'rm -r "$made"' EXIT
train ../../trainer/datasets/ecg/ecg.csv.gz --calibrate --distil 4 -o "$made/heartbeat.flow"
train ../../trainer/datasets/motion/motion.csv.gz --label label --latent class:19 --hidden 48,48,48 \
    --calibrate --distil 4 -o "$made/motion.flow"
cp "$made/heartbeat.flow" "$made/motion.flow" .
