#!/usr/bin/env bats
# send_command as scripts use it; the service is played with redis-cli.

bats_require_minimum_version 1.5.0
load ../support/redis

stream='band:commands:{billing}'

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    redis FLUSHALL >/dev/null
    redis XGROUP CREATE "$stream" billing '$' MKSTREAM >/dev/null
    redis ZADD band:index:commands 0 billing >/dev/null
}

# Answers the next command in the background: serve STATUS BODY [CONTENT_TYPE]
serve() {
    serve_one "$@" 3>&- &
}

serve_one() {
    local entry reply_to correlation_id
    entry=$(redis --json XREADGROUP GROUP billing me COUNT 1 BLOCK 10000 STREAMS "$stream" '>' |
        jq -c --arg stream "$stream" \
            '.[$stream][0][1] | [range(0; length; 2) as $i | {(.[$i]): .[$i + 1]}] | add')
    reply_to=$(jq -r .reply_to <<<"$entry")
    correlation_id=$(jq -r .correlation_id <<<"$entry")
    redis XADD "band:commands:{${reply_to%.*}}" '*' body "$2" routing_key "$reply_to" \
        correlation_id "$correlation_id" status "$1" content_type "${3:-application/json}" >/dev/null
}

@test "a successful result is printed as one line of JSON" {
    serve success $'{"ok": true,\n "n": [1, 2]}'
    run --separate-stderr send_command billing.charge --data '{"amount": 5}'
    [ "$status" -eq 0 ]
    [ "$output" = '{"ok":true,"n":[1,2]}' ]
    [ -z "$stderr" ]
}

@test "on a terminal it is laid out" {
    serve success '{"a": {"b": 1}, "c": {"d": [1]}}'
    run script -qec "send_command billing.charge --data 1 --color never" /dev/null
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -gt 1 ]
}

@test "an error result gives 1, its payload, and the reason on standard error" {
    serve error '{"reason": "declined", "message": "no \u001b money"}'
    run --separate-stderr send_command billing.charge --data 1
    [ "$status" -eq 1 ]
    [ "$output" = '{"reason":"declined","message":"no \u001b money"}' ]
    [ "$stderr" = 'send_command: command "billing.charge": answered with an error: declined: no \x1b money' ]
    serve error '[1, 2]'
    run --separate-stderr send_command billing.charge --data 1
    [[ $stderr == *'answered with an error: [1,2]' ]]
}

@test "CBOR is shown as JSON, -o raw gives the bytes, -o json the envelope" {
    serve success $'\x82\x01\x02' application/cbor
    run send_command billing.charge --data 1
    [ "$output" = '[1,2]' ]
    serve success '{"a":  1}'
    run send_command billing.charge --data 1 -o raw
    [ "$output" = '{"a":  1}' ]
    serve success '{"a":  1}'
    run send_command billing.charge --data 1 -o json --conversation-id talk --correlation-id 7
    [ "$(jq -c '[.command, .status, .conversation_id, .correlation_id, .payload]' <<<"$output")" = \
        '["billing.charge","success","talk","7",{"a":1}]' ]
}

@test "a result that does not parse gives 76" {
    serve success '{"a"'
    run --separate-stderr send_command billing.charge --data 1
    [ "$status" -eq 76 ]
    [[ $stderr == *'-o raw'* ]]
}

@test "a service that nobody knows gives 69 at once, with the name that was meant" {
    run --separate-stderr timeout 10 send_command biling.charge --data 1
    [ "$status" -eq 69 ]
    [ "$stderr" = 'send_command: command "biling.charge": nobody answers to "biling"; did you mean billing?' ]
    run --separate-stderr send_command other.charge --data 1 --no-wait
    [ "$status" -eq 69 ]
}

@test "--no-wait-service gives 69 when no instance is alive" {
    run --separate-stderr timeout 10 send_command billing.charge --data 1 --no-wait-service
    [ "$status" -eq 69 ]
    [[ $stderr == *'no instance of "billing" is alive'* ]]
}

@test "no answer in time gives 124 and says how far the command got" {
    run --separate-stderr send_command billing.charge --data 1 --timeout 200ms
    [ "$status" -eq 124 ]
    [[ $stderr == *'no result within 0.2 s; no instance has taken it yet; it stays queued' ]]
}

@test "--no-wait ends once the command is stored" {
    run --separate-stderr send_command billing.charge --data '{"a": 1}' --no-wait --conversation-id talk
    [ "$status" -eq 0 ]
    [ -z "$output$stderr" ]
    [[ $(redis XRANGE "$stream" - +) == *'{"a": 1}'*billing.charge*talk* ]]
    run send_command billing.charge --data 1 --no-wait -j
    [ "$(jq -r .status <<<"$output")" = sent ]
}

@test "a name without a dot, or a bad payload, sends nothing" {
    local name
    for name in billing .charge billing.; do
        run send_command "$name" --data 1
        [ "$status" -eq 2 ]
    done
    run send_command billing.charge --data '{'
    [ "$status" -eq 65 ]
    run send_command billing.charge missing.json
    [ "$status" -eq 66 ]
    run send_command billing.charge </dev/null
    [ "$status" -eq 2 ]
    [ "$(redis XLEN "$stream")" -eq 0 ]
}

@test "a loop over standard input loses no line" {
    seq 3 | while read -r n; do send_command billing.count --data "$n" --no-wait; done
    [ "$(redis XLEN "$stream")" -eq 3 ]
}

@test "signals end the wait with 130 and 143" {
    local signal pid ended
    for signal in INT:130 TERM:143; do
        # A shell without job control lets its background processes ignore SIGINT.
        env --default-signal=INT send_command billing.charge --data 1 2>message 3>&- &
        pid=$!
        # shellcheck disable=SC2016  # evaluated there
        wait_until '(($(redis XLEN "$stream") > 0))'
        kill -"${signal%:*}" "$pid"
        ended=0
        wait "$pid" || ended=$?
        [ "$ended" -eq "${signal#*:}" ]
        grep -q 'may carry it out all the same' message
        redis XTRIM "$stream" MAXLEN 0 >/dev/null
    done
}

@test "a server that is away gives 75, a wrong password 77 and does not show it" {
    run --separate-stderr send_command unix:///no/such/socket billing.charge --data 1 --timeout 100ms
    [ "$status" -eq 75 ]
    run --separate-stderr send_command "$BAND_BUS?user=nobody&password=canary" billing.charge --data 1
    [ "$status" -eq 77 ]
    [[ $stderr != *canary* ]]
}

@test "standard output that cannot be written gives 74" {
    serve success 1
    run bash -c 'send_command billing.charge --data 1 >/dev/full'
    [ "$status" -eq 74 ]
}

@test "completion offers the services" {
    [ "$(send_command __complete -- bil | cut -f 1)" = billing. ]
    [ "$(send_command __complete -- billing.charge '' | xargs)" = @files ]
}
