#!/bin/sh
# Builds libflowlet.a for the processors that are named, or for all, in firmware-examples/target/c/CPU, and prints the bytes
# that all of its functions take when they are linked: sh build.sh [CPU...]. CPU is that of a board in boards.csv,
# one with -softfp behind it for C whose floats are passed in integer registers, or host.
set -eu
cd "$(dirname "$0")/.."
. ./boards.sh

CPUS="cortex-m0 cortex-m3 cortex-m4 cortex-m4-softfp cortex-m7 cortex-m7-softfp cortex-m33 cortex-m55 generic-rv32 host"

# Of the first board that has the processor.
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

# What the header declares, in a file without anything that it does not reach.
link_all() {
    functions=$(sed -n 's/^[a-z].*\b\(flowlet_[a-z_0-9]*\)(.*/-u \1/p' c/include/flowlet.h)
    "$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld" -flavor gnu \
        --gc-sections --entry 0 $functions -o "$kept/all.elf.new" "$kept/libflowlet.a"
    mv "$kept/all.elf.new" "$kept/all.elf"
    size "$kept/all.elf" | awk -v cpu="$1" 'NR == 2 { print cpu ": " $1 " bytes of flash, " $2 + $3 " of static RAM" }'
}

# keep FILE: at once, for who links the one before meanwhile.
keep() {
    cp "$1" "$kept/libflowlet.a.new"
    mv "$kept/libflowlet.a.new" "$kept/libflowlet.a"
}

[ $# -gt 0 ] || set -- $CPUS
# Whatever else builds meanwhile, writes the same library.
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
