#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154  # conditions of wait_until; run sets status, output and the like
# bandctl runs services in Docker: an engine of this file's own, whose containers reach the bus
# through its bridge. Without root and Docker these are skipped.

bats_require_minimum_version 1.5.0
load ../support/redis
load ../support/services
load ../support/docker

setup_file() {
    [[ -z $(engine_obstacle) ]] || return 0
    start_engine
    start_redis --protected-mode no
    wait_until 'port=$((20000 + RANDOM % 10000)) &&
        [[ $(redis CONFIG SET bind "127.0.0.1 $GATEWAY" port "$port") == OK ]]'
    export BAND_BUS=redis://127.0.0.1:$port
    "$SOURCE_DIR/scripts/base-image" "$BUILD_DIR" | docker import - bandkit/base >/dev/null
}

teardown_file() {
    [[ -n ${ENGINE_PID-} ]] || return 0
    stop_redis
    stop_engine
}

setup() {
    local why
    why=$(engine_obstacle)
    [[ -z $why ]] || skip "${why//$'\n'/, }"
    use_machine
    unset BAND_RUNTIME
    BAND_IMAGES=$SOURCE_DIR/examples/services
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
    [[ -z ${ENGINE_PID-} ]] || docker ps -aq | xargs -r docker rm -f >/dev/null
    leave_machine
}

@test "the example runs in a container, is called over the bus, and is stopped" {
    unset BAND_MEMORY # the default is seen below
    run --separate-stderr bandctl run hello --runtime docker --env GREETING=hi -j
    [ "$status" -eq 0 ]
    [ "$(jq -r '.[0] | .name, .runtime, .state, .answers' <<<"$output" | xargs)" = 'hello docker running true' ]
    run bandctl call hello hello name=Ada
    [[ $output == *'Hello, Ada!'* ]]
    run bandctl call hello add a=1 b=2
    [ "$output" = 3 ]
    [ "$(docker ps --format '{{.Names}} {{.Image}}')" = 'hello rst/service-hello' ]

    run bandctl ls
    [[ ${lines[1]} == hello*docker*running*echo*rst/service-hello ]]
    run bandctl show hello -o 'template={inspect.HostConfig.Memory}'
    [ "$output" = 367001600 ]
    bandctl stop hello
    [ "$(bandctl ls -o 'template={state}')" = stopped ]
    bandctl start hello
    wait_until '[[ $(bandctl ls -o "template={state} {answers}") == "running true" ]]'
    bandctl rm hello
    [ "$(bandctl ls -j)" = '[]' ]
    [ -z "$(docker ps -aq)" ]
}

@test "where there is an engine, a folder with a Dockerfile goes there; list shows both runtimes" {
    BAND_IMAGES=$BAND_IMAGES:$BATS_TEST_TMPDIR/services
    mkdir -p services/plain
    printf '#!/bin/sh\nexec attach_service "$NAME" --methods echo -- cat\n' >services/plain/run
    chmod +x services/plain/run
    bandctl run hello
    bandctl run plain
    [ "$(bandctl ls -o 'template={name} {runtime}' | xargs)" = 'hello docker plain tmux' ]
    bandctl rm hello plain
}

@test "a container that ends at once fails with its last words, and the old one stays" {
    BAND_IMAGES=$BATS_TEST_TMPDIR/services
    mkdir -p services/crash
    printf 'FROM bandkit/base\nCOPY run /run\nCMD ["/run"]\n' >services/crash/Dockerfile
    printf '#!/bin/sh\nexec attach_service "$NAME" --methods echo -- cat\n' >services/crash/run
    chmod +x services/crash/run
    bandctl run crash
    local id
    id=$(bandctl ls -o 'template={id}')
    printf '#!/bin/sh\necho "no such table: users" >&2\nexit 4\n' >services/crash/run
    run --separate-stderr bandctl run crash
    [ "$status" -eq 1 ]
    [[ $stderr == *'crash: did not stay up'*'its log ends with: no such table: users'* ]]
    [ "$(bandctl ls -o 'template={id} {state} {answers}')" = "$id running true" ]
    run bandctl logs crash --last 1
    [ "$status" -eq 0 ]
}

@test "a container listens on a port of ours and makes room for the next one; images and top know it" {
    BAND_IMAGES=$BATS_TEST_TMPDIR/services
    mkdir -p services/web
    printf 'FROM bandkit/base\nEXPOSE 8080\nCMD echo up; exec httpd -f -p 8080 -h /bin\n' >services/web/Dockerfile
    run --separate-stderr bandctl run web --wait started -o 'template={runtime} {ports.0.service_port} {ports.0.host_port}'
    [ "$status" -eq 0 ]
    [[ $output == "docker 8080 "* ]]
    wait_until "curl -sf -o page http://127.0.0.1:${output##* }/awk"
    local first
    first=$(bandctl show web -o 'template={id}')
    bandctl run web --wait started
    [ "$(bandctl show web -o 'template={id}')" != "$first" ]
    [ "$(docker ps -aq | wc -l)" -eq 1 ]
    bandctl images -o name | grep -qx rst/service-web:latest
    [ "$(bandctl top -o ndjson | jq -r 'select(.memory_bytes > 0) | .name')" = web ]
}

@test "one name is one service: what runs elsewhere makes room" {
    BAND_IMAGES=$BATS_TEST_TMPDIR/services
    service both <<<$'#!/bin/sh\nexec sleep 1000'
    printf 'FROM bandkit/base\nCMD exec sleep 1000\n' >services/both/Dockerfile
    bandctl run both --wait started --runtime docker
    bandctl run both --wait started --runtime tmux
    [ -z "$(docker ps -aq)" ]
    [ "$(bandctl show both -o 'template={runtime} {state}')" = 'tmux running' ]
    bandctl run both --wait started # where it was before
    [ "$(bandctl show both -o 'template={runtime}')" = tmux ]
    bandctl rm both
}

@test "a build that fails says with which step, and what it wrote" {
    BAND_IMAGES=$BATS_TEST_TMPDIR/services
    mkdir -p services/bad
    printf 'FROM bandkit/base\nRUN echo compiling && exit 3\n' >services/bad/Dockerfile
    run --separate-stderr bandctl run bad
    [ "$status" -eq 65 ]
    [[ $stderr == *'step 2/2'*'compiling'* ]]
    [ -z "$(docker ps -aq)" ]
}

@test "logs show what a container wrote, and follow it" {
    bandctl run hello
    docker exec hello sh -c 'echo from within >/proc/1/fd/1'
    wait_until '[[ $(bandctl logs hello) == *"from within"* ]]'
    bandctl logs hello --follow >followed 3>&- &
    local pid=$!
    wait_until 'grep -q "from within" followed'
    bandctl stop hello
    wait "$pid"
}
