#!/bin/sh
# A service in a shell script; it is started for each command:
#   attach_service greeter --mode exec -- ./greet.sh
#   send_command greeter.greet --data '{"name": "Ada"}'
case $BAND_COMMAND in
greet)
    name=$(jq -r .name) # the payload is on standard input
    echo "NOTICE: greeting $name" >&2 # goes to the log
    printf 'Hello, %s!\n' "$name" # the result: JSON, or else plain text
    ;;
*)
    echo "there is no command $BAND_COMMAND" >&2 # the message of the error result
    exit 1
    ;;
esac
