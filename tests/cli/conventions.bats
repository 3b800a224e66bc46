#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets status, output and the like
# What all programs share, shown on the one that does nothing else. DEMO_TOOL is its path, COMPLETIONS
# the folder of the generated shell stubs, COMPLETED_NAME the program's name in them.

bats_require_minimum_version 1.5.0

setup() {
    unset BAND_BUS REDIS_URL AMQP_URL NO_COLOR CLICOLOR_FORCE BAND_OUTPUT BAND_CONTEXT
    export XDG_CONFIG_HOME=/nonexistent
    export TERM=xterm
    cd "$BATS_TEST_TMPDIR" || return
    tool=$DEMO_TOOL
}

# Runs the words in a terminal of its own, standard error included, and shows what arrived there.
on_terminal() {
    local command
    printf -v command '%q ' "$@"
    script -qec "$command" /dev/null
}

@test "each kind of failure has its exit code" {
    local pair
    for pair in no:1 data:65 unavailable:69 bug:70 protocol:76 timeout:124 status:4; do
        run --separate-stderr "$tool" E --fail "${pair%:*}"
        [ "$status" -eq "${pair#*:}" ]
    done
    run --separate-stderr "$tool" E
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
}

@test "a usage error is one line with exit code 2 and nothing on standard output" {
    local words
    for words in '' 'E --evnts A' 'E F G' 'E --count x' 'E --timeout' 'E -o xml' 'E --quiet=yes'; do
        # shellcheck disable=SC2086  # split on purpose
        run --separate-stderr "$tool" $words
        [ "$status" -eq 2 ]
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "demo_tool: "* ]]
    done
}

@test "a mistyped option is answered with the right one" {
    run --separate-stderr "$tool" E --evnets A
    [ "$stderr" = 'demo_tool: no such option: "--evnets"; did you mean --events?' ]
}

@test "what is missing is named, with the synopsis" {
    run --separate-stderr "$tool"
    [[ $stderr == *"EVENT: missing argument; usage: demo_tool [OPTION...] [URL] EVENT [PAYLOAD]"* ]]
}

@test "lists take all three forms" {
    local form
    for form in '--events A B C' '--events A,B,C' '--events A --events B --events C'; do
        # shellcheck disable=SC2086
        run "$tool" E $form
        [[ $output == *$'events=A\nevents=B\nevents=C\n'* ]]
    done
    run "$tool" --events A B redis://host E
    [[ $output == *"bus=redis://host from the argument"*$'events=A\nevents=B\n'* ]]
}

@test "a variable stands in for its option, and a wrong one is named with exit code 78" {
    BAND_COUNT=7 run "$tool" E
    [[ $output == *count=7* ]]
    BAND_COUNT=7 run "$tool" E --count 8
    [[ $output == *count=8* ]]
    BAND_COUNT=many run --separate-stderr "$tool" E
    [ "$status" -eq 78 ]
    [[ $stderr == *BAND_COUNT* ]]
}

@test "two variables that name different brokers are an error that says so" {
    REDIS_URL=redis://a AMQP_URL=amqp://b run --separate-stderr "$tool" E
    [ "$status" -eq 78 ]
    [[ $stderr == *REDIS_URL*AMQP_URL*BAND_BUS* ]]
}

@test "with -o json a failure is one JSON object on standard error" {
    local form
    for form in '-o json' '-o ndjson' '-j' '--output=json'; do
        # shellcheck disable=SC2086
        run --separate-stderr "$tool" E $form --fail protocol
        [ "$status" -eq 76 ]
        [ "$(jq -r '.error | "\(.tool) \(.code) \(.exit)"' <<<"$stderr")" = 'demo_tool protocol 76' ]
    done
    run --separate-stderr "$tool" E -j --bogus
    [ "$(jq -r .error.exit <<<"$stderr")" = 2 ]
}

@test "text of others reaches a terminal harmless" {
    run --separate-stderr "$tool" E --fail no
    [ "$stderr" = 'demo_tool: cannot publish "order": nobody \x1b[31mlistens; start one' ]
    run on_terminal "$tool" E --progress
    [[ $output == *'waiting for \x1b]0;title'* ]]
}

@test "no message shows a password" {
    run "$tool" E --fail unavailable
    [[ $output != *canary* ]]
    [[ $output == *'redis://user:***@host'* ]]
    run "$tool" E F redis://a amqp://user:canary@b
    [ "$status" -eq 2 ]
    [[ $output != *canary* ]]
}

@test "a password given as an argument is gone from the process list" {
    mkfifo in out
    "$tool" redis://user:canary@host E --wait-for-input <in >out &
    local pid=$!
    exec 8>in 9<out
    read -r line <&9 # it runs
    [[ $line == *canary* ]]
    cmdline=$(tr -s '\0' ' ' <"/proc/$pid/cmdline")
    exec 8>&-
    wait "$pid"
    [[ $cmdline == *'redis://user:***@host E --wait-for-input'* ]]
}

@test "a password file gives the password, a missing one is named with exit code 66" {
    printf 'canary\r\nsecond line\n' >secret
    run "$tool" E --password-file secret
    [[ $output == *"password of 6"* ]]
    run --separate-stderr "$tool" E --password-file none
    [ "$status" -eq 66 ]
    [[ $stderr == *'--password-file "none": No such file'* ]]
}

@test "a reader that goes away ends the program quietly with 0" {
    "$tool" E --flood 2>err | head -1 >/dev/null
    [ "${PIPESTATUS[0]}" -eq 0 ]
    "$tool" --help 2>>err | true
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ ! -s err ]
}

@test "a failure outranks a reader that went away" {
    set +e
    "$tool" E --fail unavailable 2>err | true
    [ "${PIPESTATUS[0]}" -eq 69 ]
}

@test "output that cannot be written is exit code 74" {
    run bash -c '"$0" E >/dev/full' "$tool"
    [ "$status" -eq 74 ]
    [[ $output == *'No space left on device'* ]]
    run bash -c '"$0" E >&-' "$tool"
    [ "$status" -eq 74 ]
    run bash -c '"$0" --help >/dev/full' "$tool"
    [ "$status" -eq 74 ]
}

@test "closed standard streams do no harm" {
    run bash -c '"$0" E <&- 2>&-' "$tool"
    [ "$status" -eq 0 ]
    run bash -c '"$0" --bogus 2>&-' "$tool"
    [ "$status" -eq 2 ]
}

@test "colour is for terminals, NO_COLOR and --color decide otherwise" {
    run on_terminal "$tool" E
    [[ $output == *$'\e[32mdone'* ]]
    NO_COLOR=1 run on_terminal "$tool" E
    [[ $output != *$'\e['* ]]
    TERM=dumb run on_terminal "$tool" E
    [[ $output != *$'\e['* ]]
    run "$tool" E
    [[ $output != *$'\e['* ]]
    CLICOLOR_FORCE=1 run "$tool" E
    [[ $output == *$'\e[32mdone'* ]]
    NO_COLOR=1 run "$tool" E --color always
    [[ $output == *$'\e[32mdone'* ]]
}

@test "notices and progress are for terminals, -v asks for them anyway, -q for none" {
    run --separate-stderr "$tool" E --progress
    [ -z "$stderr" ]
    run --separate-stderr "$tool" E --progress -v
    [[ $stderr == *waiting*$'\n'*'a detail'* ]]
    run on_terminal "$tool" E --progress
    [[ $output == *'1 events'*waiting* ]]
    run on_terminal "$tool" E --progress -q
    [[ $output != *waiting* && $output != *' events'* ]]
}

@test "-h shows examples before options, --help shows all, both beat other errors of arguments" {
    run "$tool" -h
    [ "$status" -eq 0 ]
    [[ $output == *Examples:*Usage:*--events* ]]
    [[ $output != *--connect-timeout* ]]
    run "$tool" --help
    [[ $output == *--connect-timeout*BAND_CONNECT_TIMEOUT*'Exit status:'* ]]
    run "$tool" -V
    [[ $output =~ ^demo_tool\ [0-9.]+\ \(bandkit\)$ ]]
}

@test "help shows what a program of another name is called" {
    ln -s "$tool" band-demo_tool
    run ./band-demo_tool -h
    [[ $output == 'band-demo_tool: '*'  band-demo_tool OrderPlaced'* ]]
    run ./band-demo_tool
    [[ $output == 'band-demo_tool: '* ]]
}

@test "every declared option is in --help and is understood" {
    local name
    help=$("$tool" --help)
    while IFS=$'\t' read -r kind name _; do
        [ "$kind" = option ] && [ "$name" != - ] || continue
        [[ $help == *"--$name"* || $help == *"--[no-]$name"* ]]
        run "$tool" __complete -- "--$name"
        [[ $output == *"--$name"$'\t'* ]]
    done < <("$tool" __dump-cli)
}

@test "completion offers options, choices and live names, and gives up on slow ones" {
    run "$tool" __complete -- E --ev
    [ "$output" = $'--events\tShow events with these names' ]
    run "$tool" __complete -- E -o ''
    [ "$output" = $'table\t\njson\t\nndjson\t' ]
    run "$tool" __complete -- redis://here E --events A OrderPl
    [ "$output" = $'OrderPlaced\tfrom redis://here' ]
    run "$tool" __complete -- E --input ''
    [ "$output" = @files ]
    run timeout 10 "$tool" __complete -- --slow ''
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "bash completes through the stub" {
    mkdir bin && ln -s "$tool" "bin/$COMPLETED_NAME"
    cat >try.bash <<'EOF'
source /usr/share/bash-completion/bash_completion
source "$COMPLETIONS/$COMPLETED_NAME"
# Called with the line's words as readline splits them.
COMP_WORDS=("$COMPLETED_NAME" "$@")
COMP_CWORD=$#
COMP_LINE="${COMP_WORDS[*]}" COMP_LINE=${COMP_LINE// = /=}
COMP_POINT=${#COMP_LINE}
_"${COMPLETED_NAME//[^a-zA-Z0-9]/_}"
echo "${COMPREPLY[*]}"
EOF
    export PATH=$PWD/bin:$PATH
    [ "$(bash try.bash E --ev)" = --events ]
    [ "$(bash try.bash E --events Ord)" = 'OrderPlaced OrderPaid' ]
    [ "$(bash try.bash E --output = nd)" = ndjson ]
    touch file.json
    [ "$(bash try.bash E --input file)" = file.json ]
}

@test "fish completes through the stub" {
    command -v fish >/dev/null || skip "no fish here"
    mkdir bin && ln -s "$tool" "bin/$COMPLETED_NAME"
    run fish --no-config -c "set PATH $PWD/bin \$PATH
        source $COMPLETIONS/$COMPLETED_NAME.fish
        complete -C '$COMPLETED_NAME E --ev'"
    [ "$output" = $'--events\tShow events with these names' ]
}

@test "zsh completes through the stub" {
    command -v zsh >/dev/null || skip "no zsh here"
    mkdir bin && ln -s "$tool" "bin/$COMPLETED_NAME"
    cat >try.zsh <<'EOF'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= PATH=$PWD/bin:$PATH fpath=($COMPLETIONS \$fpath); autoload -U compinit; compinit -D -u; print READY"
zpty -r -m shell line '*READY*READY*'
zpty -w -n shell "$COMPLETED_NAME E --ev"$'\t'
zpty -r -m shell line '*--events*' && print -- "$line"
zpty -d shell
EOF
    HOME=$PWD run timeout 20 zsh -f try.zsh
    [[ $output == *--events* ]]
}
