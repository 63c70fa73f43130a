# Functions that read boards.csv; sourced by the scripts, which run in this folder.
#
# The column `firmware` says where a board's firmware is: `emulated` for the seven boards that QEMU
# runs, `boards` for the real boards in boards/NAME, `none` for boards that are only known.

# Prints the names of the boards with firmware in FOLDER: boards FOLDER.
boards() {
    awk -F, -v folder="$1" 'NR > 1 && $7 == folder { print $1 }' boards.csv
}

# Prints the targets of these boards, each once: targets FOLDER.
targets() {
    awk -F, -v folder="$1" 'NR > 1 && $7 == folder { print $8 }' boards.csv | sort -u
}

# Sets target, cpu, profile and qemu, the emulator's command: describe BOARD.
describe() {
    row=$(grep "^$1," boards.csv) || {
        echo "no board $1; there are:" $(boards emulated) >&2
        exit 2
    }
    IFS=, read -r _ _ _ _ _ _ firmware target cpu profile qemu <<ROW
$row
ROW
}

# Succeeds if rustup has installed TARGET: has_target TARGET.
has_target() {
    rustup target list --installed 2>/dev/null | grep -qx "$1"
}

# Runs a command of cargo for the board that `describe` was called with: compile COMMAND ARGUMENT...
# Sets `folder`, the folder of the results. If rustup has no target, Debian's compiler builds `core`
# from source.
compile() {
    command=$1
    shift
    flags="-C target-cpu=$cpu"
    if has_target "$target"; then
        folder=target
        RUSTFLAGS="$flags" cargo "$command" --quiet --locked --target-dir "$folder" \
            --profile "$profile" --target "$target" "$@"
    elif [ -x /usr/bin/cargo ] && [ -d /usr/lib/rustlib/src/rust/library ]; then
        folder=target/from-source
        host=$(rustc -vV | sed -n 's/^host: //p')
        lld=$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld
        RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS="$flags -C linker=$lld" \
            /usr/bin/cargo "$command" --quiet -Zbuild-std=core --target-dir "$folder" \
            --profile "$profile" --target "$target" "$@"
    else
        echo "neither the target $target nor Debian's rustc-web; run: sh tests/setup.sh" >&2
        exit 1
    fi
}
