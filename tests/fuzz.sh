#!/bin/sh
# Fuzzes the runtime's reading of files, and sampling from what it accepts: sh tests/fuzz.sh [SECONDS], for each target
# 20 by default; 3600 is an hour. With libFuzzer, AddressSanitizer and checked arithmetic, from the seeds in fuzz/seeds; what it learns
# is kept in fuzz/corpus, which is not committed. An input that fails is written to fuzz/artifacts: mend it, and put it into
# fuzz/found, which every `cargo test` runs.
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
