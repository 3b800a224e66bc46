#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets status, output and the like
# shellcheck disable=SC2016  # conditions stand in single quotes
# bandctl call, notify and status, with the service of examples/services/hello.

bats_require_minimum_version 1.5.0
load ../support/redis

setup_file() {
    start_redis
    unset NAME
    "$SOURCE_DIR/examples/services/hello/run" 3>&- &
    export HELLO_PID=$!
    wait_until 'bandctl status hello >/dev/null 2>&1'
}

teardown_file() {
    kill -TERM "$HELLO_PID"
    stop_redis
}

setup() {
    unset NO_COLOR CLICOLOR_FORCE BAND_OUTPUT BAND_TIMEOUT
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
    cd "$BATS_TEST_TMPDIR" || return
}

# Ends what a test has in the background.
teardown() {
    local pid
    for pid in $(jobs -p); do
        kill -KILL "$pid" 2>/dev/null || true
    done
}

@test "call prints the result as JSON on one line, or a text as it is" {
    run --separate-stderr bandctl call hello hello name=Ada
    [ "$status" -eq 0 ]
    [ "$output" = '"Hello, Ada!"' ]
    [ -z "$stderr" ]
    run bandctl call hello hello name=Ada -o raw
    [ "$output" = 'Hello, Ada!' ]
    run bandctl call hello hello -j
    [ "$output" = '"Hello, world!"' ]
}

@test "arguments are texts, JSON values, all at once, or standard input" {
    run bandctl call hello echo a=1 b:=1 c:='{"x": [true, null]}' d= e=k=v f='"q"' 'g h=é/'
    [ "$output" = '{"a":"1","b":1,"c":{"x":[true,null]},"d":"","e":"k=v","f":"\"q\"","g h":"é/"}' ]
    run bandctl call hello add --params '[1, 2]'
    [ "$output" = 3 ]
    run bandctl call hello echo - <<<'{"n": 12345678901234567890}'
    [ "$output" = '{"n":12345678901234567890}' ]
    run bandctl call hello echo
    [ "$output" = '{}' ]
}

@test "standard input is left alone unless it is asked for" {
    run bash -c 'printf "one\ntwo\n" | while read -r x; do bandctl call hello echo x="$x"; done'
    [ "$output" = $'{"x":"one"}\n{"x":"two"}' ]
}

@test "a method that is not there: the one that is meant is told, or all that are" {
    run --separate-stderr bandctl call hello ecco
    [ "$status" -eq 1 ]
    [[ $stderr == *'(-32601); did you mean echo?' ]]
    run --separate-stderr bandctl call hello nothing
    [[ $stderr == *'(-32601); it has hello, echo, add' ]]
}

@test "an address that is wrong is the fault of who gave it" {
    BAND_BUS=nonsense run --separate-stderr bandctl call hello echo
    [[ $status -eq 78 && $stderr == 'bandctl: BAND_BUS: URL "nonsense": '* ]]
    BAND_BUS='' REDIS_URL=http://x run --separate-stderr bandctl call hello echo
    [[ $status -eq 78 && $stderr == 'bandctl: REDIS_URL: URL "http://x": '* ]]
    BAND_URL=nonsense run --separate-stderr bandctl call hello echo
    [[ $status -eq 78 && $stderr == 'bandctl: BAND_URL: '* ]]
    SERVREG_URL=nonsense run --separate-stderr bandctl locate hello
    [[ $status -eq 78 && $stderr == 'bandctl: SERVREG_URL: '* ]]
    run --separate-stderr bandctl call hello echo --url nonsense
    [[ $status -eq 2 && $stderr == 'bandctl: URL "nonsense": '* ]]
}

@test "wrong arguments are told, with the place in the JSON" {
    run --separate-stderr bandctl call hello echo a=1 a:=2
    [[ $status -eq 2 && $stderr == 'bandctl: argument "a": is given twice' ]]
    run --separate-stderr bandctl call hello echo name
    [ "$status" -eq 2 ]
    [[ $stderr == 'bandctl: ARGUMENT "name": is no NAME=VALUE; '* ]]
    run --separate-stderr bandctl call hello echo 'a:={'
    [ "$status" -eq 65 ]
    [[ $stderr == 'bandctl: argument "a":1:2: '* ]]
    run --separate-stderr bandctl call hello echo --params 5
    [ "$status" -eq 65 ]
    run --separate-stderr bandctl call hello echo - <<<'[1,'
    [ "$status" -eq 65 ]
    [[ $stderr == 'bandctl: stdin:2:1: '* ]]
    run bandctl call hello echo --params '{}' a=1
    [ "$status" -eq 2 ]
    run bandctl call he:llo echo
    [ "$status" -eq 2 ]
}

@test "an error answer is told with its code, status 1" {
    run --separate-stderr bandctl call hello nosuch
    [ "$status" -eq 1 ]
    [ "$stderr" = 'bandctl: hello.nosuch: Method not found (-32601); it has hello, echo, add' ]
    run --separate-stderr bandctl call hello add a=1
    [ "$status" -eq 1 ]
    [ "$stderr" = 'bandctl: hello.add: add takes two numbers, a and b (-32000)' ]
    run --separate-stderr bandctl call hello nosuch -j
    [ "$(jq -r '.error.exit, .error.why' <<<"$stderr")" = $'1\nMethod not found (-32601)' ]
}

@test "nobody there is known at once, and who may have been meant is told" {
    run --separate-stderr timeout 5 bandctl call helo hello
    [ "$status" -eq 69 ]
    [ "$stderr" = 'bandctl: helo.hello: nobody answers to "helo"; did you mean hello?' ]
    run --separate-stderr bandctl notify ghost hello
    [ "$status" -eq 69 ]
    [[ $stderr == *'nobody answers to "ghost"; is the service running?' ]]
    run --separate-stderr bandctl call hello hello --url "unix://$BATS_TEST_TMPDIR/none"
    [ "$status" -eq 69 ]
}

@test "a service that does not answer in time: 124" {
    redis SUBSCRIBE mute 3>&- >/dev/null &
    wait_until '[[ $(redis PUBSUB NUMSUB mute) == *1 ]]'
    run --separate-stderr bandctl call mute hello --timeout 100ms
    [ "$status" -eq 124 ]
    [[ $stderr == 'bandctl: mute.hello: no answer in time; '* ]]
}

@test "a signal ends the wait, and says so by the status" {
    redis SUBSCRIBE silent 3>&- >requests &
    wait_until '[[ $(redis PUBSUB NUMSUB silent) == *1 ]]'
    bandctl call silent hello --timeout 0 3>&- 2>err &
    local pid=$! rc=0
    wait_until 'grep -q silent:hello requests'
    kill -TERM $pid
    wait $pid || rc=$?
    [ "$rc" -eq 143 ]
    grep -q 'interrupted before the answer came' err
}

@test "an answer that could steer the terminal is shown, not sent" {
    run bandctl call hello echo a:='"\u001b[2J\u202e"'
    [ "$output" = '{"a":"\u001b[2J\u202e"}' ]
}

@test "notify reaches whoever listens, and waits for nobody" {
    redis SUBSCRIBE listener 3>&- >heard &
    wait_until '[[ $(redis PUBSUB NUMSUB listener) == *1 ]]'
    run bandctl notify listener refresh depth:=2
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    wait_until 'grep -q refresh heard'
    [[ $(cat heard) == *'"method": "listener:refresh:call-'*'", "params": {"depth": 2}}'* ]]
}

@test "status tells what a service says of itself" {
    run bandctl status hello
    [ "$status" -eq 0 ]
    [[ $output == $'hello is running\n  since    20'*$'\n  methods  hello, echo, add' ]]
    run bandctl status hello -j
    [ "$(jq -c '[.name, .state, .methods[0]]' <<<"$output")" = '["hello","running",{"name":"hello","role":"handler"}]' ]
    run bandctl status hello -o raw
    [ "$(jq -c .methods <<<"$output")" = '[["hello","handler"],["echo","handler"],["add","handler"]]' ]
    run bandctl status ghost
    [ "$status" -eq 4 ]
    [[ $output == 'ghost is unknown'* ]]
    run bandctl status ghost -j
    [ "$output" = '{"name":"ghost","state":"unknown"}' ]
}

@test "completion offers services that answer, and their methods" {
    run bandctl __complete -- call he
    [[ $output == *hello* ]]
    run bandctl __complete -- call hello a
    [[ $output == $'add\thandler'* ]]
}
