#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154  # conditions of wait_until; run sets status, output and the like
# bandctl with a real Docker; images are made from scratch with a static busybox. Skipped where
# either is missing.

bats_require_minimum_version 1.5.0
load ../support/redis
load ../support/services

setup() {
    docker version >/dev/null 2>&1 || skip 'no Docker runs here'
    BUSYBOX=$(command -v busybox) || skip 'no busybox'
    ! ldd "$BUSYBOX" >/dev/null 2>&1 || skip 'busybox is not static'
    use_machine
    unset BAND_RUNTIME
    NAME=t$BASHPID # of this test alone, since the Engine is everybody's
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
    [ -z "${NAME-}" ] || {
        docker ps -aq --filter "label=band.service=$NAME" | xargs -r docker rm -f
        docker rmi -f "rst/service-$NAME"
    } >/dev/null 2>&1 || true
    [ -z "${BAND_TMUX_SOCKET-}" ] || leave_machine
}

# container COMMAND...: the service NAME is a shell command in a container.
container() {
    mkdir -p "$BAND_IMAGES/$NAME"
    cp "$BUSYBOX" "$BAND_IMAGES/$NAME/busybox"
    printf 'FROM scratch\nCOPY busybox /bin/sh\nCOPY busybox /bin/busybox\nEXPOSE 8080\nCMD %s\n' "$*" \
        >"$BAND_IMAGES/$NAME/Dockerfile"
}

containers() {
    docker ps -aq --filter "label=band.service=$NAME"
}

@test "a container is run on a port of ours, listed, replaced, stopped and removed" {
    container 'echo up; exec /bin/busybox httpd -f -p 8080 -h /'
    run --separate-stderr bandctl run "$NAME" --wait started -o 'template={runtime} {state} {ports.0.service_port} {ports.0.host_port}'
    [ "$status" -eq 0 ]
    [[ $output == "docker running 8080 2"* ]]
    [ "$(bandctl logs "$NAME")" = up ]
    local first
    first=$(bandctl show "$NAME" -o 'template={id}')
    bandctl run "$NAME" --wait started
    [ "$(bandctl show "$NAME" -o 'template={id}')" != "$first" ]
    [ "$(containers | wc -l)" -eq 1 ]
    bandctl images -o name | grep -qx "rst/service-$NAME:latest"
    [ "$(bandctl top -o ndjson | jq -r "select(.name == \"$NAME\" and .memory_bytes > 0) | .name")" = "$NAME" ]
    bandctl stop "$NAME" --time 1
    [ "$(bandctl show "$NAME" -o 'template={state}')" = stopped ]
    bandctl rm "$NAME"
    [ -z "$(containers)" ]
}

@test "a Dockerfile that fails tells the step, and nothing is left" {
    container 'true'
    echo 'RUN echo what a pity; exit 3' >>"$BAND_IMAGES/$NAME/Dockerfile"
    run --separate-stderr bandctl run "$NAME" --wait started
    [ "$status" -eq 65 ]
    [[ $stderr == *'RUN echo what a pity'* ]]
    [ -z "$(containers)" ]
}

@test "a container that dies at once tells its last words, and the old one stays" {
    container 'exec /bin/busybox sleep 1000'
    bandctl run "$NAME" --wait started
    local first
    first=$(bandctl show "$NAME" -o 'template={id}')
    container 'echo no such table >&2; exit 4'
    run --separate-stderr bandctl run "$NAME" --wait started
    [ "$status" -eq 1 ]
    [[ $stderr == *'did not stay up'*'no such table' ]]
    [ "$(bandctl show "$NAME" -o 'template={id} {state}')" = "$first running" ]
    [ "$(containers | wc -l)" -eq 1 ]
}

@test "one name is one service: what runs elsewhere makes room" {
    container 'exec /bin/busybox sleep 1000'
    service "$NAME" <<<$'#!/bin/sh\nexec sleep 1000'
    bandctl run "$NAME" --wait started --runtime docker
    bandctl run "$NAME" --wait started --runtime tmux
    [ -z "$(containers)" ]
    [ "$(bandctl show "$NAME" -o 'template={runtime} {state}')" = 'tmux running' ]
    bandctl run "$NAME" --wait started # where it was before
    [ "$(bandctl show "$NAME" -o 'template={runtime}')" = tmux ]
}
