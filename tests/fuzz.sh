#!/bin/sh
# Fuzzes `Model::parse`, and sampling from the files that it accepts: sh tests/fuzz.sh [SECONDS].
# Each target takes SECONDS, 20 by default. It uses libFuzzer, AddressSanitizer and checked
# arithmetic, and starts from fuzz/seeds. New inputs are kept in fuzz/corpus, which is not
# committed. An input that fails is written to fuzz/artifacts. Correct the fault, and put the input
# into fuzz/found, which every `cargo test` runs.
set -eu
cd "$(dirname "$0")/fuzz"
seconds=${1:-20}
cargo fuzz --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-fuzz
export RUSTC_BOOTSTRAP=1 # sanitisers, with the compiler that there is
for target in parse sample; do
    mkdir -p "corpus/$target"
    cargo fuzz run --fuzz-dir . "$target" "corpus/$target" "seeds/$target" "found/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=8192 -print_final_stats=1 -verbosity=1 2>&1 |
        tee "corpus/$target.log" | grep -E '^(INFO: (seed|A corpus)|stat::number|==|SUMMARY|Done|artifact)|panicked' || true
    grep -q '^Done' "corpus/$target.log" || { echo "fuzz.sh: $target failed; see tests/fuzz/corpus/$target.log" >&2; exit 1; }
done
