#!/bin/sh
# Builds the firmware of emulated boards: sh build.sh [BOARD...]; without a name, of all of them.
# Prints the folder of the linked programs of each board.
#
# PROGRAMS="bench golden" builds only these programs of emulated/src/bin.
# CHECKED=1 checks the arithmetic for overflow.
# PLAIN=1 builds the runtime without the feature `latent`.
set -eu
cd "$(dirname "$0")"
. ./boards.sh

all=$(cd emulated/src/bin && echo *.rs | sed 's/\.rs//g')
suffix=${CHECKED:+-checked}${PLAIN:+-plain}
# Without optimisation the stack would not fit the smallest board.
export CARGO_PROFILE_DEV_OPT_LEVEL=s

# Builds the programs of a board and copies them to a folder of their own: boards with the same
# target share cargo's.
build() {
    describe "$1"
    [ "$firmware" = emulated ] || { echo "build.sh: $1 is built in its own folder, boards/$1" >&2; exit 2; }
    [ -z "${CHECKED:-}" ] || profile=dev
    programs=${PROGRAMS:-$all}
    # `update` uses the serial port of one board.
    [ "$1" = netduinoplus2 ] || programs=$(echo " $programs " | sed 's/ update / /')
    full=$programs
    plain=
    small=
    if [ -n "${PLAIN:-}" ]; then
        full=
        plain=$programs
    elif [ "$1" = stm32vldiscovery ]; then
        # Its flash does not hold all the samplers of these programs with the feature `latent`, nor
        # the golden models with code that is optimised for speed.
        full=$(echo " $programs " | sed 's/ bench / /; s/ stack / /; s/ golden / /')
        plain=$(echo "$programs" | tr ' ' '\n' | grep -x -e bench -e stack || true)
        small=$(echo "$programs" | tr ' ' '\n' | grep -x golden || true)
    fi
    [ -z "$(echo $full)" ] || FLOWLET_BOARD=$1 compile build -p emulated $(printf -- ' --bin %s' $full)
    [ -z "$plain" ] ||
        FLOWLET_BOARD=$1 compile build -p emulated --no-default-features $(printf -- ' --bin %s' $plain)
    optimised=$profile
    [ "$profile" != release ] || profile=small
    [ -z "$small" ] || FLOWLET_BOARD=$1 compile build -p emulated --bin "$small"
    linked=target/boards/$1$suffix
    mkdir -p "$linked"
    for program in $programs; do
        from=$optimised
        [ "$program" != "$small" ] || from=$profile
        [ "$from" != dev ] || from=debug # cargo's name of the folder
        cp "$folder/$target/$from/$program" "$linked/$program.new"
        mv "$linked/$program.new" "$linked/$program"
    done
    echo "$PWD/$linked"
}

[ $# -gt 0 ] || set -- $(boards emulated)
mkdir -p target
exec 9>target/lock
flock 9
for board in "$@"; do
    build "$board"
done
