#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets status, output and the like
# bandctl's own commands, and how it finds all of them.

bats_require_minimum_version 1.5.0
load ../support/redis

setup() {
    unset NO_COLOR CLICOLOR_FORCE BAND_OUTPUT BAND_TIMEOUT SERVREG_URL DOCKER_HOST BAND_IMAGES
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
    cd "$BATS_TEST_TMPDIR" || return
}

@test "help lists the commands by their groups, help of a command tells all about it" {
    run bandctl --help
    [ "$status" -eq 0 ]
    [[ $output == *'Usage: bandctl [OPTION...] COMMAND [ARGUMENT...]'*$'\nBus:\n  log  '* ]]
    local words
    for words in 'help log' 'log --help' '--help log' '-v log a --help'; do
        # shellcheck disable=SC2086  # split on purpose
        run bandctl $words
        [ "$status" -eq 0 ]
        [[ $output == 'bandctl log: Write'*'Usage: bandctl log [OPTION...] SERVICE'*--director*'Exit status:'* ]]
    done
    run bandctl log -h
    [[ $output == 'bandctl log: '*Examples:*--field* && $output != *--director* ]]
    run bandctl log -V
    [[ $output == 'bandctl '[0-9]*' (bandkit)' ]]
}

@test "an unknown command is a usage error that suggests one" {
    run --separate-stderr bandctl lgo a
    [ "$status" -eq 2 ]
    [ "$stderr" = 'bandctl: no such command: "lgo"; did you mean log?' ]
    run --separate-stderr bandctl help xyzzyx
    [ "$stderr" = 'bandctl: no such command: "xyzzyx"; --help lists all' ]
    run --separate-stderr bandctl -j lgo
    [ "$(jq -r .error.exit <<<"$stderr")" = 2 ]
}

@test "without a command the usage is told" {
    run --separate-stderr bandctl
    [ "$status" -eq 2 ]
    [[ $stderr == 'bandctl: COMMAND: missing argument; usage: bandctl '* ]]
    run --separate-stderr bandctl log a
    [[ $stderr == *'SEVERITY: missing argument; usage: bandctl log [OPTION...] SERVICE SEVERITY TEXT' ]]
}

@test "completion offers commands, then what the command takes" {
    run bandctl __complete -- l
    [[ $output == *$'log\tWrite to the logs of a service'* ]]
    run bandctl __complete -- help lo
    [[ $output == $'log\t'* && $output != *$'\nhelp\t'* ]]
    run bandctl __complete -- --dir
    [[ $output == $'--director\t'* ]]
    run bandctl __complete -- -v log --fi
    [[ $output == $'--field\t'* ]]
    run bandctl __complete -- log billing WARN
    [[ $output == $'WARNING\t' ]]
    run bandctl __complete -- nonsense ''
    [ -z "$output" ]
}
