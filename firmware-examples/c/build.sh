#!/bin/sh
# Builds the static library: sh build.sh [CPU...]; without a name, for all processors. The result is
# firmware-examples/target/c/CPU/libflowlet.a. Prints the bytes that all functions take when linked.
#
# CPU is a `cpu` of boards.csv, or `host`. A name that ends with -softfp passes floats in integer
# registers.
set -eu
cd "$(dirname "$0")/.."
. ./boards.sh

CPUS="cortex-m0 cortex-m3 cortex-m4 cortex-m4-softfp cortex-m7 cortex-m7-softfp cortex-m33 cortex-m55 generic-rv32 host"

# Sets the variables of the first board with this processor: describe_cpu CPU.
describe_cpu() {
    for board in $(boards emulated); do
        describe "$board"
        if [ "$cpu" = "${1%-softfp}" ]; then
            case $1 in *-softfp) target=${target%hf} ;; esac
            return
        fi
    done
    echo "build.sh: no processor $1; there are: $CPUS" >&2
    exit 2
}

# The compiler's own folder, and the folder of its tools.
sysroot=$(rustc --print sysroot)
tools=$sysroot/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
[ -x "$tools/rust-objcopy" ] || { echo "build.sh: rustc has no rust-objcopy; install a newer one" >&2; exit 1; }

# Makes the library a good neighbour: separate LIBRARY.
# - Rust's memcpy, memset, division and float routines get names of their own. Under C's names they
#   would replace those of libc and libgcc in the whole program, if the library is linked first.
#   Those written in Rust are weak symbols, and the names of those written in C begin with "__".
# - The sections .note.GNU-stack go. GCC for bare metal writes none, so GNU ld would warn about each
#   of its objects.
separate() {
    readelf -sW "$1" | awk '($5 == "WEAK" || $5 == "GLOBAL" && $8 ~ /^__/) && $7 != "UND" { print $8, "__flowlet_" $8 }' | sort -u >"$1.names"
    LD_LIBRARY_PATH=$sysroot/lib "$tools/rust-objcopy" --redefine-syms="$1.names" --remove-section=.note.GNU-stack "$1"
    rm "$1.names"
}

# Links all functions of the header, and nothing that they do not reach: link_all CPU.
link_all() {
    functions=$(sed -n 's/^[a-z].*\b\(flowlet_[a-z_0-9]*\)(.*/-u \1/p' c/include/flowlet.h)
    "$tools/rust-lld" -flavor gnu \
        --gc-sections --entry 0 $functions -o "$kept/all.elf.new" "$kept/libflowlet.a"
    mv "$kept/all.elf.new" "$kept/all.elf"
    size "$kept/all.elf" | awk -v cpu="$1" 'NR == 2 { print cpu ": " $1 " bytes of flash, " $2 + $3 " of static RAM" }'
}

# Replaces the library in one step, because another build may link it: keep FILE.
keep() {
    cp "$1" "$kept/libflowlet.a.new"
    [ "$name" = host ] || separate "$kept/libflowlet.a.new"
    mv "$kept/libflowlet.a.new" "$kept/libflowlet.a"
}

[ $# -gt 0 ] || set -- $CPUS
# Two builds at once would write the same library.
mkdir -p target/c
exec 9>target/c/lock
flock 9
library="-p flowlet-c --crate-type staticlib"
for name in "$@"; do
    kept=target/c/$name
    mkdir -p "$kept"
    if [ "$name" = host ]; then
        cargo rustc --quiet --release --target-dir target $library
        keep target/release/libflowlet_c.a
        continue
    fi
    describe_cpu "$name"
    compile rustc $library
    keep "$folder/$target/$profile/libflowlet_c.a"
    link_all "$name"
done
