#!/usr/bin/env -S mawk -W interactive -f
# Adds up what is paid, and publishes the new total after each payment:
#   attach_service accounts --events OrderPaid -- ./total.awk
#   publish_event OrderPaid --data '{"amount": 12.5}'
# "-W interactive" keeps mawk from waiting for more input than one line; gawk needs no such option.
{
    amount = 0
    if (match($0, /"amount": *-?[0-9.]+/)) {
        amount = substr($0, RSTART, RLENGTH)
        sub(/.*: */, "", amount)
    }
    total += amount
    printf "{\"events\":[{\"name\":\"TotalChanged\",\"payload\":{\"total\":%.2f}}]}\n", total
    fflush()
}
