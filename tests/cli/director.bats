#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets status, output and the like
# shellcheck disable=SC2016  # conditions are expanded while they are waited for
# A director as a person or a script uses it: by curl, by bandctl, and in a browser.

bats_require_minimum_version 1.5.0
load ../support/redis

setup() {
    unset BAND_TOKEN BAND_INSECURE BAND_PORT BAND_HOST NOTIFY_SOCKET
    cd "$BATS_TEST_TMPDIR" || return
    # Short: the name of a Unix socket is at most 107 bytes.
    place=$(mktemp -d "${TMPDIR:-/tmp}/bandkit-XXXXXX")
    mkdir -m 700 "$place/run"
    export XDG_RUNTIME_DIR=$place/run XDG_STATE_HOME=$place/state XDG_CONFIG_HOME=$place/config
    engine=${DOCKER_HOST-} # of whoever runs the tests
    export DOCKER_HOST=unix://$place/docker.sock
    export BAND_TMUX_SOCKET=$place/tmux.sock BAND_IMAGES=$PWD/services
    mkdir services
    redis FLUSHALL >/dev/null # what should run is kept there
}

teardown() {
    [ -z "${director-}" ] || kill -TERM "$director" 2>/dev/null || true
    tmux -S "$BAND_TMUX_SOCKET" kill-server 2>/dev/null || true
    [ -z "${director-}" ] || wait "$director" || true
    rm -rf "$place"
}

# Starts it in the background on a free port, and returns once it listens.
start() {
    : >err # of an earlier one
    director -v --port 0 --port-range "$((20000 + RANDOM % 10000))-32000" "$@" >out 2>err 3>&- &
    director=$!
    wait_until 'grep -q "listening on" err'
    url=http://127.0.0.1:$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' err)
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

@test "with Docker: a container is run, followed, called back to life, and a bad build is shown" {
    if [ -n "$engine" ]; then export DOCKER_HOST=$engine; else unset DOCKER_HOST; fi
    docker version >/dev/null 2>&1 || skip "there is no Docker"
    busybox=$(command -v busybox) || skip "there is no busybox"
    name=director-test-$RANDOM
    mkdir "services/$name"
    cp "$busybox" "services/$name/busybox"
    cat >"services/$name/Dockerfile" <<'EOF'
FROM scratch
COPY busybox /busybox
EXPOSE 8080
CMD ["/busybox", "sh", "-c", "echo up as $NAME; exec /busybox sleep 1000"]
EOF
    start
    body=$(curl -sS -X POST "$url/run/$name?until=started&runtime=docker")
    [ "$(jq -r .result.status <<<"$body")" = running ]
    id=$(jq -r .result.short_id <<<"$body")
    [ "$(curl -sS "$url/logs/$name")" = "up as $name" ]
    [ "$(curl -sS "$url/show/$name" | jq -r .result.config.labels.inband)" = inband ]
    curl -sS "$url/list_images" | jq -e --arg name "rst/service-$name:latest" 'any(.name == $name)'

    # What Docker tells is followed.
    docker kill "$id" >/dev/null
    wait_until '[ "$(curl -sS "$url/ls" | jq -r --arg n "$name" ".result[\$n]")" = stopped ]'
    [ "$(curl -sS -X POST "$url/start/$name" | jq .result)" = true ]

    # A version that cannot be built is no outage.
    printf 'FROM scratch\nCOPY nosuch /\n' >"services/$name/Dockerfile"
    run -0 curl -sS -w '%{http_code}' -X POST "$url/run/$name"
    [[ $output == *422 ]]
    [[ $output == *nosuch* ]]
    [ "$(curl -sS "$url/ls" | jq -r --arg n "$name" '.result[$n]')" = running ]
    [ "$(curl -sS -X POST "$url/rm/$name?grace=0" | jq .result)" = null ]
    [ -z "$(docker ps -aq --filter "name=$name")" ]
    docker rmi -f "rst/service-$name" >/dev/null
}

@test "the page does all of it in a browser" {
    command -v chromium >/dev/null || skip "there is no chromium"
    start
    python3 "$SOURCE_DIR/tests/cli/director_page.py" "$url/" "$PWD/services"
}
