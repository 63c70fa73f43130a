#!/bin/sh
# Builds the release firmware of the boards that are named, or of all, and prints the path of each
# linked file: sh build.sh [BOARD...], or FIRMWARE=name sh build.sh [BOARD...] for one of the
# programs that run on every board (in bench/). With the target installed by rustup, plain cargo builds it; where it is not,
# Debian's compiler builds `core` from the distribution's source. `sh tests/setup.sh` gets either.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

# With Debian's compiler, which brings the source of `core`.
from_source() {
    lld=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld
    RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS="$flags -C linker=$lld" \
        /usr/bin/cargo build --quiet -Zbuild-std=core --target-dir "$folder" \
        --profile "$profile" --target "$target" $program
}

[ $# -gt 0 ] || set -- $BOARDS
for board in "$@"; do
    describe "$board"
    file=${FIRMWARE:-$board}
    program="-p ${FIRMWARE:+bench --bin }$file"
    export FLOWLET_BOARD="$board"
    flags="-C target-cpu=$cpu"
    if rustup target list --installed 2>/dev/null | grep -qx "$target"; then
        folder=target
        RUSTFLAGS="$flags" cargo build --quiet --locked --target-dir "$folder" --profile "$profile" --target "$target" $program
    elif [ -x /usr/bin/cargo ] && [ -d /usr/lib/rustlib/src/rust/library ]; then
        folder=target/from-source
        from_source
    else
        echo "build.sh: no target $target and no Debian rustc-web; run: sh tests/setup.sh" >&2
        exit 1
    fi
    echo "$PWD/$folder/$target/$profile/$file"
done
