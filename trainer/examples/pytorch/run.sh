#!/bin/sh
# Measures optimiser steps per second of PyTorch and of flowlet: sh trainer/examples/pytorch/run.sh
# Needs python3 with venv. PyTorch is installed into a temporary environment: its CPU build if that
# is available, or else the one on PyPI of about 3 GB.
set -eu
cd "$(dirname "$0")/../../.."
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT INT TERM
python3 -m venv "$environment"
pip="$environment/bin/pip install --quiet --disable-pip-version-check"
$pip torch numpy --index-url https://download.pytorch.org/whl/cpu 2>/dev/null || $pip torch numpy
cargo build --quiet --locked --release -p flowlet-trainer --example steps_per_second
for round in 1 2 3; do
    "$environment/bin/python" trainer/examples/pytorch/speed.py
    target/release/examples/steps_per_second
done
