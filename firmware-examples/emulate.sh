#!/bin/sh
# Firmware that runs any model, for the command `flowlet emulate`.
#
# sh emulate.sh build BOARD DIM WIDTH BATCH builds it for a size of sampler and prints the path of
# the linked file. The file is kept and built again if a source is newer.
#
# sh emulate.sh run BOARD ELF MODEL ADDRESS SHIFT WORDS runs it. QEMU puts the file MODEL at
# ADDRESS; an instruction takes 2^SHIFT ns of virtual time; WORDS are the firmware's command line.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

build() {
    kept="target/emulate/$1-$2-$3-$4-$(rustc -vV | cksum | cut -d ' ' -f 1)"
    mkdir -p target/emulate
    # Two builds at once would write the same linked file.
    exec 8>target/emulate/lock
    flock 8
    sources="../Cargo.toml ../build.rs ../src Cargo.toml Cargo.lock boards.csv boards.sh build.sh emulated harness"
    if [ ! -f "$kept" ] || [ -n "$(find $sources -newer "$kept" | head -n 1)" ]; then
        linked=$(FLOWLET_DIM=$2 FLOWLET_WIDTH=$3 FLOWLET_BATCH=$4 PROGRAMS=emulate sh build.sh "$1")
        cp "$linked/emulate" "$kept.new"
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
    echo "usage: sh emulate.sh build BOARD DIM WIDTH BATCH" >&2
    echo "   or: sh emulate.sh run BOARD ELF MODEL ADDRESS SHIFT WORDS" >&2
    exit 2
    ;;
esac
