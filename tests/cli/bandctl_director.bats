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

@test "attach says how to do it over there, and run --follow what to do instead" {
    run -2 --separate-stderr bandctl attach hello --director http://band.example
    [ "$stderr" = 'bandctl: attach hello: needs a terminal of the machine where the service runs, and --director names a director; go there: ssh -t band.example bandctl attach hello' ]
    BAND_URL=unix:///run/director.sock run -2 --separate-stderr bandctl attach hello
    [[ $stderr == *"BAND_URL names a director; if that is on this machine, say attach hello --director ''" ]]
    run -2 --separate-stderr bandctl run hello --follow --director http://band.example
    [[ $stderr == *'bandctl logs -f hello' ]]
}

@test "a token that is missing or wrong is told as such, by doctor, too" {
    export BAND_URL
    BAND_TOKEN=12345678-right start
    BAND_URL=$url
    # shellcheck disable=SC2086  # of words
    for command in list 'run hello' 'logs hello' 'call hello echo' 'notify hello echo' prune top; do
        run -77 --separate-stderr bandctl $command
        [ "$stderr" = 'bandctl: director answered 401: a token is needed; BAND_TOKEN or --token-file gives it one' ]
        BAND_TOKEN=12345678-wrong run -77 --separate-stderr bandctl $command
        [[ $stderr == *'401: this token is not known here; '* ]]
    done
    run -1 bandctl doctor
    [[ $output == *'failed   director at'*'asks for a token'* ]]
    BAND_TOKEN=12345678-wrong run -1 bandctl doctor
    [[ $output == *'does not know this token'* ]]
    BAND_TOKEN=12345678-right run -0 bandctl doctor
    [[ $output == *'ok       director at'* ]]
}

@test "a URL that is none names who gave it" {
    BAND_URL=band.example:10000 run -78 --separate-stderr bandctl list
    [ "$stderr" = 'bandctl: BAND_URL: director "band.example:10000": no URL; it looks like http://host:port, or unix:///path' ]
    run -2 --separate-stderr bandctl list --director ftp://band.example
    [[ $stderr == 'bandctl: '*'ftp://band.example'*'neither http, https nor unix'* ]]
}

@test "a director that goes away in the middle is told" {
    add_service talk
    printf '#!/bin/sh\necho listening; exec sleep 1000\n' >services/talk/run
    mkdir services/mute
    printf '#!/bin/sh\necho mute; exec sleep 1000\n' >services/mute/run
    chmod +x services/mute/run
    start_for_bandctl --unix-socket "$place/d.sock"
    bandctl run talk --detach -q
    bandctl logs talk -f >log 2>log.err 3>&- &
    local log=$!
    bandctl logs talk -f --director "unix://$place/d.sock" >local 2>local.err 3>&- &
    local local=$!
    bandctl run mute -v 2>run.err 3>&- &
    local run=$!
    wait_until 'grep -q listening log && grep -q listening local && grep -q mute run.err'
    kill -9 "$director"
    wait "$director" || true
    for pid in $log $local $run; do
        rc=0
        wait "$pid" || rc=$?
        [ "$rc" = 69 ]
    done
    grep -q 'the server closed the connection' log.err
    grep -q 'the server closed the connection' local.err
    grep -q 'run of mute: .*the director may go on with it; bandctl list shows what came of it' run.err

    start_for_bandctl
    wait_until 'bandctl list -o name | grep -qx talk'
    bandctl logs talk -f 2>log.err >log 3>&- &
    log=$!
    wait_until 'grep -q listening log'
    kill -TERM "$director"
    rc=0
    wait "$log" || rc=$?
    [ "$rc" = 69 ]
    grep -q 'bandctl: logs: the director has been stopped' log.err
}
