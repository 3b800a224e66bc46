#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154  # conditions of wait_until; run sets status, output and the like
# bandctl runs services in tmux and looks after them.

bats_require_minimum_version 1.5.0
load ../support/redis
load ../support/services

setup() {
    use_machine
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
    leave_machine
}

sessions() {
    tmux -S "$BAND_TMUX_SOCKET" list-sessions -F '#S' 2>/dev/null || true
}

@test "run makes a folder live and prints where it listens; list, show and stop know it" {
    answering_service hello
    run --separate-stderr bandctl run hello -j
    [ "$status" -eq 0 ]
    [ "$(jq -r '.[0] | .name, .runtime, .state, .answers, .methods[0].name' <<<"$output" | xargs)" = 'hello tmux running true echo' ]
    local port
    port=$(jq -r '.[0].ports[0].host_port' <<<"$output")
    ((port >= ${BAND_PORTS%-*} && port <= ${BAND_PORTS#*-}))

    run bandctl ls
    [[ ${lines[0]} == NAME*RUNTIME*STATE*UPTIME*PORTS*METHODS*IMAGE ]]
    [[ ${lines[1]} == hello*tmux*running*127.0.0.1:$port*echo*/services/hello/run ]]
    run bandctl list -o 'template={name} {ports.0.host_port}'
    [ "$output" = "hello $port" ]
    run bandctl show hello -o 'template={inspect.restart_policy} {status.data.name}'
    [[ $output == unless-stopped* ]]

    run bandctl stop hello
    [ "$status" -eq 0 ]
    wait_until '[ -z "$(sessions)" ]'
    run bandctl ls -o 'template={state}'
    [ "$output" = stopped ]
    run bandctl ls --running -o name
    [ -z "$output" ]
    bandctl start hello
    run bandctl restart hello -o name
    [ "$output" = hello ]
    bandctl rm hello
    run bandctl ls -j
    [ "$output" = '[]' ]
}

@test "a service that only answers on the bus is listed" {
    NAME=elsewhere attach_service elsewhere --methods echo -- cat 3>&- &
    local pid=$!
    wait_until '[[ $(bandctl ls -o name) == elsewhere ]]'
    run bandctl ls -o 'template={name} {state} {answers}'
    [ "$output" = 'elsewhere answers true' ]
    kill $pid
}

@test "a program that ends at once fails with its last words, and leaves nothing" {
    service crash <<<$'#!/bin/sh\necho "no such table: users" >&2\nexit 4'
    run --separate-stderr bandctl run crash
    [ "$status" -eq 1 ]
    [[ $stderr == 'bandctl: crash: did not stay up: exited (4)'*'; its log ends with: no such table: users' ]]
    [ "$(bandctl ls -j)" = '[]' ]
    wait_until '[ -z "$(sessions)" ]'
}

@test "a new version that is no good leaves the old one in its place" {
    answering_service hello
    bandctl run hello
    local id
    id=$(bandctl ls -o 'template={id}')
    service hello <<<$'#!/bin/sh\nexit 1'
    run bandctl run hello
    [ "$status" -eq 1 ]
    [ "$(bandctl ls -o 'template={id} {state} {answers}')" = "$id running true" ]
}

@test "two runs of one name at once give one service, and both succeed" {
    answering_service hello
    echo 'echo x >>"$0.launches"' | sed -i '2r /dev/stdin' "$BAND_IMAGES/hello/run"
    bandctl run hello -o 'template={id}' >one 3>&- &
    local pid=$!
    bandctl run hello -o 'template={id}' >two
    wait $pid
    cmp one two
    [ "$(cat "$BAND_IMAGES/hello/run.launches")" = x ]
}

@test "names that are none are refused before anything happens" {
    local name
    for name in .. a/b ../x 'a b' '%2e%2e' ';rm' Hello "$(printf 'x%.0s' {1..300})"; do
        run --separate-stderr bandctl run "$name"
        [ "$status" -eq 2 ]
        [[ $stderr == *'is no name of a service'* ]]
    done
    [ ! -e "$XDG_STATE_HOME/band/tmux/.." ] || [ -z "$(ls "$XDG_STATE_HOME/band/tmux" 2>/dev/null)" ]
}

@test "an unknown folder suggests a near one; one without a program says what is missing" {
    answering_service hello
    run -127 --separate-stderr bandctl run helo
    [[ $stderr == *'did you mean hello?' ]]
    mkdir "$BAND_IMAGES/empty"
    run --separate-stderr bandctl run empty
    [ "$status" -eq 65 ]
    [[ $stderr == *'has neither a Dockerfile nor a program '*run* ]]
}

@test "an unknown service is told, and the known ones are stopped all the same" {
    answering_service hello
    bandctl run hello
    run --separate-stderr bandctl stop helo hello
    [ "$status" -eq 1 ]
    [[ $stderr == *'"helo": there is no such service; did you mean hello?' ]]
    [ "$(bandctl ls -o 'template={state}')" = stopped ]
}

@test "logs: all, the last lines, as JSON, and until the service ends" {
    service talk <<<$'#!/bin/sh\necho one\necho two >&2\nprintf "\\033[2Jthree\\n"\nread end\necho four'
    bandctl run talk --detach --restart no
    wait_until '[[ $(bandctl logs talk | wc -l) -eq 3 ]]'
    # Which of two streams was written to first cannot be known.
    [ "$(bandctl logs talk | cat -v | sort)" = $'^[[2Jthree\none\ntwo' ]
    [ "$(bandctl logs talk -n 1 | wc -l)" -eq 1 ]
    [ "$(bandctl logs talk -o ndjson | jq -r 'select(.stream == "stderr") | .service, .line' | xargs)" = 'talk two' ]
    [ -z "$(bandctl logs talk --since 2999-01-01)" ]
    bandctl logs -f -n 1 talk >followed 3>&- &
    local pid=$!
    wait_until '[[ -s followed ]]'
    tmux -S "$BAND_TMUX_SOCKET" send-keys -t '=talk:' x Enter
    wait $pid
    grep -qx four followed
}

@test "run --follow shows the log and ends with the program's status" {
    service job <<<$'#!/bin/sh\necho working\nsleep 0.3\nexit 7'
    run --separate-stderr bandctl run job --follow --detach
    [ "$status" -eq 7 ]
    [ "$output" = working ]
}

@test "run --follow is stopped by a signal, and the service with it" {
    service job <<<$'#!/bin/sh\necho working\nexec sleep 1000'
    bandctl run job --follow --detach >out 3>&- &
    local pid=$!
    wait_until 'grep -q working out'
    kill -TERM $pid
    local ended=0
    wait $pid || ended=$?
    [ "$ended" -eq 143 ]
    [ "$(bandctl ls -o 'template={state}')" = stopped ]
}

@test "the environment is the file's, the option's, and what a service needs" {
    service env <<<$'#!/bin/sh\necho "$NAME $HOST $PORT $A $B $BAND_BUS"\nexec sleep 1000'
    printf 'A=file\nB=file\n' >"$BAND_IMAGES/env/.env"
    CANARY=secret bandctl run env --detach --env B=option DB_PASSWORD=canary
    wait_until '[[ -n $(bandctl logs env) ]]'
    [[ $(bandctl logs env) == "env 127.0.0.1 2"*" file option $BAND_BUS" ]]
    run bandctl show env
    [[ $output != *canary* && $output == *DB_PASSWORD* ]]
    run --separate-stderr bandctl run env --env PATH=/tmp
    [ "$status" -eq 2 ]
}

@test "no free port is told with who holds them" {
    service one <<<$'#!/bin/sh\nexec sleep 1000'
    cp -r "$BAND_IMAGES/one" "$BAND_IMAGES/two"
    export BAND_PORTS=${BAND_PORTS%-*}-${BAND_PORTS%-*}
    bandctl run one --detach
    run --separate-stderr bandctl run two --detach
    [ "$status" -ne 0 ]
    [[ $stderr == *"all are held: ${BAND_PORTS%-*} by service one"* ]]
    [ "$(bandctl ls -o name)" = one ]
}

@test "top tells what services use, prune removes what runs have left behind" {
    service hello <<<$'#!/bin/sh\nexec sleep 1000'
    bandctl run hello --detach
    [ "$(bandctl top -o ndjson | jq -r 'select(.memory_bytes > 0) | .name')" = hello ]
    run bandctl prune -o name
    [ -z "$output" ]
    bandctl stop hello
    [ "$(bandctl prune --stopped -o name)" = hello ]
    [ "$(bandctl ls -j)" = '[]' ]
}

@test "top counts calls" {
    answering_service hello
    bandctl run hello
    bandctl top -o ndjson --interval 100ms --count 2 >before
    [ "$(jq .calls before | xargs)" = '0 0' ]
    bandctl call hello echo x=1 || true # whatever it answers
    [ "$(bandctl top -j | jq '.[0].calls')" = 1 ]
}

@test "attach says what it needs" {
    service hello <<<$'#!/bin/sh\nexec sleep 1000'
    bandctl run hello --detach
    run --separate-stderr bandctl attach hello </dev/null
    [[ $status -eq 2 && $stderr == 'bandctl: attach: needs a terminal' ]]
    bandctl stop hello
    run --separate-stderr bandctl attach hello
    [[ $status -eq 1 && $stderr == *'does not run; bandctl start hello starts it' ]]
}

@test "without Redis services still run, are listed and stopped" {
    service hello <<<$'#!/bin/sh\nexec sleep 1000'
    export BAND_BUS=unix://$BATS_TEST_TMPDIR/nobody.sock
    bandctl run hello --wait started
    run --separate-stderr bandctl ls -o 'template={state} {answers}'
    [ "$output" = 'running false' ]
    [[ $stderr == *nobody.sock* ]] # it was named, so a script is told that it is away
    bandctl stop hello
    run --separate-stderr bandctl run hello
    [ "$status" -eq 69 ]
}

@test "run takes its options before the name, as docker run does" {
    service hello <<<$'#!/bin/sh\necho "$A $B"\nexec sleep 1000'
    run bandctl run --env A=1 B=2 hello --detach -o name
    [[ $status -eq 0 && $output == hello ]]
    wait_until '[[ $(bandctl logs hello) == "1 2" ]]'
    BAND_PORTS=nonsense run --separate-stderr bandctl run hello --detach
    [[ $status -eq 78 && $stderr == 'bandctl: BAND_PORTS: '* ]]
}

@test "a port that cannot be had and a socket that cannot be made are told" {
    service hello <<<$'#!/bin/sh\nexec sleep 1000'
    service other <<<$'#!/bin/sh\nexec sleep 1000'
    bandctl run hello --detach --ports "${BAND_PORTS%-*}-${BAND_PORTS%-*}"
    run --separate-stderr bandctl run other --detach --ports "${BAND_PORTS%-*}-${BAND_PORTS%-*}"
    [[ $status -eq 69 && $stderr == *'all are held: '* ]]
    BAND_TMUX_SOCKET=/nowhere/tmux.sock run --separate-stderr bandctl run other --detach
    [[ $status -eq 1 && $stderr == *'error creating /nowhere/tmux.sock'* ]]
}

@test "SIGTERM in the middle of a run gives 143" {
    service hello <<<$'#!/bin/sh\nexec sleep 1000'
    bandctl run hello 2>err 3>&- &
    local pid=$! status=0
    wait_until '[ -n "$(sessions)" ]'
    kill -TERM $pid
    wait $pid || status=$?
    [[ $status -eq 143 && $(<err) == *'stopped while waiting for it to answer'* ]]
    [ -z "$(sessions)" ]
}

@test "what only answers on the bus is not said to be unknown" {
    NAME=elsewhere attach_service elsewhere --methods echo -- cat 3>&- &
    local pid=$!
    wait_until '[[ $(bandctl ls -o name) == elsewhere ]]'
    run --separate-stderr bandctl stop elsewhere
    [[ $status -eq 1 && $stderr == 'bandctl: "elsewhere": only answers on the bus; '* ]]
    kill $pid
}

@test "the same over a director" {
    answering_service hello
    local port=$((30000 + BASHPID % 2000))
    director --port $port 2>director.log 3>&- &
    local pid=$!
    unset BAND_PORTS # it is the director's own
    export BAND_URL=http://127.0.0.1:$port
    wait_until 'bandctl ls >/dev/null 2>&1'
    run --separate-stderr bandctl run hello -o 'template={state} {answers} {methods.0.name}'
    [ "$status" -eq 0 ]
    [ "$output" = 'running true echo' ]
    [ "$(bandctl call hello echo x=1 -o raw 2>&1)" ]
    bandctl logs hello | grep -q 'hello is here'
    bandctl stop hello
    [ "$(bandctl ls -o 'template={state}')" = stopped ]
    run --separate-stderr bandctl stop nobody
    [[ $status -eq 1 && $stderr == *'there is no such service'* ]]
    run --separate-stderr bandctl attach hello
    [[ $status -eq 2 && $stderr == *"needs a terminal of the machine"*"say attach hello --director ''" ]]
    run bandctl status nobody
    [[ $status -eq 4 && $output == 'nobody is unknown'* ]]
    bandctl start hello
    wait_until 'bandctl status hello >/dev/null 2>&1'
    run --separate-stderr bandctl call helo echo
    [[ $status -eq 69 && $stderr == *'did you mean hello?' ]]
    kill $pid
    wait $pid || true
}
