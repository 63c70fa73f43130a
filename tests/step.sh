# Sourced by run.sh and deep.sh: headings with the time that each step took.

begun=$(date +%s)
step_begun=$begun

# step NAME: closes the step before and opens one.
step() {
    now=$(date +%s)
    [ -z "${step_name:-}" ] || printf -- '-- %s: %s s\n' "$step_name" $((now - step_begun))
    step_name=$1
    step_begun=$now
    printf '\n== %s\n' "$1"
}

# finish: closes the last step and prints the time of all.
finish() {
    step end
    echo "all passed in $((now - begun)) s"
}
