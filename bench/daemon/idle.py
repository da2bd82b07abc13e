"""idle.py PID SECONDS COMMAND...: memory of a process in kB, how often its threads were woken and how long they ran meanwhile.

COMMAND prints when the watchdog was fed last, in microseconds of the monotonic clock: what happens in the AFTER seconds from then on is the watchdog's (the
threads of the pool that feed it end when they have had nothing to do for 20 s).
"""

import os
import subprocess
import sys
import time


AFTER = 25


def field(path: str, name: str) -> int:
    for line in open(path):
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise KeyError(name)


def switches(pid: str) -> dict[str, int]:
    """Each sleep of a thread ends in one voluntary switch."""
    return {task: field(f"/proc/{pid}/task/{task}/status", "voluntary_ctxt_switches") for task in os.listdir(f"/proc/{pid}/task")}


def ran(pid: str) -> float:
    """Milliseconds on a processor, of all threads that live."""
    return sum(int(open(f"/proc/{pid}/task/{task}/schedstat").read().split()[0]) for task in os.listdir(f"/proc/{pid}/task")) / 1e6


def woken(before: dict[str, int], after: dict[str, int]) -> int:
    return sum(count - before.get(task, 0) for task, count in after.items())


def main(pid: str, seconds: float, fed: list[str]) -> None:
    before, ran_before = switches(pid), ran(pid)
    end = time.monotonic() + seconds
    watchdogs = others = 0
    while time.monotonic() < end:
        time.sleep(1)
        after = switches(pid)
        if count := woken(before, after):
            since = time.monotonic() - int(subprocess.run(fed, check=True, capture_output=True, text=True).stdout) / 1e6
            if since <= AFTER:
                watchdogs += count
            else:
                others += count
        before = after
    ran_after = ran(pid)
    for name in ("VmRSS", "RssAnon", "RssFile", "RssShmem"):
        print(name, field(f"/proc/{pid}/status", name))
    print("threads", len(after))
    print("wakeups-watchdog", watchdogs)
    print("wakeups-other", others)
    print(f"ran {ran_after - ran_before:.1f}")


main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
