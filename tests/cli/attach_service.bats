#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets status, output and the like
# shellcheck disable=SC2016  # programs for sh and awk stand in single quotes
# attach_service with real programs, as a shell script uses it.

bats_require_minimum_version 1.5.0
load ../support/redis

EXAMPLES=$SOURCE_DIR/examples/attach

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    # Each test has a service name of its own; they share the server.
    name=svc$BATS_TEST_NUMBER
}

teardown() {
    local pid
    for pid in $(jobs -p); do
        kill -KILL "$pid" 2>/dev/null || true
    done
}

# Runs attach_service with these arguments in the background, as $pid, until it is subscribed.
attach() {
    attach_service -v "$@" 2>"$name.err" 3>&- &
    pid=$!
    wait_until 'grep -q "is attached" "$name.err"'
}

# Ends it as a service manager would, and gives its status.
detach() {
    kill -TERM "$pid"
    wait "$pid"
}

# Puts a command on the bus; its result will come to $reply.
send() { # SERVICE.COMMAND PAYLOAD [FIELD VALUE]...
    local key=$1 body=$2
    shift 2
    reply=reply$RANDOM$RANDOM
    redis XADD "band:commands:{${key%.*}}" '*' routing_key "$key" body "$body" \
        conversation_id talk correlation_id 1 reply_to "$reply.return" "$@" >/dev/null
}

field() { # NAME, of the entry on standard input
    awk -v field="$1" 'found { print; exit } $0 == field { found = 1 }'
}

# A field of the only result, once it is there.
result() { # status|body
    wait_until '[[ $(redis XLEN "band:commands:{$reply}") == 1 ]]'
    redis XRANGE "band:commands:{$reply}" - + | field "$1"
}

dead() { # how many dead letters there are
    redis XLEN "band:dead:{$name}"
}

dead_field() {
    redis XRANGE "band:dead:{$name}" - + | field "$1"
}

logged() { # the GELF objects of this service
    redis XRANGE "band:logs:{$name}" - + | grep '^{"version"'
}

@test "example greet.sh: a shell script answers commands" {
    attach "$name" --mode exec -- "$EXAMPLES/greet.sh"
    send "$name.greet" '{"name": "Ada"}'
    [ "$(result body)" = '"Hello, Ada!"' ]
    [ "$(result status)" = success ]
    send "$name.dance" '{}'
    [ "$(result body)" = '{"reason":"exit status 1","message":"there is no command dance"}' ]
    [ "$(result status)" = error ]
    wait_until 'logged | grep -q "greeting Ada"'
    [ "$(logged | jq -r 'select(.short_message == "greeting Ada") | "\(._levelname) \(._conversation_id)"')" = 'NOTICE talk' ]
    detach
}

@test "example echo.py: a program that stays up answers, with errors too" {
    attach "$name" --workers 2 -- "$EXAMPLES/echo.py"
    send "$name.echo" '[1, 2, "drei"]'
    [ "$(result body)" = '[1, 2, "drei"]' ]
    send "$name.fail" '{}'
    [ "$(result status)" = error ]
    detach
}

@test "example total.awk: a running sum over events" {
    attach "$name" --events "Paid$name" -- "$EXAMPLES/total.awk"
    publish_event "Paid$name" --data '{"amount": 12.5}'
    publish_event "Paid$name" --data '{"amount": 30}'
    wait_until '[[ $(redis XRANGE "band:events:{TotalChanged}" - +) == *{\"total\":42.50}* ]]'
    [[ $(redis XRANGE "band:events:{TotalChanged}" - +) == *source*"$name"* ]]
    detach
}

@test "stream: the line has the envelope, in one line" {
    attach "$name" -- sh -c 'while read -r line; do printf "%s\n" "$line" >>lines; echo "{}"; done'
    send "$name.put" $'{"a":\n[1,\n2]}' source somebody
    [ "$(result body)" = null ]
    [ "$(jq -c '[.kind, .routing_key, .command, .conversation_id, .correlation_id, .source, .attempt, .payload]' lines)" = \
        "[\"command\",\"$name.put\",\"put\",\"talk\",\"1\",\"somebody\",1,{\"a\":[1,2]}]" ]
    detach
}

@test "stream: CBOR arrives as JSON" {
    attach "$name" --events "E$name" -- sh -c 'while read -r line; do printf "%s\n" "$line" >>lines; echo "{}"; done'
    publish_event "E$name" --data '{"n":[1.5,"x"]}' --as cbor
    wait_until '[ -s lines ]'
    [ "$(jq -c .payload lines)" = '{"n":[1.5,"x"]}' ]
    detach
}

@test "stream: events, commands and log lines of an answer reach the bus" {
    cat >p <<'END'
while read -r line; do
    case $line in
    *'"kind":"result"'*) printf '%s\n' "$line" >results; echo '{}' ;;
    *) echo '{"payload":7,"events":[{"name":"Done","payload":[1]}],"commands":[{"name":"other.do","payload":{"x":1},"correlation_id":"c9"}],"log":["plain",{"level":"ERROR","text":"grave"}]}' ;;
    esac
done
END
    redis XGROUP CREATE 'band:commands:{other}' other '$' MKSTREAM # somebody serves it
    attach "$name" -- sh p
    send "$name.go" null
    [ "$(result body)" = 7 ]
    [[ $(redis XRANGE 'band:events:{Done}' - +) == *'[1]'*talk*"$name"* ]]
    [[ $(redis XRANGE 'band:commands:{other}' - +) == *'{"x":1}'*c9*"$name.return"* ]]
    wait_until 'logged | grep -q grave'
    [ "$(logged | jq -r 'select(.short_message == "grave") | ._levelname')" = ERROR ]
    redis XADD "band:commands:{$name}" '*' routing_key "$name.return" body '"ok"' status success \
        conversation_id talk correlation_id c9
    wait_until '[ -s results ]'
    [ "$(jq -r '"\(.status) \(.correlation_id) \(.payload)"' results)" = 'success c9 ok' ]
    detach
}

@test "stream: with --bare lines are payloads" {
    attach "$name" --bare --in-flight 4 -- mawk -W interactive '{ print $1 * 2; fflush() }'
    send "$name.double" 21
    [ "$(result body)" = 42 ]
    detach
}

@test "stream: each worker has one message, several work at once" {
    mkfifo gate
    attach "$name" --workers 3 -- sh -c 'while read -r line; do echo x >>begun; read -r go <gate; echo "{}"; done'
    for i in 1 2 3 4; do
        send "$name.wait" "$i"
    done
    wait_until '[[ $(wc -l 2>/dev/null <begun) == 3 ]]'
    exec 8<>gate
    printf 'go\ngo\ngo\ngo\n' >&8
    [ "$(result status)" = success ]
    exec 8>&-
    detach
}

@test "stream: a program that answers out of order does so by id" {
    cat >p <<'END'
import json, sys
first, second = (json.loads(sys.stdin.readline()) for _ in range(2))
for m in (second, first):
    print(json.dumps({"id": m["id"], "payload": m["payload"]}), flush=True)
sys.stdin.read()
END
    attach "$name" --in-flight 2 -- python3 p
    send "$name.a" '"first"'
    local first=$reply
    send "$name.b" '"second"'
    [ "$(result body)" = '"second"' ]
    reply=$first
    [ "$(result body)" = '"first"' ]
    detach
}

@test "stream: a configuration is given to each worker, and again after a restart" {
    redis ZADD band:index:configurations 0 "Conf$name" >/dev/null
    redis XADD "band:configurations:{Conf$name}" '*' body '{"rate":3}' conversation_id c >/dev/null
    cat >p <<'END'
while read -r line; do
    printf '%s\n' "$line" >>lines
    case $line in *'"command":"die"'*) exit 3 ;; esac
    echo '{}'
done
END
    attach "$name" --configurations "Conf$name" --commands die ping --retry-delay 10ms -- sh p
    send "$name.ping" 1
    [ "$(result status)" = success ]
    [ "$(head -1 lines | jq -r '.kind + (.payload.rate | tostring)')" = configuration3 ]
    send "$name.die" 1
    [ "$(result status)" = error ]
    wait_until '[[ $(grep -c configuration lines) == 3 ]]'
    detach
}

@test "stream: kill -9 of the program while it holds a message: retried once, then dead-lettered" {
    attach "$name" --retry-delay 10ms -- sh -c 'while read -r line; do printf "%s\n" "$line" >>lines; kill -9 $$; done'
    send "$name.go" '{"n":1}'
    [ "$(result status)" = error ]
    [ "$(dead)" = 1 ]
    [ "$(dead_field reason)" = failed ]
    [[ $(dead_field error) == *'killed by signal 9 (Killed)'* ]]
    [ "$(jq -s -c 'map(.attempt)' lines)" = '[1,2]' ]
    detach
}

@test "stream: a program that dies once gets the message again and answers" {
    attach "$name" --retry-delay 10ms -- sh -c 'while read -r line; do [ -e died ] || { touch died; echo oh dear >&2; exit 3; }; echo "{\"payload\":\"second\"}"; done'
    send "$name.go" 1
    [ "$(result body)" = '"second"' ]
    [ "$(dead)" = 0 ]
    wait_until 'logged | grep -q "exit status 3.*starting it again"'
    logged | grep -q 'oh dear'
    detach
}

@test "stream: what a program says before it ends counts" {
    attach "$name" -- sh -c 'read -r line; echo "{\"payload\":1}"; exit 0'
    send "$name.go" 1
    [ "$(result body)" = 1 ]
    send "$name.go" 1
    [ "$(result body)" = 1 ]
    [ "$(dead)" = 0 ]
    detach
}

@test "stream: garbage on standard output fails the message and restarts the program" {
    local garbage
    for garbage in 'hello world' '[1]' '{"total":5}' '{"id":"99"}' '{"status":"maybe"}' '{"events":[{}]}' '{"payload":1'; do
        rm -f died
        GARBAGE=$garbage attach "$name" --retry-delay 10ms -- sh -c 'while read -r line; do if [ -e died ]; then echo "{}"; else touch died; echo "$GARBAGE"; fi; done'
        send "$name.go" 1
        [ "$(result status)" = success ]
        wait_until 'grep -q "answer.*starting it again" "$name.err"'
        detach
    done
    [ "$(dead)" = 0 ]
}

@test "stream: an answer to no message is garbage, unless it says that it is nobody's" {
    attach "$name" -- sh -c 'while read -r line; do echo "{\"id\":null,\"events\":[{\"name\":\"Awake\"}]}"; echo "{\"payload\":5}"; done'
    send "$name.go" 1
    [ "$(result body)" = 5 ]
    wait_until '[[ $(redis XLEN "band:events:{Awake}") == 1 ]]'
    detach
    attach "$name" -- sh -c 'echo "{}"; cat >/dev/null'
    wait_until 'grep -q "to no message" "$name.err"'
    detach
}

@test "stream: a program that never reads holds nothing up" {
    head -c 1000000 /dev/zero | tr '\0' x | sed 's/.*/"&"/' >big.json
    echo '{ print "x" >>"done"; fflush("done"); print "{}"; fflush() }' >reader.awk
    attach "$name" --events "E$name" --handler-timeout 1s --retry-delay 10ms --workers 2 -- sh -c 'if mkdir first 2>/dev/null; then exec sleep 1000; fi; exec mawk -W interactive -f reader.awk'
    publish_event "E$name" big.json
    publish_event "E$name" --data 1
    wait_until '[[ $(wc -l 2>/dev/null <done) == 2 ]]'
    [ "$(dead)" = 0 ]
    detach
}

@test "stream: --handler-timeout ends a program that hangs" {
    attach "$name" --handler-timeout 100ms --retry-delay 10ms -- sh -c 'read -r line; echo $$ >>pids; sleep 1000'
    send "$name.go" 1
    [ "$(result status)" = error ]
    [[ $(dead_field error) == *'no answer within 100ms'* ]]
    wait_until '! xargs kill -0 <pids 2>/dev/null'
    detach
}

@test "stream: a payload of 10 MB both ways" {
    head -c 10000000 /dev/zero | tr '\0' x | sed 's/.*/"&"/' >big.json
    attach "$name" --events "Big$name" -- python3 -uc '
import json, sys
for line in sys.stdin:
    print(json.dumps({"events": [{"name": sys.argv[1], "payload": json.loads(line)["payload"]}]}))' "Back$name"
    publish_event "Big$name" big.json
    wait_until '[[ $(redis XLEN "band:events:{Back'"$name"'}") == 1 ]]' 30
    redis XRANGE "band:events:{Back$name}" - + | grep '^"x' | head -c 10000002 | cmp - big.json
    detach
}

@test "a program that is missing, or not executable, ends it at once with 127 or 126" {
    local mode
    touch plain
    for mode in stream exec; do
        run -127 --separate-stderr attach_service "$name" --mode $mode -- no-such-program
        [[ $stderr == *'"no-such-program"'* ]]
        run -127 attach_service "$name" --mode $mode -- ./no-such-program
        run attach_service "$name" --mode $mode -- ./plain
        [ "$status" -eq 126 ]
        run attach_service "$name" --mode $mode -- /tmp
        [ "$status" -eq 126 ]
    done
    echo '#!/no/such/interpreter' >bad
    chmod +x bad
    run -127 attach_service "$name" -- ./bad
    [ "$(redis EXISTS "band:commands:{$name}")" = 0 ]
}

@test "a script without a first line for the kernel is run by sh" {
    echo 'while read -r line; do echo "{\"payload\":\"$1\"}"; done' >bare
    chmod +x bare
    attach "$name" -- ./bare 'two words'
    send "$name.go" 1
    [ "$(result body)" = '"two words"' ]
    detach
}

@test "usage errors are 2" {
    local words
    for words in '' "$name" "$name --" "$name --workers 0 -- true" "$name --raw -- true" \
        "$name --mode exec --bare -- true" "$name --stderr-level loud -- true" \
        "$name --mode both -- true"; do
        # shellcheck disable=SC2086  # split on purpose
        run --separate-stderr attach_service $words
        [ "$status" -eq 2 ] || { echo "$words: $status $stderr" >&2; return 1; }
    done
}

@test "exec: standard output is the result, JSON or text" {
    attach "$name" --mode exec -- sh -c 'case $BAND_COMMAND in
        json) echo " {\"a\": 1} " ;; text) echo "two"; echo "lines \"quoted\"" ;; none) ;; echo) cat ;; esac'
    send "$name.json" 1
    [ "$(result body)" = '{"a": 1}' ]
    send "$name.text" 1
    [ "$(result body)" = '"two\nlines \"quoted\""' ]
    send "$name.none" 1
    [ "$(result body)" = null ]
    send "$name.echo" '{"as it": "is"}'
    [ "$(result body)" = '{"as it": "is"}' ]
    detach
}

@test "exec: the envelope is in the environment" {
    attach "$name" --mode exec --commands go --events "E$name" -- sh -c 'env | grep ^BAND_ >"$BAND_KIND"; mv "$BAND_KIND" "$BAND_KIND.env"'
    send "$name.go" 1 source me
    [ "$(result status)" = success ]
    local line
    for line in BAND_COMMAND=go "BAND_ROUTING_KEY=$name.go" BAND_CONVERSATION_ID=talk BAND_EVENT= \
        BAND_CORRELATION_ID=1 BAND_SENDER=me BAND_ATTEMPT=1 "BAND_SERVICE=$name" "BAND_BUS=$BAND_BUS"; do
        grep -qx "$line" command.env || { echo "no $line" >&2; return 1; }
    done
    publish_event "E$name" --data 1
    wait_until '[ -e event.env ]'
    grep -qx "BAND_EVENT=E$name" event.env
    detach
}

@test "exec: the program can publish events itself, in the service's name" {
    attach "$name" --mode exec -- publish_event "From$name" -
    send "$name.go" '{"x":1}'
    [ "$(result status)" = success ]
    [[ $(redis XRANGE "band:events:{From$name}" - +) == *'{"x":1}'*source*"$name"* ]]
    detach
}

@test "exec: no password gets into the program's environment that was not in ours" {
    redis ACL SETUSER canary on '>canary-pw' '~*' '&*' +@all
    attach "unix://canary:canary-pw@$REDIS_SOCKET" "$name" --mode exec -- sh -c 'env >env; tr "\0" "\n" <"/proc/$PPID/cmdline" >cmdline'
    send "$name.go" 1
    [ "$(result status)" = success ]
    grep -q "^BAND_BUS=unix://canary@$REDIS_SOCKET" env
    run ! grep canary-pw env cmdline "$name.err"
    detach
}

@test "exec: a failing event is tried once more, then it is a dead letter" {
    attach "$name" --mode exec --events "E$name" --retry-delay 10ms -- sh -c 'echo "$BAND_ATTEMPT" >>attempts; echo "no disk" >&2; exit 3'
    publish_event "E$name" --data 1
    wait_until '[[ $(dead) == 1 ]]'
    [[ $(dead_field error) == *'exit status 3'* ]]
    [[ $(redis XRANGE "band:dead:{$name}" - +) == *'no disk'* ]]
    [ "$(tr -d '\n' <attempts)" = 12 ]
    detach
}

@test "exec: a command's program that is killed is tried once more, then it is a dead letter" {
    attach "$name" --mode exec --retry-delay 10ms -- sh -c 'echo "$BAND_ATTEMPT" >>attempts; kill -SEGV $$'
    send "$name.go" 1
    [ "$(result status)" = error ]
    [[ $(dead_field error) == *'killed by signal 11'* ]]
    [ "$(tr -d '\n' <attempts)" = 12 ]
    detach
}

@test "exec: --handler-timeout ends the program and its children" {
    attach "$name" --mode exec --handler-timeout 100ms --retry-delay 10ms -- sh -c 'sleep 1001 & echo $! >>sleeps; wait'
    send "$name.go" 1
    [ "$(result status)" = error ]
    [[ $(dead_field error) == *'no end within 100ms'* ]]
    wait_until '! xargs kill -0 <sleeps 2>/dev/null'
    detach
}

@test "exec: output over --max-size is a failure" {
    attach "$name" --mode exec --max-size 1k --retry-delay 10ms -- head -c 2000 /dev/zero
    send "$name.go" 1
    [ "$(result status)" = error ]
    [[ $(dead_field error) == *'--max-size'* ]]
    detach
}

@test "exec: a program that does not read its input is no failure" {
    head -c 1000000 /dev/zero | tr '\0' x | sed 's/.*/"&"/' >big.json
    attach "$name" --mode exec --events "E$name" -- sh -c 'echo x >>done'
    publish_event "E$name" big.json
    wait_until '[ -s done ]'
    detach
    [ "$(dead)" = 0 ]
}

@test "exec: --workers run at once, CBOR is given raw when asked for" {
    mkfifo gate
    attach "$name" --mode exec --events "E$name" --workers 2 --raw -- sh -c 'cat >>bytes; echo x >>begun; read -r go <gate'
    publish_event "E$name" --data 7 --as cbor
    publish_event "E$name" --data 7 --as cbor
    wait_until '[[ $(wc -l 2>/dev/null <begun) == 2 ]]'
    [ "$(od -An -tx1 bytes | tr -d ' ')" = 0707 ]
    exec 8<>gate
    printf 'go\ngo\n' >&8
    detach
    exec 8>&-
}

@test "standard error goes to the log bus with its levels, escapes harmless" {
    cat >p <<'END'
echo 'plain' >&2
echo '<4>as systemd has it' >&2
echo 'ERROR: a word' >&2
printf 'red \033[31m and \302\233 done\n' >&2
head -c 70000 /dev/zero | tr '\0' y >&2
echo >&2
printf 'no newline' >&2
END
    attach "$name" --mode exec --stderr-level notice -- sh p
    send "$name.go" 1
    [ "$(result status)" = success ]
    wait_until 'logged | grep -q "no newline"'
    [ "$(logged | jq -r 'select(.short_message | length < 60) | "\(._levelname) \(.short_message)"' | sed -n 1,3p)" = \
        $'NOTICE plain\nWARNING as systemd has it\nERROR a word' ]
    run ! grep -q $'\e' <(logged)
    grep -q 'red \\x1b\[31m and' "$name.err"
    run ! grep -q $'\e' "$name.err"
    [ "$(logged | jq 'select(.short_message | startswith("yyy")) | .short_message | length')" = 65537 ]
    detach
}

@test "a program that floods standard error does not fill the memory" {
    attach "$name" --mode exec -- sh -c 'yes "a long and useless line of text" | head -n 1000000 >&2'
    send "$name.go" 1
    wait_until '[[ $(redis XLEN "band:commands:{$reply}") == 1 ]]' 120
    [ "$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status")" -lt 65536 ] || [ -n "${ASAN_OPTIONS-}" ]
    detach
}

@test "an unknown command is answered with an error" {
    attach "$name" --commands greet -- "$EXAMPLES/echo.py"
    send "$name.dance" 1
    [[ $(result body) == *"unknown command"* ]]
    send "$name.greet" 1
    [ "$(result body)" = 1 ]
    detach
}

@test "SIGTERM: what runs is finished, the program sees the end of its input" {
    mkfifo gate
    attach "$name" -- sh -c 'while read -r line; do echo x >begun; read -r go <gate; echo "{\"payload\":\"late\"}"; done; echo bye >ended'
    send "$name.go" 1
    wait_until '[ -s begun ]'
    kill -TERM "$pid"
    wait_until 'logged | grep -q Shutting'
    echo go >gate
    [ "$(result body)" = '"late"' ]
    wait "$pid"
    [ "$(cat ended)" = bye ]
}

@test "SIGTERM: a program that does not end is ended, its message handed back" {
    attach "$name" --stop-timeout 100ms -- sh -c 'trap "" TERM; read -r line; echo $$ >begun; while :; do sleep 0.1; done'
    send "$name.go" 1
    wait_until '[ -s begun ]'
    detach
    run ! kill -0 "$(cat begun)"
    [ "$(dead)" = 0 ]
    attach "$name" -- "$EXAMPLES/echo.py"
    [ "$(result body)" = 1 ]
    detach
}

@test "a second signal ends it at once, and the program with it" {
    attach "$name" -- sh -c 'trap "" TERM; read -r line; echo $$ >begun; while :; do sleep 0.1; done'
    send "$name.go" 1
    wait_until '[ -s begun ]'
    kill -TERM "$pid"
    wait_until 'logged | grep -q Shutting'
    kill -TERM "$pid"
    run wait "$pid"
    wait_until '! kill -0 "$(cat begun)" 2>/dev/null'
}

@test "kill -9 of attach_service: no orphan stays, another instance takes the message over" {
    attach "$name" --liveness 300ms -- sh -c 'echo $$ >child; read -r line; echo x >begun; exec sleep 1002'
    send "$name.go" '"mine"'
    wait_until '[ -s begun ]'
    kill -KILL "$pid"
    wait_until '! kill -0 "$(cat child)" 2>/dev/null'
    attach "$name" --liveness 300ms -- "$EXAMPLES/echo.py"
    [ "$(result body)" = '"mine"' ]
    [ "$(dead)" = 0 ]
    detach
}

@test "the program gets no descriptor but its three, and the default of SIGPIPE" {
    exec 7</dev/null
    attach "$name" --mode exec -- sh -c 'ls /proc/self/fd | wc -l; ignored=$(grep SigIgn /proc/self/status | cut -f2); echo $((0x$ignored & 1 << 12))'
    send "$name.go" 1
    # ls itself has the folder open.
    [ "$(result body)" = '"4\n0"' ]
    exec 7<&-
    detach
}

# ---- methods, which bandctl calls

@test "methods, exec: a call is answered by the program, errors too" {
    cat >p <<'END'
case $BAND_COMMAND in
put) cat >>calls; env | sort | grep '^BAND_' >variables; echo '{"done": true}' ;;
*) echo "cannot $BAND_COMMAND" >&2; exit 3 ;;
esac
END
    attach "$name" --methods put,fail --mode exec -- sh p
    run bandctl call "$name" put a:=1
    [ "$output" = '{"done":true}' ]
    [ "$(cat calls)" = '{"a": 1}' ]
    grep -q '^BAND_KIND=command$' variables
    grep -q "^BAND_ROUTING_KEY=$name.put\$" variables
    grep -q '^BAND_SENDER=call-' variables
    run bandctl call "$name" fail
    [ "$status" -eq 1 ]
    [ "$output" = "bandctl: $name.fail: cannot fail (-32000)" ]
    run bandctl call "$name" other
    [ "$output" = "bandctl: $name.other: Method not found (-32601); it has put, fail" ]
    detach
}

@test "methods, stream: answers of a program that stays up, with effects and errors of its own" {
    cat >p <<'END'
while read -r line; do
    case $line in
    *'"command":"double"'*) echo '{"payload": [2], "events": [{"name": "Doubled", "payload": 1}], "log": ["doubling"]}' ;;
    *) echo '{"status": "error", "payload": {"code": 404, "message": "not here"}}' ;;
    esac
done
END
    attach "$name" --methods double,other -- sh p
    run bandctl call "$name" double
    [ "$output" = '[2]' ]
    wait_until '[ "$(redis XLEN "band:events:{Doubled}")" = 1 ]'
    run bandctl call "$name" other
    [ "$output" = "bandctl: $name.other: not here (404)" ]
    wait_until 'logged | grep -q doubling'
    detach
}

@test "methods: beside commands, with the same program and in the same line" {
    attach "$name" --methods echo --commands echo --bare -- cat
    send "$name.echo" '[1]'
    [ "$(result body)" = '[1]' ]
    run bandctl call "$name" echo --params '[2]'
    [ "$output" = '[2]' ]
    detach
}

@test "methods alone: no command of the service is taken" {
    attach "$name" --methods echo --bare -- cat
    send "$name.echo" '[1]'
    [ "$(result body)" = "{\"reason\":\"unknown command\",\"message\":\"$name has no command $name.echo\"}" ]
    detach
}

@test "methods: a notification is carried out, and nobody answers it" {
    attach "$name" --methods put --mode exec -- sh -c 'cat >>calls; echo >>calls'
    bandctl notify "$name" put n:=1
    wait_until 'grep -q n calls'
    [ "$(cat calls)" = '{"n": 1}' ]
    detach
}

@test "methods: a program that ends or takes too long is an error answer at once" {
    attach "$name" --methods die,sleep --mode exec --handler-timeout 200ms -- \
        sh -c 'case $BAND_COMMAND in die) kill -KILL $$ ;; *) exec sleep 100 ;; esac'
    run bandctl call "$name" die
    [ "$status" -eq 1 ]
    [[ $output == *"sh: killed by signal 9"*'(-32000)' ]]
    run bandctl call "$name" sleep
    [[ $output == *'no end within 200ms (-32000)' ]]
    detach
}

@test "methods: at a stop the call at hand is answered, and no other is taken" {
    attach "$name" --methods wait --mode exec -- sh -c 'touch started; until [ -e go ]; do sleep 0.02; done; echo late'
    bandctl call "$name" wait >answer 3>&- &
    local caller=$!
    wait_until '[ -e started ]'
    kill -TERM "$pid"
    wait_until '[[ $(redis PUBSUB NUMSUB "$name") == *0 ]]'
    run bandctl call "$name" wait
    [ "$status" -eq 69 ]
    touch go
    wait $caller
    [ "$(cat answer)" = '"late"' ]
    wait "$pid"
}

@test "methods: a call that outlasts --stop-timeout is told that the service stops" {
    attach "$name" --methods wait --mode exec --stop-timeout 100ms -- sh -c 'touch started; exec sleep 100'
    bandctl call "$name" wait 2>error 3>&- &
    local caller=$!
    wait_until '[ -e started ]'
    kill -TERM "$pid"
    wait "$pid"
    local status=0
    wait $caller || status=$?
    [ "$status" -eq 1 ]
    grep -q 'the service stops (-32000)' error
}
