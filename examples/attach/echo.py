#!/usr/bin/env python3
"""A service that stays up and answers each command with its own payload:

    attach_service echo --workers 4 -- ./echo.py
    send_command echo.anything --data '[1, 2, 3]'
"""
import json
import sys

for line in sys.stdin:
    message = json.loads(line)
    answer = {"id": message["id"], "payload": message["payload"]}
    if message["kind"] == "command" and message["command"] == "fail":
        answer = {"id": message["id"], "status": "error", "payload": {"reason": "as you wish"}}
    print(json.dumps(answer), flush=True)
