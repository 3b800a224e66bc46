# Gives a bats file a Redis of its own on a Unix socket, and the programs just built:
#
#     load ../support/redis
#
# BAND_BUS leads to the server. A file with a setup_file of its own calls start_redis and
# stop_redis there.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120

PATH=${BUILD_DIR:?is set by meson test}/tools:$PATH
unset AMQP_URL BAND_CONTEXT BAND_PREFIX BAND_TOKEN BAND_URL REDIS_URL
export XDG_CONFIG_HOME=/nonexistent # the contexts of whoever runs the tests

setup_file() {
    # shellcheck disable=SC2119
    start_redis
}

teardown_file() {
    stop_redis
}

# Arguments are those of redis-server.
# shellcheck disable=SC2120 # they come from the setup_file of some bats files
start_redis() {
    REDIS_DIR=$(mktemp -d "${TMPDIR:-/tmp}/bandkit-XXXXXX")
    REDIS_SOCKET=$REDIS_DIR/redis.sock
    BAND_BUS=unix://$REDIS_SOCKET
    # bats waits for everything that holds its descriptor 3.
    redis-server --port 0 --unixsocket "$REDIS_SOCKET" --dir "$REDIS_DIR" --save '' "$@" \
        >"$REDIS_DIR/redis.log" 2>&1 3>&- &
    REDIS_PID=$!
    export PATH REDIS_DIR REDIS_SOCKET REDIS_PID BAND_BUS
    # shellcheck disable=SC2016 # evaluated each time anew
    wait_until '[[ $(redis PING 2>&1) =~ PONG|NOAUTH ]]' 20
}

stop_redis() {
    kill -KILL "$REDIS_PID" 2>/dev/null || true
    if [[ ${BAND_KEEP-} == 1 ]]; then
        echo "# kept: $REDIS_DIR" >&3
    else
        rm -rf "$REDIS_DIR"
    fi
}

# redis-cli on this file's server.
redis() {
    redis-cli -s "$REDIS_SOCKET" "$@"
}

# Whether the programs are built with AddressSanitizer, which takes memory of its own.
sanitized() {
    grep -q __asan_init "$BUILD_DIR/tools/publish_event"
}

# Waits until a shell condition holds; fails after some seconds (30): wait_until CONDITION [SECONDS]
wait_until() {
    local condition=$1 end=$((SECONDS + ${2:-30}))
    until eval "$condition"; do
        if ((SECONDS > end)); then
            echo "waited in vain until: $condition" >&2
            return 1
        fi
        sleep 0.02
    done
}
