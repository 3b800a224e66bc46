#!/usr/bin/env bats
# publish_event as scripts use it. What the server and the network do to it is in
# tests/integration/publisher_faults_test.cpp.

bats_require_minimum_version 1.5.0
load ../support/redis

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    redis FLUSHALL >/dev/null
}

# The field $2 of every event of the name $1.
stored() {
    redis --json XRANGE "band:events:{$1}" - + |
        jq -r --arg field "$2" '.[][1] | [range(0; length; 2) as $i | {(.[$i]): .[$i + 1]}] | add | .[$field] // ""'
}

@test "a file, standard input and --data are published" {
    echo '{"id": 1}' >order.json
    publish_event OrderPlaced order.json
    publish_event OrderPlaced - <order.json
    publish_event OrderPlaced <order.json
    echo '{"id": 2}' | publish_event OrderPlaced
    publish_event OrderPlaced --data '{"id": 3}'
    publish_event "$BAND_BUS" OrderPlaced order.json
    [ "$(stored OrderPlaced body | jq -c .id | xargs)" = '1 1 1 2 3 1' ]
}

@test "it says nothing when it is not on a terminal, and one object with -o json" {
    run --separate-stderr publish_event E --data 1
    [ "$status" -eq 0 ]
    [ -z "$output$stderr" ]
    run --separate-stderr publish_event E --data 1 -o json --conversation-id talk
    [ "$(jq -c '[.event, .conversation_id, .count]' <<<"$output")" = '["E","talk",1]' ]
    [ "$(jq -r .id <<<"$output")" = "$(redis XREVRANGE 'band:events:{E}' + - COUNT 1 | head -n 1)" ]
    run script -qec "publish_event E --data 1 --conversation-id talk" /dev/null
    [[ $output == *"published E, conversation talk"* ]]
}

@test "a loop over standard input loses no line" {
    seq 5 | while read -r n; do publish_event E --data "$n"; done
    [ "$(stored E body | xargs)" = '1 2 3 4 5' ]
}

@test "without a payload it says how to give one, and does not wait" {
    run --separate-stderr publish_event E </dev/null
    [ "$status" -eq 2 ]
    [[ $stderr == *'--data TEXT'* ]]
    run timeout 10 script -qec "publish_event E" /dev/null
    [[ $output == *'missing argument'* ]]
}

@test "arguments that contradict each other are usage errors" {
    local words
    for words in '' 'E f.json --data 1' 'E --lines --cbor-seq' 'E --lines --data 1' 'E --rate 5' \
        'E --skip 1' 'E --skip-bad f' 'E --lines --rate 0' 'E --lines --format cbor' \
        'E f --event-field t' '--cbor-seq --in envelope' 'E f --lines --in envelope' 'E --format xml'; do
        # shellcheck disable=SC2086  # split on purpose
        run --separate-stderr publish_event $words <<<1
        [ "$status" -eq 2 ]
        [ -z "$output" ]
    done
    [ "$(redis DBSIZE)" -eq 0 ]
}

@test "a file that cannot be read gives 66" {
    run --separate-stderr publish_event E missing.json
    [ "$status" -eq 66 ]
    [ "$stderr" = 'publish_event: missing.json: No such file or directory' ]
    run publish_event E .
    [ "$status" -eq 66 ]
}

@test "a malformed payload is named with its place and never sent" {
    printf '{\n  "a": 1,\n  "b" 2\n}\n' >bad.json
    run --separate-stderr publish_event E bad.json
    [ "$status" -eq 65 ]
    [[ $stderr == 'publish_event: bad.json:3:7: '* ]]
    run --separate-stderr publish_event E --data '{"a": nan}'
    [[ $stderr == 'publish_event: --data:1:8: '* ]]
    [ "$status" -eq 65 ]
    printf '\x82\x01' >bad.cbor
    run --separate-stderr publish_event E bad.cbor
    [ "$status" -eq 65 ]
    [[ $stderr == 'publish_event: bad.cbor:byte 2: '* ]]
    : >empty.json
    run publish_event E empty.json
    [ "$status" -eq 65 ]
    [ "$(redis DBSIZE)" -eq 0 ]
}

@test "a repeated key is warned of" {
    run --separate-stderr publish_event E --data '{"a": 1, "a": 2}'
    [ "$status" -eq 0 ]
    [ "$stderr" = 'publish_event: --data:1:11: key "a" comes twice; the last one counts' ]
}

@test "--max-size refuses what is larger" {
    run --separate-stderr publish_event E --data 12345 --max-size 4
    [ "$status" -eq 65 ]
    publish_event E --data 1234 --max-size 4
    printf '1\n22222\n' >lines
    run --separate-stderr publish_event E --lines lines --max-size 4
    [ "$status" -eq 65 ]
    [[ $stderr == *'lines:2:1: the line is longer'*'--skip 1' ]]
    run publish_event E <(head -c 20000000 /dev/zero)
    [ "$status" -eq 65 ]
}

@test "what is read and what is sent are chosen apart" {
    printf '\xa1\x61a\x01' >one.cbor
    publish_event A one.cbor
    [ "$(stored A content_type)" = application/cbor ]
    publish_event B one.cbor --as json
    [ "$(stored B body)$(stored B content_type)" = '{"a":1}' ]
    cp one.cbor one.bin
    publish_event C one.bin --format cbor --as json
    [ "$(stored C body)" = '{"a":1}' ]
    publish_event D --data '{"a": 1}' --as cbor
    [ "$(stored D content_type)" = application/cbor ]
    redis --raw XRANGE 'band:events:{D}' - + | grep -aqF $'\xa1\x61a\x01'
}

@test "every line is an event; blank lines, CRLF and a missing last newline are fine" {
    printf '1\r\n\n  \n{"a": 2}\n3' | publish_event E --lines
    [ "$(stored E body | xargs)" = '1 {a: 2} 3' ]
    run --separate-stderr publish_event E --lines -o json </dev/null
    [ "$status" -eq 2 ]
    : >empty
    run --separate-stderr publish_event E --lines empty -o json
    [ "$(jq .count <<<"$output")" = 0 ]
}

@test "events of a stream have conversations of one run, or the one that is given" {
    printf '1\n2\n3\n' >lines
    run=$(publish_event E --lines lines -o json | jq -r .conversation_id)
    [ "$(stored E conversation_id | xargs)" = "$run-1 $run-2 $run-3" ]
    publish_event F --lines lines --conversation-id talk --source shop
    [ "$(stored F conversation_id | sort -u)$(stored F source | sort -u)" = talkshop ]
}

@test "a CBOR sequence is cut into its items" {
    printf '\x01\x82\x02\x03\x61x' >items
    publish_event E --cbor-seq items --as json
    [ "$(stored E body | xargs)" = '1 [2,3] x' ]
    publish_event F --cbor-seq items
    [ "$(stored F content_type | sort -u)" = application/cbor ]
    printf '\x01\x82\x02' >items
    run --separate-stderr publish_event G --cbor-seq items
    [ "$status" -eq 65 ]
    [[ $stderr == 'publish_event: items:byte 3: '*'1 event is published'*'--skip 1' ]]
    { printf '\x01\x82\x02'; sleep 0.1; printf '\x03\x61x'; } | publish_event H --cbor-seq --as json
    [ "$(stored H body | xargs)" = '1 [2,3] x' ]
}

@test "--event-field names each event" {
    printf '{"m": {"type": "A"}}\n{"m": {"type": "B"}}\n' | publish_event --lines --event-field m.type
    [ "$(stored A body)$(stored B body)" = '{"m": {"type": "A"}}{"m": {"type": "B"}}' ]
    publish_event --event-field type --data '{"type": "C"}'
    [ "$(stored C body)" = '{"type": "C"}' ]
    printf '{"type": "A"}\n{"type": 1}\n' >lines
    run --separate-stderr publish_event --lines --event-field type lines
    [ "$status" -eq 65 ]
    [[ $stderr == *'lines:2:1: --event-field "type": the field is no string'* ]]
    run --separate-stderr publish_event --event-field name --data '{"type": 1}'
    [ "$status" -eq 65 ]
}

@test "an envelope brings name, ids and payload" {
    cat >recorded <<'END'
{"kind":"event","routing_key":"A","conversation_id":"talk","source":"shop","payload":{"a":1}}
{"kind":"event","routing_key":"B","payload_base64":"AQ==","content_type":"application/cbor"}
{"kind":"command","routing_key":"billing.charge","payload":1}
END
    run --separate-stderr publish_event --lines --in envelope recorded
    [ "$status" -eq 65 ]
    [[ $stderr == *'recorded:3:1: it is a command, not an event'*'2 events are published'* ]]
    [ "$(stored A body)$(stored A conversation_id)$(stored A source)" = '{"a":1}talkshop' ]
    [ "$(stored B content_type)" = application/cbor ]
    head -n 1 recorded | publish_event - --in envelope # envelopes are lines: --lines goes without saying
    [ "$(redis XLEN 'band:events:{A}')" -eq 2 ]
}

@test "a bad line ends the stream, says how far it got, and --skip goes on" {
    printf '1\n\n2\n3 x\n4\n' >lines
    run --separate-stderr publish_event E --lines lines -o json
    [ "$status" -eq 65 ]
    [ "$(jq -r .error.what <<<"$stderr")" = lines:4:3 ]
    [[ $(jq -r .error.hint <<<"$stderr") == '2 events are published; after mending go on with --skip 2' ]]
    [ "$(jq -c '[.count, .skip]' <<<"$output")" = '[2,2]' ]
    sed -i 's/ x//' lines
    publish_event E --lines lines --skip 2
    [ "$(stored E body | xargs)" = '1 2 3 4' ]
}

@test "--skip-bad puts bad lines aside and ends with 1" {
    head -c 100 /dev/zero | tr '\0' 7 >long
    { printf '1\n{"a"\n2\n'; cat long; printf '\nx\n3\n'; } >lines
    run --separate-stderr publish_event E --lines lines --skip-bad bad --max-size 50 -o json
    [ "$status" -eq 1 ]
    [ "$(jq -c '[.count, .bad, .skip]' <<<"$output")" = '[3,3,6]' ]
    [ "$(stored E body | xargs)" = '1 2 3' ]
    [ "$(cat bad)" = "$(printf '{"a"\n%s\nx' "$(cat long)")" ]
    run publish_event E --lines lines --skip-bad /no/such/folder/bad
    [ "$status" -eq 73 ]
    run publish_event E --lines lines --skip-bad /dev/full
    [ "$status" -eq 74 ]
}

@test "--rate spreads the events" {
    local start=$EPOCHREALTIME
    seq 11 | publish_event E --lines --rate 50
    ((${EPOCHREALTIME/./} - ${start/./} >= 180000))
    [ "$(stored E body | wc -l)" -eq 11 ]
}

@test "--mandatory fails when no service is subscribed" {
    run --separate-stderr publish_event E --data 1 --mandatory
    [ "$status" -eq 1 ]
    [[ $stderr == *'no service is subscribed'* ]]
    redis XGROUP CREATE 'band:events:{E}' billing '$' MKSTREAM
    publish_event E --data 1 --mandatory
}

@test "a name that no bus carries is refused with 65" {
    run --separate-stderr publish_event "$(printf 'x%.0s' {1..256})" --data 1
    [ "$status" -eq 65 ]
    [[ $stderr == *'longer than 255 bytes'* ]]
    run publish_event 'a{b}' --data 1
    [ "$status" -eq 65 ]
}

@test "standard output that cannot be written gives 74, a reader that went away is no error" {
    run --separate-stderr bash -c 'publish_event E --data 1 -o json >/dev/full'
    [ "$status" -eq 74 ]
    run --separate-stderr bash -c 'publish_event E --data 1 >&-'
    [ "$status" -eq 0 ]
    run --separate-stderr bash -c 'set -o pipefail; publish_event E --data 1 -o json | true'
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
}

@test "no password is shown, neither in messages nor in the process list" {
    run publish_event 'redis://user:canary@127.0.0.1:1' E --data 1 --timeout 100ms -v
    [ "$status" -eq 75 ]
    [[ $output != *canary* ]]
    mkfifo in
    publish_event "$BAND_BUS?password=canary&user=default" E --lines <in &
    local pid=$!
    exec 8>in
    # shellcheck disable=SC2016  # evaluated there
    wait_until '! grep -aq canary "/proc/$pid/cmdline"'
    grep -aq 'publish_event' "/proc/$pid/cmdline"
    exec 8>&-
    wait "$pid"
}

@test "amqp and rediss URLs are refused with a clear message" {
    run --separate-stderr publish_event amqp://host E --data 1
    [ "$status" -eq 2 ]
    run --separate-stderr publish_event rediss://host E --data 1
    [ "$status" -eq 2 ]
    [[ $stderr == *TLS* ]]
}

@test "completion offers the names of known events" {
    publish_event OrderPlaced --data 1
    publish_event OrderPaid --data 1
    [ "$(publish_event __complete -- Order | cut -f 1 | sort | xargs)" = 'OrderPaid OrderPlaced' ]
    [ "$(publish_event __complete -- OrderPaid '' | xargs)" = @files ]
}

@test "memory does not grow with the input" {
    yes '{"id":1,"text":"some text that makes it an event of usual size"}' | head -n 150000 >lines
    local most=0 now limit=20480
    if sanitized; then
        export ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=1
        limit=81920
    fi
    publish_event E --lines lines &
    local pid=$!
    while now=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        most=$now
        sleep 0.02
    done
    wait "$pid"
    [ "$(redis XLEN 'band:events:{E}')" -eq 150000 ]
    ((most > 0 && most < limit))
}

@test "a topic that is new is announced, for those who watch by pattern" {
    redis SUBSCRIBE band:index:events >announced &
    local subscriber=$!
    wait_until '[ -s announced ]'
    publish_event New --data 1
    wait_until 'grep -qx New announced'
    publish_event New --data 2
    printf '1\n2\n' | publish_event Newer --lines
    wait_until 'grep -qx Newer announced'
    [ "$(grep -cx New announced)" -eq 1 ]
    kill "$subscriber"
}

@test "a topic that no service reads is capped at --keep-entries" {
    seq 3000 | publish_event Capped --lines
    publish_event Capped --data 1 --keep-entries 1000
    # shellcheck disable=SC2016 # wait_until expands it
    wait_until '[ "$(redis XLEN "band:events:{Capped}")" -lt 1200 ]'
    [ "$(redis XLEN 'band:events:{Capped}')" -ge 1000 ]
    redis XGROUP CREATE 'band:events:{Capped}' reader 0 >/dev/null
    seq 2000 | publish_event Capped --lines --keep-entries 1000
    [ "$(redis XLEN 'band:events:{Capped}')" -ge 3000 ] # the reader has not had them
}
