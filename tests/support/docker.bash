# shellcheck shell=bash disable=SC2016
# A Docker Engine of a test file's own, with a bridge of its own; load it behind redis.bash.

# Says what keeps this machine from having one; nothing if it can.
engine_obstacle() {
    local program
    ((EUID == 0)) || echo 'only root can start a Docker Engine'
    for program in dockerd docker ip busybox; do
        command -v $program >/dev/null || echo "$program is not installed"
    done
}

# Exports DOCKER_HOST, and GATEWAY: the address that this machine has on the bridge.
start_engine() {
    export ENGINE_DIR BRIDGE=bkc$BASHPID GATEWAY=10.$((201 + BASHPID / 250 % 50)).$((BASHPID % 250)).1
    ENGINE_DIR=$(mktemp -d "${TMPDIR:-/tmp}/bandkit-XXXXXX")
    # An address of its own: one that it has from its ports changes as containers come and go, and
    # they do not reach it until their neighbour tables have noticed.
    ip link add "$BRIDGE" address "$(printf '02:42:0a:c9:%02x:%02x' $((BASHPID >> 8 & 255)) $((BASHPID & 255)))" type bridge
    ip addr add "$GATEWAY/24" dev "$BRIDGE"
    ip link set "$BRIDGE" up
    export DOCKER_HOST=unix://$ENGINE_DIR/docker.sock
    dockerd -H "$DOCKER_HOST" --data-root "$ENGINE_DIR/data" --exec-root "$ENGINE_DIR/exec" \
        --pidfile "$ENGINE_DIR/pid" --bridge="$BRIDGE" --iptables=false --ip6tables=false \
        --ip-masq=false >"$ENGINE_DIR/log" 2>&1 3>&- &
    export ENGINE_PID=$!
    wait_until 'docker version >/dev/null 2>&1' 60
}

stop_engine() {
    docker ps -aq | xargs -r docker rm -f >/dev/null
    kill "$ENGINE_PID"
    wait_until '! kill -0 $ENGINE_PID 2>/dev/null' 20
    ip link del "$BRIDGE"
    umount -R -q "$ENGINE_DIR/data" || true
    rm -rf "$ENGINE_DIR"
}
