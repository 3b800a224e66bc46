#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets status, output and the like
# shellcheck disable=SC2016  # conditions are expanded while they are waited for
# A director as a person or a script uses it: by curl, by bandctl, and in a browser.

bats_require_minimum_version 1.5.0
load ../support/redis
load ../support/director

setup() {
    use_directors_machine
}

teardown() {
    leave_directors_machine
}

# A folder with a program that answers the method echo.
add_service() {
    mkdir -p "services/$1"
    printf '#!/bin/sh\nexec attach_service "$NAME" --methods echo --mode exec -- cat\n' \
        >"services/$1/run"
    chmod +x "services/$1/run"
}

@test "a service is run, listed, called and stopped with curl" {
    add_service hello
    start
    [ "$(curl -sS -X POST "$url/run/hello" | jq -r .result.status)" = running ]
    [ "$(curl -sS "$url/ls" | jq -c .result)" = '{"hello":"running"}' ]
    [ "$(curl -sS "$url/v2/call/hello/echo?x=1" | jq -c .)" = '{"x":"1"}' ]
    [ "$(curl -sS -X POST "$url/stop/hello" | jq .result)" = true ]
    [ "$(curl -sS "$url/list" | jq -r '.result[0].status')" = stopped ]
}

@test "bandctl works through it, with a token" {
    add_service hello
    echo 12345678-secret >token
    start --token-file token
    run -77 bandctl list --director "$url"
    export BAND_URL=$url
    run -0 bandctl run hello --token-file token -o json
    [ "$(jq -r '.[0].state' <<<"$output")" = running ]
    export BAND_TOKEN=12345678-secret
    [ "$(bandctl list -o name)" = hello ]
    [ "$(bandctl call hello echo x:=1 -o json | jq -c .)" = '{"x":1}' ]
    bandctl stop hello
    bandctl rm hello
    [ -z "$(bandctl list -o name)" ]
    run ! grep -r 12345678-secret err
}

@test "a wrong option, address or bus is told at the start" {
    run -2 director --port 70000
    run -2 director --port-range 9000-8000
    run -2 director --bind everybody
    run -2 director --url amqp://127.0.0.1
    run -78 director --host 0.0.0.0 --port 0
    [[ $output == *token* ]]
    start
    run -69 director --port "${url##*:}"
    [[ $output == *"${url##*:}"* ]]
}

@test "it waits for a Redis that is not there yet, and says so once" {
    BAND_BUS=unix://$place/none.sock start
    [ "$(curl -sS "$url/list" | jq -c .result)" = '[]' ]
    [ "$(curl -sS -o /dev/null -w '%{http_code}' "$url/call/a/b")" = 503 ]
    wait_until 'grep -q "trying again until it is back" err'
    [ "$(grep -c "trying again" err)" = 1 ]
}

@test "a Unix socket is for its owner's group" {
    start --unix-socket "$place/director.sock"
    [ "$(curl -sS --unix-socket "$place/director.sock" http://localhost/list | jq -c .result)" = '[]' ]
    [ "$(stat -c %a "$place/director.sock")" = 660 ]
}

@test "the service manager is told when it is ready and when it stops" {
    python3 -u - "$place/notify" <<'EOF' >told 3>&- &
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
while True:
    print(listener.recv(100).decode())
EOF
    listener=$!
    wait_until '[ -S "$place/notify" ]'
    NOTIFY_SOCKET=$place/notify WATCHDOG_USEC=100000 start
    wait_until 'grep -q READY=1 told'
    wait_until 'grep -q WATCHDOG=1 told'
    kill -TERM "$director"
    wait "$director"
    wait_until 'grep -q STOPPING=1 told'
    kill "$listener"
}

@test "the page does all of it in a browser" {
    command -v chromium >/dev/null || skip "there is no chromium"
    start
    python3 "$SOURCE_DIR/tests/cli/director_page.py" "$url/" "$PWD/services"
}
