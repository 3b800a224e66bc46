#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets status, output and the like
# shellcheck disable=SC2016  # conditions are expanded while they are waited for
# bandctl on the machine of a director: what it does and says there is what it does and says here.

bats_require_minimum_version 1.5.0
load ../support/redis
load ../support/director

setup() {
    use_directors_machine
    unset BAND_URL BAND_OUTPUT BAND_TIMEOUT
}

teardown() {
    leave_directors_machine
}

# A folder with a program that answers the method echo.
add_service() {
    mkdir -p "services/$1"
    printf '#!/bin/sh\nexec attach_service "$NAME" --methods echo --mode exec -- %s\n' "${2:-cat}" \
        >"services/$1/run"
    chmod +x "services/$1/run"
}

# Starts a director that bandctl talks to.
start_for_bandctl() {
    start "$@"
    export BAND_URL=$url
}

@test "notify reaches whoever listens; 69 when nobody does, and who may have been meant" {
    start_for_bandctl
    redis SUBSCRIBE listener 3>&- >heard &
    wait_until '[[ $(redis PUBSUB NUMSUB listener) == *1 ]]'
    run -0 bandctl notify listener refresh depth:=2
    [ -z "$output" ]
    wait_until 'grep -q refresh heard'
    [[ $(cat heard) == *'"method": "listener:refresh:'*'", "params": {"depth": 2}}'* ]]
    run -69 --separate-stderr bandctl notify ghost hello
    [ "$stderr" = 'bandctl: ghost.hello: nobody answers to "ghost"; is the service running?' ]
    add_service hello
    bandctl run hello -q
    run -69 --separate-stderr bandctl notify helo echo
    [ "$stderr" = 'bandctl: helo.echo: nobody answers to "helo"; did you mean hello?' ]
    run -69 --separate-stderr bandctl call helo echo
    [ "$stderr" = 'bandctl: helo.echo: nobody answers to "helo"; did you mean hello?' ]
    run -4 bandctl status helo -o json
    [ "$output" = '{"name":"helo","state":"unknown"}' ]
}

@test "prune removes what it removes here, as often as it is asked" {
    add_service hello
    start_for_bandctl
    bandctl run hello -q
    # What a run that is killed leaves behind.
    printf '#!/bin/sh\nexec sleep 1000\n' >services/hello/run
    BAND_URL='' bandctl run hello --runtime tmux -q 3>&- &
    local pid=$!
    wait_until '[ "$(tmux -S "$BAND_TMUX_SOCKET" list-sessions | wc -l)" = 2 ]'
    kill -9 $pid
    wait $pid || true
    run -0 bandctl prune -j
    [ "$(jq -c '[.[] | [.name, .runtime]]' <<<"$output")" = '[["hello","tmux"]]' ]
    [ "$(bandctl prune -j)" = '[]' ]
    [ "$(bandctl list -o 'template={name} {state}')" = 'hello running' ]

    # With --stopped services, too, which then are not to run any more.
    bandctl stop hello
    [ "$(bandctl prune -o name)" = '' ]
    [ "$(bandctl prune --stopped -o name)" = hello ]
    [ "$(bandctl prune --stopped -j)" = '[]' ]
    [ "$(bandctl list -j)" = '[]' ]
    [ "$(redis SMEMBERS band-set-started)" = '' ]
}

@test "top counts calls" {
    add_service hello
    start_for_bandctl
    bandctl run hello -q
    [ "$(bandctl top -j | jq '.[0].calls')" = 0 ]
    bandctl call hello echo x=1
    [ "$(bandctl top -j | jq '.[0].calls')" = 1 ]
    [ "$(bandctl top -o ndjson --interval 50ms --count 2 | jq -s '.[1].calls_per_s')" = 0 ]
}
