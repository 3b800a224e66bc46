#!/usr/bin/env bats
# shellcheck disable=SC2153,SC2154  # run sets status, output and the like; start_engine ENGINE_DIR
# shellcheck disable=SC2016  # conditions are expanded while they are waited for
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
