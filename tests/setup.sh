#!/bin/sh
# Installs what the board tests need on a machine with cargo: the compiler's targets, QEMU, and GCC
# for firmware in C. Does nothing if they are installed.
set -eu
cd "$(dirname "$0")/../firmware-examples"
. ./boards.sh

# apt ARGUMENTS: apt-get as root, without questions.
apt() {
    if ! command -v apt-get >/dev/null; then
        echo "setup.sh: no apt-get here; install by hand: $need" >&2
        exit 1
    fi
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >/dev/null
    elif command -v sudo >/dev/null; then
        sudo DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >/dev/null
    else
        echo "setup.sh: neither root nor sudo; install by hand: $need" >&2
        exit 1
    fi
}

# Targets: rustup's, or else Debian's compiler with the source of `core`.
# C has Cortex-M4 and M7 without floats in registers too.
for target in $(targets emulated) thumbv7em-none-eabi; do
    has_target "$target" && continue
    echo "setup.sh: target $target"
    rustup target add "$target" 2>/dev/null && continue
    need="rustc-web cargo-web rust-web-src"
    if [ ! -x /usr/bin/cargo ] || [ ! -d /usr/lib/rustlib/src/rust/library ]; then
        echo "setup.sh: rustup refuses it; core is built from source: $need"
        apt update
        apt install --no-install-recommends $need
    fi
done

# Formatting and lints.
components=$(rustup component list --installed 2>/dev/null || true)
for component in rustfmt clippy; do
    case $components in *$component*) ;; *) rustup component add $component ;; esac
done

# The libraries of real boards need rustup's compiler. Without it those boards are not built.
for target in $(targets boards); do
    has_target "$target" && continue
    echo "setup.sh: target $target"
    rustup target add "$target" 2>/dev/null || echo "setup.sh: rustup refuses it; its real boards are not built"
done

need="gcc-arm-none-eabi g++ clang make"
if ! command -v arm-none-eabi-g++ >/dev/null || ! command -v g++ >/dev/null ||
    ! command -v clang++ >/dev/null || ! command -v make >/dev/null; then
    echo "setup.sh: $need"
    apt update
    apt install --no-install-recommends $need
fi

need="qemu-system-arm qemu-system-misc"
if ! command -v qemu-system-arm >/dev/null || ! command -v qemu-system-riscv32 >/dev/null; then
    echo "setup.sh: $need"
    apt update
    # A newer qemu-utils than the distribution's own breaks its emulators; then they go together.
    apt install --no-install-recommends $need 2>/dev/null || {
        . /etc/os-release
        apt install --no-install-recommends --allow-downgrades $need "qemu-utils/$VERSION_CODENAME"
    }
fi
qemu-system-arm --version | head -n 1
