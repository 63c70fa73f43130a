#!/bin/sh
# The firmware that runs any model: sh emulate.sh build BOARD DIM WIDTH LANES builds it for a size of
# sampler and prints the path of the linked file, which is kept as long as no source is newer;
# sh emulate.sh run BOARD ELF MODEL ADDRESS SHIFT WORDS runs it with MODEL at ADDRESS, 2^SHIFT ns of
# virtual time an instruction, and WORDS as its command line.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

build() {
    describe "$1"
    kept="target/emulate/$1-$2-$3-$4-$(rustc -vV | cksum | cut -d ' ' -f 1)"
    mkdir -p target/emulate
    # Whatever else builds meanwhile, writes the same linked file.
    exec 9>target/emulate/lock
    flock 9
    sources="../Cargo.toml ../src Cargo.toml Cargo.lock boards.sh build.sh bench harness $1/memory.x"
    if [ ! -f "$kept" ] || [ -n "$(find $sources -newer "$kept" | head -n 1)" ]; then
        built=$(FIRMWARE=emulate FLOWLET_DIM=$2 FLOWLET_WIDTH=$3 FLOWLET_LANES=$4 sh build.sh "$1")
        cp "$(printf '%s\n' "$built" | tail -n 1)" "$kept.new"
        mv "$kept.new" "$kept"
    fi
    echo "$PWD/$kept"
}

run() {
    describe "$1"
    model=$(printf '%s' "$3" | sed 's/,/,,/g')
    exec $qemu -nographic -monitor none -serial none -icount "shift=$5" \
        -semihosting-config "enable=on,target=native,arg=$6" \
        -device "loader,file=$model,addr=$4,force-raw=on" -kernel "$2" </dev/null
}

case "${1:-} $#" in
"build 5" | "run 7") "$@" ;;
*)
    echo "usage: sh emulate.sh build BOARD DIM WIDTH LANES, or run BOARD ELF MODEL ADDRESS SHIFT WORDS" >&2
    exit 2
    ;;
esac
