# shellcheck shell=bash disable=SC2016,SC2034
# A director with a machine of its own: places, tmux, folder of services. Load it behind redis.bash.

use_directors_machine() {
    unset BAND_TOKEN BAND_INSECURE BAND_PORT BAND_HOST NOTIFY_SOCKET
    cd "$BATS_TEST_TMPDIR" || return
    # Short: the name of a Unix socket is at most 107 bytes.
    place=$(mktemp -d "${TMPDIR:-/tmp}/bandkit-XXXXXX")
    mkdir -m 700 "$place/run"
    export XDG_RUNTIME_DIR=$place/run XDG_STATE_HOME=$place/state XDG_CONFIG_HOME=$place/config
    export DOCKER_HOST=unix://$place/docker.sock
    export BAND_TMUX_SOCKET=$place/tmux.sock BAND_IMAGES=$PWD/services
    mkdir services
    redis FLUSHALL >/dev/null # what should run is kept there
}

leave_directors_machine() {
    [ -z "${director-}" ] || kill -TERM "$director" 2>/dev/null || true
    tmux -S "$BAND_TMUX_SOCKET" kill-server 2>/dev/null || true
    [ -z "${director-}" ] || wait "$director" || true
    wait_until 'rm -rf "$place" 2>/dev/null' # what has just ended may still write its record
}

# Starts it in the background on a free port, and returns once it listens.
start() {
    : >err # of an earlier one
    # Without a limit of memory: under a sanitizer programs take more than any.
    director -v --port 0 --memory 0 --port-range "$((20000 + RANDOM % 10000))-32000" "$@" >out 2>err 3>&- &
    director=$!
    wait_until 'grep -q "listening on" err'
    url=http://127.0.0.1:$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' err)
}
