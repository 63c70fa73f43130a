#!/bin/sh
# Makes the Arduino library and prints its path: sh arduino.sh. Copy it to the folder `libraries` of
# the sketchbook.
#
# Arduino looks for libflowlet.a in a folder per processor, floating-point unit and float ABI.
set -eu
cd "$(dirname "$0")"
library=../target/c/arduino/Flowlet
made=$library.new

command -v arm-none-eabi-strip >/dev/null || { echo "arduino.sh: no arm-none-eabi-strip; run: sh tests/setup.sh" >&2; exit 1; }

# Puts the library of a processor into folders: put CPU FOLDER...
put() {
    cpu=$1
    shift
    sh build.sh "$cpu" >/dev/null
    for folder in "$@"; do
        mkdir -p "$made/src/$folder"
        arm-none-eabi-strip --strip-debug -o "$made/src/$folder/libflowlet.a" "../target/c/$cpu/libflowlet.a"
    done
}

rm -rf "$made"
mkdir -p "$made/src"
cp -r arduino/* ../../LICENSE-* "$made/"
cp include/flowlet.h "$made/src/Flowlet.h" # Arduino expects the library's name
put cortex-m0 cortex-m0 cortex-m0plus
put cortex-m3 cortex-m3
put cortex-m4 cortex-m4/fpv4-sp-d16-hard
put cortex-m4-softfp cortex-m4/fpv4-sp-d16-softfp
put cortex-m7 cortex-m7/fpv4-sp-d16-hard cortex-m7/fpv5-d16-hard
put cortex-m7-softfp cortex-m7/fpv5-d16-softfp
${FLOWLET:-cargo run --quiet --manifest-path ../../Cargo.toml -p flowlet-cli --} \
    export ../models/digits.flow --c -o "$made/examples/Digits/digits.h"
rm -rf "$library"
mv "$made" "$library"
echo "$(cd "$library" && pwd)"
