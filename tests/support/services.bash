# Gives each test a machine of its own: services, records, locks and a tmux server in its directory.
#
#     load ../support/services
#
# shellcheck shell=bash

use_machine() {
    export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config BAND_TMUX_SOCKET=$BATS_TEST_TMPDIR/tmux.sock
    export BAND_IMAGES=$BATS_TEST_TMPDIR/services BAND_RUNTIME=tmux
    unset BAND_OUTPUT BAND_TIMEOUT TMUX
    # A sanitizer's own memory is beyond any limit.
    if sanitized; then
        export BAND_MEMORY=0
    fi
    mkdir -p "$XDG_RUNTIME_DIR" "$BAND_IMAGES"
    # Others test at the same time: a range for each file and test.
    local first=$((20000 + (BASHPID % 400) * 25))
    export BAND_PORTS=$first-$((first + 24))
}

leave_machine() {
    tmux -S "$BAND_TMUX_SOCKET" kill-server 2>/dev/null || true
}

# service NAME: its program `run` comes from standard input.
service() {
    mkdir -p "$BAND_IMAGES/$1"
    cat >"$BAND_IMAGES/$1/run"
    chmod +x "$BAND_IMAGES/$1/run"
}

# One that answers on the bus.
answering_service() {
    service "$1" <<'EOF'
#!/bin/sh
echo "$NAME is here"
exec attach_service "$NAME" --methods echo -- cat
EOF
}
