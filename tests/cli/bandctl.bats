#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2030,SC2031,SC2016 # run sets status and output; each test is a process;
# wait_until evaluates its condition
# bandctl's own commands, and how it finds all of them.

bats_require_minimum_version 1.5.0
load ../support/redis

setup() {
    unset NO_COLOR CLICOLOR_FORCE BAND_OUTPUT BAND_TIMEOUT SERVREG_URL DOCKER_HOST BAND_IMAGES
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
    cd "$BATS_TEST_TMPDIR" || return
}

@test "help lists the commands by their groups, help of a command tells all about it" {
    run bandctl --help
    [ "$status" -eq 0 ]
    [[ $output == *'Usage: bandctl [OPTION...] COMMAND [ARGUMENT...]'*$'\nBus:\n  log  '* ]]
    local words
    for words in 'help log' 'log --help' '--help log' '-v log a --help'; do
        # shellcheck disable=SC2086  # split on purpose
        run bandctl $words
        [ "$status" -eq 0 ]
        [[ $output == 'bandctl log: Write'*'Usage: bandctl log [OPTION...] SERVICE'*--director*'Exit status:'* ]]
    done
    run bandctl log -h
    [[ $output == 'bandctl log: '*Examples:*--field* && $output != *--director* ]]
    run bandctl log -V
    [[ $output == 'bandctl '[0-9]*' (bandkit)' ]]
}

@test "an unknown command is a usage error that suggests one" {
    run --separate-stderr bandctl lgo a
    [ "$status" -eq 2 ]
    [ "$stderr" = 'bandctl: no such command: "lgo"; did you mean log?' ]
    run --separate-stderr bandctl help xyzzyx
    [ "$stderr" = 'bandctl: no such command: "xyzzyx"; --help lists all' ]
    run --separate-stderr bandctl -j lgo
    [ "$(jq -r .error.exit <<<"$stderr")" = 2 ]
}

@test "without a command the usage is told" {
    run --separate-stderr bandctl
    [ "$status" -eq 2 ]
    [[ $stderr == 'bandctl: COMMAND: missing argument; usage: bandctl '* ]]
    run --separate-stderr bandctl log a
    [[ $stderr == *'SEVERITY: missing argument; usage: bandctl log [OPTION...] SERVICE SEVERITY TEXT|-' ]]
}

@test "completion offers commands, then what the command takes" {
    run bandctl __complete -- l
    [[ $output == *$'log\tWrite to the logs of a service'* ]]
    run bandctl __complete -- help lo
    [[ $'\n'$output == *$'\nlog\t'* ]]
    run bandctl __complete -- help h
    [ -z "$output" ]
    run bandctl __complete -- --dir
    [[ $output == $'--director\t'* ]]
    run bandctl __complete -- -v log --fi
    [[ $output == $'--field\t'* ]]
    run bandctl __complete -- log billing WARN
    [[ $output == $'WARNING\t' ]]
    run bandctl __complete -- nonsense ''
    [ -z "$output" ]
}

@test "a shell completes subcommands through the stub" {
    cat >try.bash <<'EOF'
source /usr/share/bash-completion/bash_completion
source "$COMPLETIONS/${COMPLETED_NAME%demo_tool}bandctl"
COMP_WORDS=("$PROGRAM" "$@")
COMP_CWORD=$#
COMP_LINE="${COMP_WORDS[*]}"
COMP_POINT=${#COMP_LINE}
_"${PROGRAM//[^a-zA-Z0-9]/_}"
echo "${COMPREPLY[*]}"
EOF
    export PROGRAM=${COMPLETED_NAME%demo_tool}bandctl
    [ "$(bash try.bash doct)" = doctor ]
    [ "$(bash try.bash context us)" = use ]
    [ "$(bash try.bash -v log x CRIT)" = CRITICAL ]
    bandctl context add mine --prefix x
    [ "$(bash try.bash context show mi)" = mine ]
    [ "$(bash try.bash --context mi)" = mine ]
}

file=band/contexts.toml

contexts() { # the file's text comes from standard input
    mkdir -p "$XDG_CONFIG_HOME/band"
    (umask 077 && cat >"$XDG_CONFIG_HOME/$file")
}

bus_of() { # what config show says about the bus: VALUE ORIGIN
    bandctl config show -o 'template={key} {value} {origin}' "$@" | sed -n 's/^url //p'
}

@test "a context is added, used, shown, listed and removed" {
    unset BAND_BUS
    bandctl context add prod --url redis://redis.internal:7000 --prefix p: --director http://10.0.0.5:10000
    bandctl context add dev --url unix:///run/redis.sock --docker tcp://10.0.0.9:2375
    [ "$(stat -c %a "$XDG_CONFIG_HOME/$file")" = 600 ]
    [ "$(bus_of)" = 'redis://127.0.0.1:6379 the default' ]
    bandctl context use prod
    [ "$(bus_of)" = "redis://redis.internal:7000 context \"prod\", $XDG_CONFIG_HOME/$file:3:7" ]
    [ "$(bandctl context list -o name)" = $'prod\ndev' ]
    [ "$(bandctl context list -j | jq -r '.[] | select(.current).name')" = prod ]
    run bandctl context show --origin
    [[ $output == *prefix*p:*"$file:4:10"* ]]
    [ "$(bandctl context show dev -j | jq -r .docker)" = tcp://10.0.0.9:2375 ]
    bandctl context rm prod
    [ "$(bandctl context list -o name)" = dev ]
    [ "$(bus_of)" = 'redis://127.0.0.1:6379 the default' ]
    bandctl context rm dev
    [ "$(bandctl context list -j)" = '[]' ]
}

@test "the command line wins over the environment, and that over the context" {
    unset BAND_BUS
    contexts <<<$'current = "a"\n[context.a]\nurl = "redis://a"\nprefix = "a:"\nimages = "/a"\n[context.b]\nurl = "redis://b"\ndirector = "http://b"'
    [[ $(bus_of) == 'redis://a context "a", '* ]]
    [[ $(BAND_CONTEXT=b bus_of) == 'redis://b context "b", '* ]]
    [ "$(BAND_BUS=redis://c bus_of)" = 'redis://c BAND_BUS' ]
    [ "$(REDIS_URL=redis://d bus_of)" = 'redis://d REDIS_URL' ]
    [[ $(BAND_BUS=redis://c bus_of --context b) == 'redis://b context "b", '* ]]
    [ "$(bus_of --context b --url redis://e)" = 'redis://e --url' ]
    [ "$(bus_of --context default)" = 'redis://127.0.0.1:6379 the default' ]
    # Of the bus a context says nothing once its address is known.
    [ "$(BAND_BUS=redis://c bandctl config show -o 'template={key}={value}' | grep prefix)" = prefix=band: ]
    [ "$(BAND_BUS=redis://c bandctl config show -o 'template={key}={value}' | grep images)" = images=/a ]
    run bandctl config show --origin
    [[ $output =~ images\ +/a\ +context\ \"a\" ]]
    [ "$(BAND_URL=http://x bandctl --context b config show -j | jq -r '.[] | select(.key == "director").value')" = http://b ]
}

@test "all programs work in the context" {
    unset BAND_BUS
    bandctl context add here --url "unix://$REDIS_SOCKET"
    bandctl context use here
    publish_event OrderPlaced --data 1
    [ "$(redis EXISTS 'band:events:{OrderPlaced}')" = 1 ]
    run --separate-stderr publish_event --context her OrderPlaced --data 1
    [ "$status" -eq 78 ]
    [ "$stderr" = 'publish_event: --context: no context "her"; did you mean here?' ]
    # What is known already is not looked for in a file, however wrong.
    echo nonsense >"$XDG_CONFIG_HOME/$file"
    publish_event "unix://$REDIS_SOCKET" OrderPlaced --data 1
    BAND_BUS=unix://$REDIS_SOCKET publish_event OrderPlaced --data 1
    run publish_event OrderPlaced --data 1
    [ "$status" -eq 78 ]
}

@test "a wrong file is exit code 78 with file, line and column" {
    unset BAND_BUS
    local text
    for text in $'[context.a]\nulr = "x"' $'[context.a]\nurl = 5' $'[context.a]\nurl = "x' \
        $'current = "a"\n[context.a]\nprefix = ""' $'[context.a]\nconnect_timeout = "soon"'; do
        contexts <<<"$text"
        run --separate-stderr bandctl context list
        [ "$status" -eq 78 ]
        [[ $stderr =~ ^bandctl:\ .*/band/contexts.toml:[0-9]+:[0-9]+:\  ]]
    done
    head -c 10000000 /dev/zero | tr '\0' '#' | contexts
    run bandctl context list
    [ "$status" -eq 78 ]
    [[ $output == *'larger than 1 MiB'* ]]
    contexts <<<'current = "gone"'
    run bandctl context list
    [ "$status" -eq 78 ]
    [[ $output == *"$file:1: no context \"gone\""* ]]
    bandctl --context default context use default
    bandctl context list
}

@test "a file with a password that others can read is warned of" {
    unset BAND_BUS
    contexts <<<$'current = "a"\n[context.a]\nurl = "redis://u:canary@a"'
    chmod 644 "$XDG_CONFIG_HOME/$file"
    run bandctl config show
    [ "$status" -eq 0 ]
    [[ $output == *'holds a password, and others can read it'* && $output != *canary* ]]
    chmod 600 "$XDG_CONFIG_HOME/$file"
    run --separate-stderr bandctl config show
    [ -z "$stderr" ]
}

@test "an edit leaves the rest of the file as it was" {
    contexts <<<$'# mine\ncurrent = "a"\n\n[context.a] # first\nurl = "redis://a" # near\n\n# far\n[context.b]\nurl = "redis://b"'
    bandctl context use b
    bandctl context rm a
    bandctl context add c --prefix c:
    [ "$(cat "$XDG_CONFIG_HOME/$file")" = $'current = "b"\n# mine\n\n\n# far\n[context.b]\nurl = "redis://b"\n\n[context.c]\nprefix = "c:"' ]
    contexts <<<$'context = {a = {url = "redis://a"}, b = {url = "redis://b"}}'
    run bandctl context rm a
    [ "$status" -eq 78 ]
    [[ $output == *'change it by hand'* ]]
    [ "$(bandctl context list -o name)" = $'a\nb' ]
}

@test "a context that cannot be is refused" {
    local words
    for words in 'add a/b --url redis://a' 'add a' 'add default --prefix x' 'add a --url http://x' 'add' 'lst' 'list a'; do
        # shellcheck disable=SC2086
        run bandctl context $words
        [ "$status" -eq 2 ]
    done
    bandctl context add a --prefix x
    run bandctl context add a --prefix y
    [ "$status" -eq 1 ]
    run bandctl context rm b
    [ "$status" -eq 1 ]
    run bandctl context show
    [ "$status" -eq 1 ]
    [ "$(bandctl context show a -o template='{prefix}')" = x ]
}

@test "two edits at once both arrive" {
    local i
    for i in 1 2 3 4 5 6 7 8; do
        bandctl context add "c$i" --prefix "p$i" 3>&- &
    done
    wait
    [ "$(bandctl context list -o name | wc -l)" -eq 8 ]
}

@test "log writes a record as services do, and logger shows it" {
    bandctl log backup error 'no space left' --full 'df says so' --field disk=/dev/sda1 --conversation-id c1
    run logger -n 1 --no-follow -o json --filter backup
    [ "$(jq -r '"\(.short_message) \(.level) \(._levelname) \(._disk) \(._conversation_id) \(._logical_service) \(._worker_pid)"' <<<"$output")" = \
        "no space left 3 ERROR /dev/sda1 c1 backup $$" ]
    run --separate-stderr bandctl log backup LOUD text
    [ "$status" -eq 2 ]
    [[ $stderr == *'SEVERITY "LOUD"'*'0 to 7' ]]
    run --separate-stderr bandctl log a.b INFO text
    [ "$status" -eq 0 ]
}

@test "log - makes each line a record" {
    printf 'one\n\ntwo\r\nthree' | bandctl log lines INFO -
    [ "$(logger -n 9 --no-follow -o ndjson --filter lines | jq -r .short_message)" = $'one\ntwo\nthree' ]
    # A line arrives while the input is still open.
    mkfifo pipe
    bandctl log open INFO - <pipe 3>&- &
    local pid=$!
    exec 8>pipe
    echo first >&8
    wait_until '[ "$(redis XLEN "band:logs:{open}")" = 1 ]'
    kill -TERM "$pid"
    wait "$pid"
    exec 8>&-
}

@test "log without a server fails in the time given" {
    run --separate-stderr bandctl --url unix:///nowhere log a INFO text --timeout 200ms
    [ "$status" -eq 69 ] || [ "$status" -eq 75 ] || [ "$status" -eq 124 ]
    [[ $stderr == bandctl:* ]]
}

check() { # what doctor's JSON on standard input says of one: check NAME FILTER
    jq -r --arg name "$1" ".checks[] | select(.name == \$name) | $2"
}

# Listens on the Unix socket $1 and says nothing.
silent_server() {
    python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
time.sleep(600)' "$1" 3>&- &
    silent=$!
    wait_until "[ -S '$1' ]"
}

@test "doctor tells what is there and what an acknowledgement is worth" {
    export DOCKER_HOST=unix:///nowhere/docker.sock
    redis CONFIG SET appendonly no >/dev/null
    run --separate-stderr bandctl doctor -j
    [ "$status" -eq "$(command -v tmux >/dev/null && echo 0 || echo 1)" ]
    [ "$(check redis .state <<<"$output")" = warning ]
    [[ $(check redis .version <<<"$output") =~ ^[0-9]+\.[0-9]+ ]]
    [[ $(check redis '.notes[0]' <<<"$output") == 'appendonly no: '* ]]
    redis CONFIG SET appendonly yes >/dev/null
    redis CONFIG SET appendfsync always >/dev/null
    run bandctl doctor
    [[ $output == *"ok       redis "*" at unix://$REDIS_SOCKET"*'an acknowledged message is on the disk'* ]]
    redis CONFIG SET appendfsync everysec >/dev/null
    run bandctl doctor
    [[ $output == *'up to 1 s of acknowledged messages'* ]]
    redis CONFIG SET appendonly no >/dev/null
}

@test "doctor fails where something needed is missing, and says what to do" {
    export DOCKER_HOST=unix:///nowhere/docker.sock
    run --separate-stderr bandctl --url unix:///nowhere/redis.sock doctor -j
    [ "$status" -eq 1 ]
    [ "$(jq .ok <<<"$output")" = false ]
    [ "$(check redis .state <<<"$output")" = failed ]
    [[ $(check redis '.advice[0]' <<<"$output") == *'start a Redis server'* ]]
    run --separate-stderr env PATH=/nowhere "$BUILD_DIR/tools/bandctl" doctor
    [ "$status" -eq 1 ]
    [[ $output == *'failed   docker at unix:///nowhere/docker.sock'*'failed   tmux'*'install tmux'* ]]
    # A director makes both needless, but has to be there.
    run --separate-stderr bandctl --director unix:///nowhere/director.sock doctor -j
    [ "$status" -eq 1 ]
    [ "$(check director .state <<<"$output")" = failed ]
    [ "$(check docker .state <<<"$output")" = absent ]
    SERVREG_URL=http://127.0.0.1:1 run bandctl doctor -j
    [ "$status" -eq 1 ]
    [ "$(check registry .state <<<"$output")" = failed ]
}

@test "doctor names a Docker socket that is not ours to use" {
    local as_others=()
    # Root may use every socket, unless it gives that up.
    [ "$(id -u)" -ne 0 ] || as_others=(setpriv --bounding-set=-dac_override)
    silent_server "$PWD/docker.sock"
    chmod 0 docker.sock
    DOCKER_HOST=unix://$PWD/docker.sock run "${as_others[@]}" bandctl doctor -j
    kill "$silent"
    [[ $(check docker '.notes[0]' <<<"$output") == *'Permission denied'* ]]
    [ "$(check docker .state <<<"$output")" = warning ]
    [[ $(check docker '.advice[0]' <<<"$output") == *'usermod -aG docker'* ]]
}

@test "doctor reads DOCKER_HOST as docker does" {
    DOCKER_HOST=tcp://127.0.0.1:1 run --separate-stderr bandctl doctor -j
    [[ $(check docker '.notes[0]' <<<"$output") == *'127.0.0.1:1: Connection refused'* ]]
    DOCKER_HOST=nonsense run --separate-stderr bandctl doctor -j
    [ "$(check docker .state <<<"$output")" != ok ]
}

@test "doctor shows the certificates that docker does, and looks at the sockets that services get" {
    DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$PWD/certificates DOCKER_HOST=tcp://127.0.0.1:1 \
        run --separate-stderr bandctl doctor -j
    [[ $(check docker '.notes[0]' <<<"$output") == *"cannot read $PWD/certificates/ca.pem" ]]
    [ ! -e /var/run/docker.sock ] || skip 'Docker has its usual socket here'
    mkdir podman
    silent_server "$PWD/podman/podman.sock"
    XDG_RUNTIME_DIR=$PWD run --separate-stderr env -u DOCKER_HOST \
        "$BUILD_DIR/tools/bandctl" doctor -j --timeout 300ms
    kill "$silent"
    [ "$(check docker .where <<<"$output")" = "unix://$PWD/podman/podman.sock" ]
}

@test "doctor ends also where a server says nothing" {
    silent_server "$PWD/silent.sock"
    DOCKER_HOST=unix://$PWD/silent.sock run --separate-stderr timeout 30 \
        bandctl --url "unix://$PWD/silent.sock" doctor -j --timeout 300ms
    [ "$status" -eq 1 ]
    [ "$(check redis .state <<<"$output")" = failed ]
    kill "$silent"
}

@test "no password appears anywhere" {
    local words
    redis ACL SETUSER eve on '>canary' '~*' '+@all' >/dev/null
    unset BAND_BUS
    export REDIS_URL="unix://$REDIS_SOCKET?user=eve&password=canary" BAND_URL=http://me:canary@127.0.0.1:1 \
        SERVREG_URL=http://me:canary@127.0.0.1:1 DOCKER_HOST=tcp://me:canary@127.0.0.1:1
    contexts <<<$'current = "a"\n[context.a]\nurl = "redis://u:canary@127.0.0.1:1"\ndirector = "http://u:canary@127.0.0.1:1"'
    for words in 'config show --origin' 'config show -j' 'config show -o template={value}' doctor 'doctor -j' \
        'doctor -v' 'context list' 'context list -j' 'context show --origin' 'context show a -j' \
        'context add b --url redis://x:canary@h:1x' 'context add redis://x:canary@h' 'log a INFO text -v' \
        '--context a log a INFO text --timeout 1s' '--context a doctor' 'redis://x:canary@h' \
        'config redis://x:canary@h' '--director http://x:canary@h doctor -j' \
        '--context redis://x:canary@h config show' '__complete -- --context a'; do
        # shellcheck disable=SC2086
        run bandctl $words
        [[ $output != *canary* ]] || { echo "in $words: $output" >&2; return 1; }
    done
    redis ACL DELUSER eve >/dev/null
}

@test "doctor asks the director and the registry that are named" {
    export DOCKER_HOST=unix:///nowhere/docker.sock
    servreg --port 0 --unix-socket "$PWD/registry.sock" --dburl "sqlite:///$PWD/registry.db" 2>servreg.err 3>&- &
    local servreg=$!
    director --port 0 --unix-socket "$PWD/director.sock" 2>director.err 3>&- &
    local director=$!
    wait_until '[ -S registry.sock ] && [ -S director.sock ]'
    run --separate-stderr bandctl --director "unix://$PWD/director.sock" doctor -j \
        --registry "unix://$PWD/registry.sock"
    kill "$servreg" "$director"
    wait "$servreg" "$director" || true
    [ "$status" -eq 0 ]
    [ "$(check director .state <<<"$output") $(check registry .state <<<"$output")" = 'ok ok' ]
    [ "$(check docker '.notes[-1]' <<<"$output")" = 'not needed: services run where the director is' ]
}
