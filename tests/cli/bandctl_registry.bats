#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154  # conditions are evaluated later; run sets status and output
# bandctl locate and register against a servreg of this file.

bats_require_minimum_version 1.5.0
load ../support/redis

setup_file() {
    export PATH SERVREG_DIR SERVREG_URL
    SERVREG_DIR=$(mktemp -d "${TMPDIR:-/tmp}/bandkit-XXXXXX")
    SERVREG_URL=unix://$SERVREG_DIR/servreg.sock
    start_servreg
}

teardown_file() {
    kill -KILL "$(<"$SERVREG_DIR/pid")" 2>/dev/null || true
    [[ ${BAND_KEEP-} == 1 ]] || rm -rf "$SERVREG_DIR"
}

setup() {
    unset BAND_TOKEN BAND_DBURL
    cd "$BATS_TEST_TMPDIR" || return
}

start_servreg() {
    servreg --port 0 --unix-socket "$SERVREG_DIR/servreg.sock" --dburl sqlite:// \
        --accesslog '' >"$SERVREG_DIR/log" 2>&1 3>&- &
    echo $! >"$SERVREG_DIR/pid"
    wait_until 'curl -sf --unix-socket "$SERVREG_DIR/servreg.sock" http://localhost/healthz'
}

ping_registry() {
    curl -sf --unix-socket "$SERVREG_DIR/servreg.sock" -H 'Content-Type: application/json' \
        -d "{\"jsonrpc\": \"2.0\", \"method\": \"ping\", \"params\": $1, \"id\": 1}" \
        http://localhost/rpc
}

@test "locate prints every address that is alive, in order of registration" {
    ping_registry '["order.b", "10.0.0.1", 80]'
    ping_registry '["order.a", "::1", 81]'
    ping_registry '{"name": "order.c", "url": "http://h/api"}'
    run --separate-stderr bandctl locate 'order.*'
    [ "$status" -eq 0 ]
    [ "$output" = $'10.0.0.1:80\n[::1]:81\nhttp://h/api' ]
    [ -z "$stderr" ]
    run bandctl locate ORDER.A
    [ "$output" = '[::1]:81' ]
}

@test "locate --one gives one of them" {
    ping_registry '["many", "10.0.0.1", 1]'
    ping_registry '["many", "10.0.0.1", 2]'
    run bandctl locate many --one
    [ "$status" -eq 0 ]
    [[ $output == 10.0.0.1:[12] ]]
}

@test "locate in JSON is one document, also without an answer" {
    ping_registry '["js", "10.0.0.9", 80]'
    run --separate-stderr bandctl locate js -o json
    [ "$(jq -c '[.[] | [.address, .host, .port]]' <<<"$output")" = '[["10.0.0.9:80","10.0.0.9",80]]' ]
    run --separate-stderr bandctl locate nobody -j
    [ "$status" -eq 69 ]
    [ "$output" = '[]' ]
    [ "$(jq .error.exit <<<"$stderr")" = 69 ]
}

@test "locate of nobody gives 69 and says so" {
    run --separate-stderr bandctl locate nobody
    [ "$status" -eq 69 ]
    [ -z "$output" ]
    [ "$stderr" = 'bandctl: service "nobody": no instance of it is registered and alive' ]
}

@test "without a registry locate gives 69 and names it" {
    run --separate-stderr bandctl locate x --registry "unix://$PWD/nowhere.sock"
    [ "$status" -eq 69 ]
    [[ $stderr == *nowhere.sock* ]]
}

@test "completion offers the names of the services" {
    ping_registry '["zeta.one", "h", 1]'
    ping_registry '["zeta.one", "h", 2]'
    run bandctl __complete -- locate zeta
    [ "$status" -eq 0 ]
    [ "$output" = $'zeta.one\t' ]
}

@test "locate --watch gives each answer on one line, and ends when told" {
    bandctl locate 'seen.*' --watch --count 2 --timeout 20s >answers 3>&- &
    local watcher=$!
    ping_registry '["seen.a", "h", 1]'
    wait_until '[ -s answers ]'
    ping_registry '["seen.b", "h", 2]'
    wait $watcher
    [ "$(cat answers)" = $'h:1\nh:1 h:2' ]
    run bandctl locate 'unseen' --watch --timeout 300ms
    [ "$status" -eq 124 ]
}

@test "locate --watch outlives a registry that is started again" {
    local SERVREG_DIR=$BATS_TEST_TMPDIR SERVREG_URL=unix://$BATS_TEST_TMPDIR/servreg.sock
    start_servreg
    bandctl locate 'seen.*' --watch >answers 2>told 3>&- &
    local watcher=$!
    ping_registry '["seen.a", "h", 1]'
    wait_until '[ "$(tail -n 1 answers)" = h:1 ]'
    kill -KILL "$(<pid)"
    wait_until 'grep -q "it is tried again all the time" told'
    start_servreg
    wait_until '[ "$(tail -n 1 answers)" = "" ]' # it had all in memory
    ping_registry '["seen.b", "h", 2]'
    wait_until '[ "$(tail -n 1 answers)" = h:2 ]'
    kill -TERM $watcher "$(<pid)"
    wait $watcher
    [ "$(cat answers)" = $'h:1\n\nh:2' ]
    [ "$(wc -l <told)" -eq 1 ]
    run bandctl locate 'seen.*' --watch # when there was none to begin with, that is an error
    [ "$status" -eq 69 ]
}

@test "locate --watch that is stopped has done its work" {
    bandctl locate 'x.*' --watch 3>&- &
    local watcher=$!
    # Once it has a handler for SIGTERM, signal 15.
    wait_until '(( 0x$(awk "/SigCgt/ { print \$2 }" /proc/'"$watcher"'/status) & 1 << 14 ))'
    kill -TERM $watcher
    wait $watcher
}

@test "register keeps a program in the registry while it runs, and gives its status" {
    run bandctl register tmp.a --port 7001 --host 10.1.1.1 -- sh -c '
        until bandctl locate tmp.a 2>/dev/null; do :; done; exit 7'
    [ "$status" -eq 7 ]
    [ "$output" = 10.1.1.1:7001 ]
    run bandctl locate tmp.a
    [ "$status" -eq 69 ]
}

@test "register of a URL, and of the own address" {
    run bandctl register tmp.url --service-url http://shop.example/api -- sh -c '
        until bandctl locate tmp.url 2>/dev/null; do :; done'
    [ "$output" = http://shop.example/api ]
    run bandctl register tmp.own --port 7002 -- sh -c '
        until bandctl locate tmp.own 2>/dev/null; do :; done'
    [ "$output" = 127.0.0.1:7002 ]
}

@test "register passes signals on, and 128 + N when one ends the program" {
    bandctl register tmp.s --port 7003 -- sh -c '
        trap "echo got it; exit 9" TERM; touch ready; while :; do sleep 0.05; done' >out 3>&- &
    local wrapper=$!
    wait_until '[ -e ready ]'
    kill -TERM $wrapper
    local status=0
    wait $wrapper || status=$?
    [ "$status" -eq 9 ]
    [ "$(cat out)" = 'got it' ]
    run bandctl register tmp.s --port 7003 -- sh -c 'kill -KILL $$'
    [ "$status" -eq 137 ]
    run bandctl locate tmp.s
    [ "$status" -eq 69 ]
}

@test "register tells what could not be run" {
    run -127 --separate-stderr bandctl register tmp.n --port 1 -- ./nosuch
    [[ $stderr == 'bandctl: cannot run "./nosuch": '* ]]
    touch plain
    run bandctl register tmp.n --port 1 -- ./plain
    [ "$status" -eq 126 ]
}

@test "register runs the program also when the registry is away, and says so" {
    run --separate-stderr bandctl register tmp.n --port 1 --host h --registry "unix://$PWD/no.sock" \
        -- sh -c 'sleep 0.3; echo ran; exit 3'
    [ "$status" -eq 3 ]
    [ "$output" = ran ]
    [[ $stderr == 'bandctl: not registered: '*no.sock*'; it is tried again all the time' ]]
}

@test "register refuses what cannot be registered before anything runs" {
    local words
    for words in '--port 70000' '--port 0' "--port 1 --host 'a/b'" '--service-url ftp://h/' \
        '--service-url http://me:pw@h/' '' '--port 1 --service-url http://h/'; do
        run --separate-stderr bash -c "bandctl register tmp.r $words -- touch ran"
        echo "$words: $stderr"
        [ "$status" -eq 2 ]
        [ ! -e ran ]
    done
}
