"""probe.py PID FILE: asks http://127.0.0.1:10248/healthz in the network namespace of a process, every 10 ms, until SIGTERM.

Writes the longest time without a good answer, in milliseconds, into FILE. With a third argument, every change between answering and
not answering is appended to that file as a line "SECONDS up|down" (CLOCK_MONOTONIC).
"""

import os
import signal
import socket
import sys
import time

PERIOD = 0.010
CLONE_NEWNET = 0x40000000


def answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", 10248), timeout=0.2) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def enter(pid: str) -> None:
    import ctypes

    descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(descriptor)


def main() -> None:
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    enter(sys.argv[1])
    longest = 0.0
    last_good = None
    was_up = None
    changes = open(sys.argv[3], "a", buffering=1) if len(sys.argv) > 3 else None
    following = time.monotonic()
    while not stopping:
        up = answers()
        now = time.monotonic()
        if up:
            if last_good is not None:
                longest = max(longest, now - last_good)
            last_good = now
        if up != was_up and changes:
            changes.write(f"{now:.6f} {'up' if up else 'down'}\n")
        was_up = up
        following = max(following + PERIOD, now)
        time.sleep(max(0.0, following - time.monotonic()))
    with open(sys.argv[2], "w") as result:
        result.write(f"{longest * 1000:.0f}\n")


main()
