#!/usr/bin/env bats
# servreg from a shell: curl asks it, as any script would, and a browser shows its page.
# shellcheck disable=SC2016  # conditions are expanded while they are waited for
# shellcheck disable=SC2154  # run sets status, output and the like

bats_require_minimum_version 1.5.0
load ../support/redis

setup_file() {
    export PATH # no Redis is needed
}

teardown_file() { :; }

setup() {
    unset BAND_DBURL BAND_TOKEN BAND_INSECURE BAND_ACCESSLOG BAND_PORT BAND_HOST NOTIFY_SOCKET
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
    [ -z "${server-}" ] || kill -KILL "$server" 2>/dev/null || true
}

# Starts it in the background on a free port, and returns once it listens.
start() {
    : >err # of an earlier one
    servreg -v --port 0 "$@" >out 2>err 3>&- &
    server=$!
    wait_until 'grep -q "listening on" err'
    url=$(sed -n 's/.*listening on \(http:[^,]*\),.*/\1/p' err)
}

# rpc METHOD PARAMS: the answer.
rpc() {
    curl -sS -H 'Content-Type: application/json' "$url/rpc" \
        -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":$2}"
}

@test "a service is registered and located with curl" {
    start
    [ "$(rpc ping '["billing","10.0.0.7",9001]')" = '{"jsonrpc":"2.0","result":true,"id":1}' ]
    [ "$(rpc locate_service '["bill*"]' | jq -r '.result[0] | "\(.host):\(.port)"')" = 10.0.0.7:9001 ]
    [ -f servreg.db ]
}

@test "what was registered is there after a restart" {
    start --dburl sqlite:///some.db
    rpc ping '["billing","10.0.0.7",9001]'
    kill -KILL "$server"
    wait "$server" || true
    start --dburl "sqlite:////$PWD/some.db"
    [ "$(rpc locate_service '["billing"]' | jq .result[0].port)" = 9001 ]
}

@test "--import copies the services of another database, as often as one likes" {
    start
    rpc ping '["billing","10.0.0.7",9001]'
    rpc ping '{"name":"web","url":"https://web.example/api"}'
    kill -TERM "$server"
    wait "$server"
    local again
    for again in 2 0; do
        run servreg --import sqlite:///servreg.db --dburl sqlite:///new.db
        [ "$status" -eq 0 ]
        [ "$output" = "copied $again services from sqlite:///servreg.db to sqlite:///new.db" ]
    done
    run servreg --import sqlite:///nothere.db --dburl sqlite:///new.db
    [ "$status" -eq 66 ]
    [ "$output" = "servreg: database sqlite:///nothere.db: there is no such file" ]
    [ ! -e nothere.db ]
    start --dburl sqlite:///new.db
    [ "$(rpc locate_service '["*"]' | jq -c .result)" = '[{"host":"10.0.0.7","port":9001},"https://web.example/api"]' ]
}

@test "the access log has the combined format, and HUP opens it again" {
    start --accesslog log
    curl -s -A 'me "and you"' -e http://from.example "$url/healthz?a=b" >/dev/null
    wait_until '[ -s log ]'
    [[ $(cat log) =~ ^127\.0\.0\.1\ -\ -\ \[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8}\ \+0000\]\ \"GET\ /healthz\?a=b\ HTTP/1\.1\"\ 200\ 3\ \"http://from\.example\"\ \"me\ \\\"and\ you\\\"\"$ ]]
    mv log log.1
    kill -HUP "$server"
    wait_until '[ -e log ]'
    curl -s "$url/healthz" >/dev/null
    wait_until '[ -s log ]'
    [ "$(wc -l <log.1)" -eq 1 ]
}

@test "the access log goes to standard output, and nobody writes lines of their own into it" {
    start --accesslog -
    printf 'GET /%%0aforged HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \x1b[31m\r\nConnection: close\r\n\r\n' |
        curl -s --max-time 5 telnet://"${url#http://}" >/dev/null || true
    wait_until '[ -s out ]'
    [ "$(wc -l <out)" -eq 1 ]
    run ! grep -q "$(printf '\x1b')" out
}

@test "TERM ends it with status 0" {
    start
    kill -TERM "$server"
    wait "$server"
}

@test "a Unix socket serves its owner without a token" {
    BAND_TOKEN=abcdefgh start --unix-socket s
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$url/metrics")" = 401 ]
    [ "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket s http://localhost/metrics)" = 200 ]
    [ "$(stat -c %a s)" = 660 ]
    kill -TERM "$server"
    wait "$server"
    [ ! -e s ]
}

@test "on the Unix socket others than its owner, root and group are refused" {
    ((EUID == 0)) || skip 'only root can ask as somebody else'
    local place
    place=$(mktemp -d "${TMPDIR:-/tmp}/bandkit-XXXXXX")
    start --unix-socket "$place/s"
    chmod 711 "$place"
    chmod 666 "$place/s"
    run -0 setpriv --reuid=65534 --regid=65534 --clear-groups \
        curl -s -w '%{http_code}' --unix-socket "$place/s" http://localhost/
    [[ $output == 'refused: the user with uid 65534 is neither'*403 ]]
    run -0 setpriv --reuid=65534 --regid=0 --clear-groups \
        curl -s -w '%{http_code}' --unix-socket "$place/s" http://localhost/healthz
    [[ $output == *200 ]]
    kill -TERM "$server"
    wait "$server"
    rmdir "$place"
}

@test "for all machines without a token it warns in one line, and is quiet when that is meant" {
    start --host 0.0.0.0
    [ "$(grep -c 'everybody who reaches 0.0.0.0' err)" -eq 1 ]
    kill -TERM "$server"
    wait "$server"
    BAND_INSECURE=1 start --host 0.0.0.0
    run ! grep -q everybody err
}

@test "what cannot work is one line with its exit status" {
    local row
    for row in '2 --port 65536' '2 --port x' '2 --dburl nonsense' '2 --dburl mongodb://h/d' \
        '66 --token-file missing' '73 --accesslog no/such/folder' '2 surplus' '2 --ttl 0' '2 --keep 30s'; do
        # shellcheck disable=SC2086  # split on purpose
        run --separate-stderr timeout 10 servreg --port 0 ${row#* }
        [ "$status" -eq "${row%% *}" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "servreg: "* ]]
    done
    start
    run --separate-stderr servreg --port "${url##*:}"
    [ "$status" -eq 69 ]
    [[ $stderr == *"ddress already in use"* ]]
}

@test "no password is shown anywhere" {
    run --separate-stderr servreg --port 0 --wait-for-db 0s \
        --dburl postgresql+psycopg2://me:canary@127.0.0.1:1/reg
    [ "$status" -eq 69 ]
    [[ $output$stderr != *canary* ]]
}

@test "the service manager is told when it is ready and when it stops" {
    command -v python3 >/dev/null || skip "python3 is the service manager here"
    python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("notify")
print("bound", flush=True)
for _ in range(2):
    print(s.recv(100).decode(), flush=True)' >told 3>&- &
    wait_until 'grep -q bound told'
    NOTIFY_SOCKET=$PWD/notify start
    wait_until 'grep -q READY=1 told'
    kill -TERM "$server"
    wait_until 'grep -q STOPPING=1 told'
}

# What the page holds in a browser once its script has asked the registry.
page() {
    timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$PWD/chromium" --virtual-time-budget=5000 --dump-dom "$url/" 2>/dev/null 3>&-
}

@test "the page shows services as they are, and nothing of them becomes HTML" {
    command -v chromium >/dev/null || skip "no chromium"
    start
    rpc ping '["<img src=x onerror=\"document.title=1\">","10.0.0.7",9001]'
    rpc ping '["</td><script>document.title=2</script>","10.0.0.8",9002]'
    rpc ping '{"name":"web","url":"https://web.example/api"}'
    page >dom
    grep -qF '<td>&lt;img src=x onerror="document.title=1"&gt;</td>' dom
    grep -qF '&lt;script&gt;' dom
    grep -qF '<a href="https://web.example/api"' dom
    grep -qF '<title>servreg</title>' dom
    grep -qF '3 of 3 alive, 3 names' dom
    grep -q '<td class="alive">alive</td>' dom
}

@test "the page asks for a token where one is needed" {
    command -v chromium >/dev/null || skip "no chromium"
    BAND_TOKEN=abcdefgh start
    page >dom
    grep -qF '<form id="login">' dom
    run ! grep -q 'id="login" hidden' dom
}
