#!/usr/bin/env bats
# monitor on a private Redis. Messages are put there by redis-cli, as any other language would.
# shellcheck disable=SC2016  # conditions are expanded while they are waited for

bats_require_minimum_version 1.5.0
load ../support/redis

setup() {
    unset NO_COLOR CLICOLOR_FORCE BAND_OUTPUT
    export TERM=xterm TZ=UTC
    cd "$BATS_TEST_TMPDIR" || return
    redis FLUSHALL >/dev/null
}

teardown() {
    [ -z "${watcher-}" ] || kill -KILL "$watcher" 2>/dev/null || true
}

# put KIND TOPIC FIELD VALUE...: an entry of a stream, and its topic in the index.
put() {
    local kind=$1 topic=$2
    shift 2
    redis XADD "band:$kind:{$topic}" '*' "$@" >/dev/null
    if [ "$(redis ZADD "band:index:$kind" NX 0 "$topic")" = 1 ]; then
        redis PUBLISH "band:index:$kind" "$topic" >/dev/null
    fi
}

# Starts monitor in the background and returns once it watches.
watch() {
    monitor -v "$@" >out 2>err 3>&- &
    watcher=$!
    wait_until 'grep -q watching err'
}

stop_watching() {
    kill -INT "$watcher"
    wait "$watcher"
}

on_terminal() {
    local command
    printf -v command '%q ' "$@"
    script -qec "$command" /dev/null
}

@test "events, commands, results and configurations come as one object a line" {
    watch
    put events OrderPlaced body '{"n": 1}' conversation_id c1 source shop
    put commands billing routing_key billing.charge body '[]' reply_to me.return correlation_id r1
    put commands me routing_key me.return body '{"ok":true}' correlation_id r1 status success
    put configurations Prices body '{}'
    wait_until '[ "$(wc -l <out)" -eq 4 ]'
    stop_watching
    [ "$(jq -r '"\(.kind) \(.routing_key)"' out | paste -sd,)" = \
        'event OrderPlaced,command billing.charge,result me.return,configuration Prices' ]
    [ "$(jq -c 'select(.kind == "event") | [.payload.n, .conversation_id, .source]' out)" = '[1,"c1","shop"]' ]
    [ "$(jq -r 'select(.kind == "result") | .status' out)" = success ]
}

@test "patterns choose, and an option without one means all of its kind" {
    put events shop.OrderPlaced body 1
    put events shop.eu.OrderPlaced body 2
    put commands billing routing_key billing.charge body 3
    put commands billing routing_key billing.refund body 4
    [ "$(monitor --no-follow -o raw --events 'shop.*')" = 1 ]
    [ "$(monitor --no-follow -o raw --events 'shop.#')" = $'1\n2' ]
    [ "$(monitor --no-follow -o raw --commands '*.refund')" = 4 ]
    [ "$(monitor --no-follow -o name --events)" = $'shop.OrderPlaced\nshop.eu.OrderPlaced' ]
    [ "$(monitor "$BAND_BUS" --commands billing.charge --no-follow -o raw)" = 3 ]
}

@test "payload fields and conversations choose" {
    put events E body '{"order":{"id":5,"tags":["a","b"]}}' conversation_id c1
    put events E body '{"order":{"id":6}}' conversation_id c2
    put events E body 'no JSON'
    [ "$(monitor --no-follow -o raw --filter-fields order.id=6)" = '{"order":{"id":6}}' ]
    [ "$(monitor --no-follow -o json --filter_fields order.id=5 order.tags.1=b | jq -r .conversation_id)" = c1 ]
    [ -z "$(monitor --no-follow --filter-fields order.id=7)" ]
    [ "$(monitor --no-follow -o raw --conversation c2)" = '{"order":{"id":6}}' ]
    run monitor --filter-fields order
    [ "$status" -eq 2 ]
}

@test "--since and --last look back, in the order of time over all topics" {
    local i
    for i in 1 2 3 4; do
        put events "Topic$((i % 2))" body "$i"
    done
    [ "$(monitor --no-follow -o raw | paste -sd,)" = 1,2,3,4 ]
    [ "$(monitor --no-follow -o raw -n 2 | paste -sd,)" = 3,4 ]
    [ "$(monitor --no-follow -o raw --since 1h | paste -sd,)" = 1,2,3,4 ]
    [ -z "$(monitor --no-follow -o raw --since 2050-01-01T00:00:00Z)" ]
    [ "$(monitor -o raw --since 1h -c 3 | paste -sd,)" = 1,2,3 ]
    [ -z "$(monitor --no-follow -n 0)" ]
    run monitor --since 1h --last 3
    [ "$status" -eq 2 ]
    run --separate-stderr monitor --since yesterday
    [ "$status" -eq 2 ]
    [[ $stderr == *'--since "yesterday"'* ]]
}

@test "a time-out with too little is exit code 124, enough is 0" {
    put events E body 1
    run --separate-stderr monitor --timeout 50ms
    [ "$status" -eq 124 ]
    [[ $stderr == *'no message'*'--timeout 50ms'* ]]
    run --separate-stderr monitor -n 1 -c 2 --idle-timeout 50ms
    [ "$status" -eq 124 ]
    [[ $stderr == *'1 of 2 messages'* ]]
    run monitor -n 1 --idle-timeout 50ms
    [ "$status" -eq 0 ]
}

@test "a signal ends it with 0" {
    local signal
    for signal in INT TERM; do
        watch
        kill -"$signal" "$watcher"
        wait "$watcher"
    done
}

@test "a reader that goes away ends it quietly, also while nothing comes" {
    put events E body 1
    put events E body 2
    timeout 10 monitor -n 2 2>err | head -1
    [ "${PIPESTATUS[0]}" -eq 0 ]
    timeout 10 monitor 2>>err | true
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ ! -s err ]
}

@test "a full disk is exit code 74" {
    put events E body 1
    run bash -c 'monitor --no-follow >/dev/full'
    [ "$status" -eq 74 ]
}

@test "it leaves nothing in Redis" {
    put events E body 1
    before=$(redis KEYS '*' | sort)
    watch --since 1h
    wait_until '[ -s out ]'
    [ "$(redis KEYS '*' | sort)" = "$before" ]
    [ -z "$(redis XINFO GROUPS 'band:events:{E}')" ]
    kill -KILL "$watcher"
    wait_until '[ "$(redis CLIENT LIST | grep -c xread)" -eq 0 ]'
    [ "$(redis KEYS '*' | sort)" = "$before" ]
}

@test "the human view has time, kind, key, conversation, source and a pretty payload" {
    put events OrderPlaced body '{"a":{"b":[1,2]}}' conversation_id c1 source shop
    run monitor --no-follow -o table
    [[ ${lines[0]} =~ ^[0-9:.]{12}\ event\ OrderPlaced\ \ conversation\ c1\ \ from\ shop$ ]]
    [ "${lines[1]}" = '  {' ]
    [ "${lines[2]}" = '    "a": {' ]
    run on_terminal monitor --no-follow
    [[ $output == *$'\e[32mevent\e[0m \e[1mOrderPlaced\e[0m'* ]]
}

@test "what senders write reaches a terminal harmless" {
    local evil=$'\e]0;title\a\u009b31m\u202e\r\x7f' plain
    put events "E$evil" body "{\"a$evil\":\"\\u001b[2J$evil\"}" conversation_id "c$evil" source "$evil" status "$evil" "h$evil" "$evil"
    put events Plain body "$evil"
    put events Binary body $'\xff\xfe\x1b[31m' content_type application/cbor
    for form in table json name; do
        run on_terminal monitor --no-follow --color never -o "$form"
        [[ $output == *Plain* ]]
        plain=${output//$'\r\n'/}
        plain=${plain%$'\r'} # of the last line end
        LC_ALL=C run ! grep -P '[\x01-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' <<<"$plain"
    done
}

@test "payloads that are no JSON do not stop it" {
    put events E body '{"cut":'
    put events E body ''
    put events E body $'\xa1\x61\x61\x01' content_type application/cbor
    run monitor --no-follow -o ndjson
    [ "$(jq -c .payload <<<"$output" | paste -sd,)" = 'null,null,{"a":1}' ]
    [ "$(jq -r '.payload_base64 // "-"' <<<"$output" | paste -sd,)" = 'eyJjdXQiOg==,-,oWFhAQ==' ]
    run monitor --no-follow -o table
    [[ $output == *'{"cut":'* ]]
}

@test "a payload of 20 MB goes through" {
    head -c 20000000 /dev/zero | tr '\0' x | sed 's/^/"/; s/$/"/' >big
    redis -x XADD 'band:events:{Big}' '*' body <big >/dev/null
    redis ZADD band:index:events 0 Big >/dev/null
    monitor --no-follow -o raw >got
    cmp <(tr -d '\n' <big) <(tr -d '\n' <got)
    [ "$(monitor -n 1 --no-follow | wc -c)" -gt 20000000 ]
}

@test "--save writes a file for each payload and never overwrites" {
    put events OrderPlaced body '{"a":1}' conversation_id c1
    put events OrderPlaced body '{"a":2}' conversation_id c1
    put commands me routing_key me.return body '3' conversation_id c2 status success
    monitor --no-follow --save --json -o name >/dev/null
    [ "$(printf '%s\n' * | paste -sd,)" = 'OrderPlaced.c1.2.json,OrderPlaced.c1.json,me.return-result.c2.json' ]
    [ "$(cat OrderPlaced.c1.2.json)" = '{"a":2}' ]
    monitor --no-follow --save --json --events >/dev/null
    [ "$(cat OrderPlaced.c1.json)" = '{"a":1}' ]
    [ -f OrderPlaced.c1.4.json ]
    mkdir there
    run monitor --no-follow --save --save-dir there -o table
    [[ $output == *'Payload saved as OrderPlaced.c1.cbor'* ]]
    [ "$(xxd -p there/OrderPlaced.c1.cbor)" = a1616101 ]
    [ -z "$(find . -name '.monitor-*')" ]
}

@test "--save stays in its folder whatever a sender wrote" {
    local long
    long=$(printf 'x%.0s' {1..250})
    mkdir there && ln -s /tmp there/link
    put events '../../up' body 1 conversation_id '../../../etc/x'
    put events '/abs' body 2 conversation_id "$long"
    put events '.hidden' body 3
    put events "-$long" body 4 conversation_id $'a\nb\x01'
    monitor --no-follow --save -j --save-dir there >/dev/null
    [ "$(find there -type f | wc -l)" -eq 4 ]
    [ "$(find . -newer there/link -type f -not -path './there/*' | wc -l)" -eq 0 ]
    [ "$(find there -type f -regex 'there/[A-Za-z0-9._-]+' | wc -l)" -eq 4 ]
    [ "$(find there -type f -name '[.-]*' | wc -l)" -eq 0 ]
    [ "$(find there -type f -printf '%f\n' | awk '{ if (length > m) m = length } END { print m }')" -le 200 ]
}

@test "--save into no folder is exit code 73, onto a full disk 74 without half a file" {
    put events E body "\"$(head -c 100000 /dev/zero | tr '\0' x)\""
    run monitor --no-follow --save --save-dir none
    [ "$status" -eq 73 ]
    run --separate-stderr bash -c 'trap "" XFSZ; ulimit -f 8; monitor --no-follow --save -o name >/dev/null'
    [ "$status" -eq 74 ]
    [[ $stderr == *'E.'* ]]
    [ -z "$(find . -name 'E.*' -o -name '.monitor-*')" ]
}

@test "--stats counts by routing key" {
    put events A body 12
    put events A body 34
    put events B body 5
    run monitor --stats --no-follow -o json
    [ "$(jq -c '[.total, .total_bytes, [.topics[] | [.routing_key, .total]]]' <<<"${lines[-1]}")" = \
        '[3,5,[["A",2],["B",1]]]' ]
    run monitor --stats --no-follow -o table
    [[ $output == *'event '*' A '*' 2 '*'all '* ]]
    run monitor --stats --save
    [ "$status" -eq 2 ]
}

@test "a wrong password is 77, nobody there is 69" {
    redis CONFIG SET requirepass canary >/dev/null
    run --separate-stderr monitor --no-follow
    redis -a canary --no-auth-warning CONFIG SET requirepass '' >/dev/null
    [ "$status" -eq 77 ]
    [[ $stderr != *canary* ]]
    run --separate-stderr monitor unix:///no/such/socket --timeout 200ms
    [ "$status" -eq 69 ]
    [[ $stderr == *'/no/such/socket'* ]]
}
