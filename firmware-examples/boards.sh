# What the scripts know of the boards; sourced by them.

BOARDS="microbit stm32vldiscovery netduinoplus2 mps2-an500 mps2-an505 mps3-an547 riscv-virt"

# Boards to hold in the hand, in boards/, each with its target.
REAL_BOARDS="microbit-v2:thumbv7em-none-eabihf pico:thumbv6m-none-eabi
    stm32f4-discovery:thumbv7em-none-eabihf esp32-c3:riscv32imc-unknown-none-elf"

# describe BOARD: sets target, cpu, profile, and qemu, the emulator's command.
describe() {
    profile=release
    qemu="qemu-system-arm -M $1"
    case $1 in
    microbit)         target=thumbv6m-none-eabi          cpu=cortex-m0 profile=small ;;
    stm32vldiscovery) target=thumbv7m-none-eabi          cpu=cortex-m3 ;;
    netduinoplus2)    target=thumbv7em-none-eabihf       cpu=cortex-m4 ;;
    mps2-an500)       target=thumbv7em-none-eabihf       cpu=cortex-m7 ;;
    mps2-an505)       target=thumbv8m.main-none-eabihf   cpu=cortex-m33 ;;
    mps3-an547)       target=thumbv8m.main-none-eabihf   cpu=cortex-m55 ;;
    riscv-virt)       target=riscv32imac-unknown-none-elf cpu=generic-rv32
                      qemu="qemu-system-riscv32 -M virt -bios none" ;;
    *) echo "no board $1; there are: $BOARDS" >&2; exit 2 ;;
    esac
}

# compile COMMAND ARGUMENT...: cargo's COMMAND for the board that is described; sets folder, where the results are. With the
# target installed by rustup plain cargo does it, else Debian's compiler, which brings the source of `core`.
compile() {
    command=$1
    shift
    flags="-C target-cpu=$cpu"
    if rustup target list --installed 2>/dev/null | grep -qx "$target"; then
        folder=target
        RUSTFLAGS="$flags" cargo "$command" --quiet --locked --target-dir "$folder" --profile "$profile" --target "$target" "$@"
    elif [ -x /usr/bin/cargo ] && [ -d /usr/lib/rustlib/src/rust/library ]; then
        folder=target/from-source
        lld=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld
        RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS="$flags -C linker=$lld" \
            /usr/bin/cargo "$command" --quiet -Zbuild-std=core --target-dir "$folder" \
            --profile "$profile" --target "$target" "$@"
    else
        echo "no target $target and no Debian rustc-web; run: sh tests/setup.sh" >&2
        exit 1
    fi
}
