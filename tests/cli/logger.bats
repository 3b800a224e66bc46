#!/usr/bin/env bats
# logger on a private Redis. Logs are put there by redis-cli, as any other language would.

bats_require_minimum_version 1.5.0
load ../support/redis

setup() {
    unset NO_COLOR CLICOLOR_FORCE BAND_OUTPUT
    export TERM=xterm TZ=UTC
    cd "$BATS_TEST_TMPDIR" || return
    redis FLUSHALL >/dev/null
}

# put SERVICE SEVERITY BODY
put() {
    redis XADD "band:logs:{$1}" '*' routing_key "$1.$2" body "$3" >/dev/null
    if [ "$(redis ZADD band:index:logs NX 0 "$1")" = 1 ]; then
        redis PUBLISH band:index:logs "$1" >/dev/null
    fi
}

# gelf SERVICE SEVERITY LEVEL TEXT [MORE]
gelf() {
    put "$1" "$2" "{\"version\": \"1.1\", \"short_message\": \"$4\", \"full_message\": \"one\\ntwo\", \"level\": $3, \"host\": \"$1@vm\", \"timestamp\": 1795218620.53827, \"_conversation_id\": \"c1\", \"_logical_service\": \"$1\", \"_worker_pid\": 24${5-}}"
}

on_terminal() {
    local command
    printf -v command '%q ' "$@"
    script -qec "$command" /dev/null
}

@test "each log is a line of time, service, severity and text" {
    gelf pong INFO 6 Echoing
    put pong warning '[pong-12] of the first version'
    put pong ERROR 'no GELF at all'
    run logger --no-follow
    [ "${lines[0]}" = '2026-11-20T23:50:20.538Z [pong.INFO] Echoing' ]
    [[ ${lines[1]} == *'[pong.WARNING] of the first version' ]]
    [[ ${lines[2]} == *'[pong.ERROR] no GELF at all' ]]
}

@test "a follower sees what comes, from services that did not exist, too" {
    logger -v -c 2 >out 2>err 3>&- &
    local pid=$!
    wait_until 'grep -q watching err'
    gelf new INFO 6 first
    gelf other ERROR 3 second
    wait "$pid"
    [[ $(<out) == *'[new.INFO] first'*'[other.ERROR] second'* ]]
}

@test "patterns, a service alone, severities in any case" {
    gelf billing INFO 6 a
    gelf billing ERROR 3 b
    gelf shop.eu ERROR 3 c
    put billing error d
    texts() { logger --no-follow "$@" | awk '{ print $NF }' | paste -sd,; }
    [ "$(texts --filter billing)" = a,b,d ]
    [ "$(texts --filter billing.error)" = b,d ]
    [ "$(texts --filter '#.ERROR')" = b,c,d ]
    [ "$(texts --filter shop.eu.\*)" = c ]
    [ "$(texts "$BAND_BUS" --filter billing.INFO shop.#)" = a,c ]
    [ "$(texts --level warning)" = b,c,d ]
    [ "$(texts --level 6 -n 1)" = d ]
    run logger --level loud
    [ "$status" -eq 2 ]
}

@test "fields choose, with and without the underscore" {
    gelf pong INFO 6 a ', "_order.id": 5, "_user": "Ann"'
    gelf pong INFO 6 b ', "_user": "Bob"'
    put pong INFO plain
    [[ $(logger --no-follow --field user=Bob) == *'] b' ]]
    [[ $(logger --no-follow --field _order.id=5 worker_pid=24) == *'] a' ]]
    [ -z "$(logger --no-follow --field user=Cid)" ]
    run logger --field user
    [ "$status" -eq 2 ]
}

@test "the full message is there when asked for, indented" {
    gelf pong INFO 6 short
    [ "$(logger --no-follow | wc -l)" -eq 1 ]
    run logger --no-follow --full
    [ "${lines[1]}" = '    one' ]
    [ "${lines[2]}" = '    two' ]
}

@test "-o json is the GELF object, -o raw the body behind its key" {
    gelf pong INFO 6 a
    put pong ERROR '[pong-12] text'
    run logger --no-follow -j
    [ "$(jq -c '[.short_message, .level, ._worker_pid]' <<<"$output" | paste -sd' ')" = \
        '["a",6,24] ["text",3,12]' ]
    run logger --no-follow -o raw
    [[ ${lines[0]} == '[pong.INFO] {"version": "1.1", "short_message": "a",'* ]]
    [ "${lines[1]}" = '[pong.ERROR] [pong-12] text' ]
}

@test "what services write reaches a terminal harmless" {
    local evil=$'\e]0;title\a\u009b31m\u202e\r\x7f' plain
    put "svc$evil" INFO "$evil"
    put svc "$evil" $'\xff\xfe\e[31m'
    put svc INFO "{\"short_message\": \"\\u001b[2J\\u009b\", \"full_message\": \"\\u001b[2J\\n\\u0007\"}"
    for form in table json raw; do
        run on_terminal logger --no-follow --full --color never -o "$form"
        [[ $output == *svc* || $output == *short* ]]
        plain=${output//$'\r\n'/}
        plain=${plain%$'\r'} # of the last line end
        LC_ALL=C run ! grep -P '[\x01-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' <<<"$plain"
    done
}

@test "colour tells the severity" {
    gelf pong ERROR 3 a
    [[ $(logger --no-follow --color always) == *$'\e[31m[pong.ERROR]\e[0m a' ]]
    [[ $(logger --no-follow) != *$'\e'* ]]
}

@test "called the way of util-linux it names the other one" {
    local words
    for words in '-t tag text' 'some text' '-p user.notice x' '-i x' '-s x' '--tag=x y' '-is x'; do
        # shellcheck disable=SC2086  # split on purpose
        run --separate-stderr logger $words
        [ "$status" -eq 2 ]
        [[ $stderr == *'/usr/bin/logger'* ]]
    done
}

@test "a reader that goes away ends it quietly, a signal with 0" {
    gelf pong INFO 6 a
    timeout 10 logger -n 1 2>err | true
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ ! -s err ]
    logger -v >out 2>err 3>&- &
    local pid=$!
    wait_until 'grep -q watching err'
    kill -TERM "$pid"
    wait "$pid"
}
