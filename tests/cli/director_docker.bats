#!/usr/bin/env bats
# shellcheck disable=SC2153,SC2154  # run sets status, output and the like; start_engine ENGINE_DIR
# shellcheck disable=SC2016  # conditions are expanded while they are waited for
# shellcheck disable=SC2030,SC2031  # DOCKER_HOST is each test's own
# A director and the containers of its machine, on an engine of this file's own.

bats_require_minimum_version 1.5.0
load ../support/redis
load ../support/docker
load ../support/director

setup_file() {
    start_redis
    [[ -n $(engine_obstacle) ]] || start_engine
}

teardown_file() {
    [[ -z ${ENGINE_PID-} ]] || stop_engine
    stop_redis
}

setup() {
    local why
    why=$(engine_obstacle)
    [[ -z $why ]] || skip "${why//$'\n'/, }"
    use_directors_machine
}

teardown() {
    leave_directors_machine
}

@test "a container is run, followed, called back to life, and a bad build is shown" {
    export DOCKER_HOST=unix://$ENGINE_DIR/docker.sock
    name=looked-after
    mkdir "services/$name"
    cp "$(command -v busybox)" "services/$name/busybox"
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
    run -0 curl -sS -w '%{http_code}' -X POST "$url/run/$name?until=started"
    [[ $output == *422 ]]
    [[ $output == *nosuch* ]]
    [ "$(curl -sS "$url/ls" | jq -r --arg n "$name" '.result[$n]')" = running ]
    [ "$(curl -sS -X POST "$url/rm/$name?grace=0" | jq .result)" = null ]
    [ -z "$(docker ps -aq --filter "name=$name")" ]
    docker rmi -f "rst/service-$name" >/dev/null
}

# A folder whose image is made by this shell command.
add_built() {
    mkdir -p "services/$1"
    cp "$(command -v busybox)" "services/$1/sh"
    {
        printf 'FROM scratch\n'
        printf 'COPY sh /bin/%s\n' sh sleep yes head
        printf 'RUN %s\n' "$2"
    } >"services/$1/Dockerfile"
}

@test "a build that fails tells its last fifty lines, and one that hangs is given up" {
    export DOCKER_HOST=unix://$ENGINE_DIR/docker.sock
    add_built bad 'i=0; while [ $i -lt 100 ]; do i=$((i + 1)); echo "line $i"; done; printf "\\033[2Jlast\\n"; exit 3'
    start --build-within 3s
    run -0 curl -sS -w '\n%{http_code}' -X POST "$url/run/bad?until=started"
    [ "${lines[1]}" = 422 ]
    [ "$(jq -r '.error.output | length' <<<"${lines[0]}")" = 50 ]
    [ "$(jq -r '.error.output | contains(["line 60", "line 100", "\\x1b[2Jlast"])' <<<"${lines[0]}")" = true ]

    # From afar and here the same.
    run -65 --separate-stderr bandctl run bad --detach --director "$url"
    [[ $stderr == *$'\n  line 60\n'*$'\n  line 100\n  \\x1b[2Jlast\nbandctl: build of rst/service-bad: step 6/6: RUN '*3 ]]
    local afar=$stderr
    run -65 --separate-stderr bandctl run bad --detach
    [ "$stderr" = "$afar" ]
    run -65 --separate-stderr bandctl build bad -j --director "$url"
    [ "$(jq '.error.output | length' <<<"$stderr")" = 50 ]

    add_built hanging 'echo begun; sleep 1000'
    run -65 --separate-stderr bandctl run hanging --detach --director "$url"
    [[ $stderr == *$'begun\nbandctl: build of rst/service-hanging: step 6/6: RUN '*': has not ended within 3s' ]]
    run -124 --separate-stderr bandctl run hanging --detach --timeout 1s
    [[ $stderr == *$'begun\nbandctl: build of '*'has not ended in time; --timeout allows more' ]]
    wait_until '[ -z "$(docker ps -q)" ]'
}

@test "a build that prints 100 MB costs no memory, and its end is told" {
    export DOCKER_HOST=unix://$ENGINE_DIR/docker.sock
    add_built loud 'yes "a line of some fifty bytes, again and again and again" | head -c 100000000; echo; echo over; exit 3'
    start
    run -65 --separate-stderr bandctl run loud --detach --director "$url"
    [[ $stderr == *$'  over\nbandctl: build of '*3 ]]
    memory=$(curl -sS "$url/metrics" | sed -n 's/^process_resident_memory_bytes //p')
    echo "resident: $memory bytes"
    sanitized || ((${memory%.*} < 60000000)) # a sanitizer keeps what was freed
}
