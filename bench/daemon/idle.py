"""idle.py PID SECONDS: memory of a process in kB, and how often its threads were woken and how long they ran meanwhile."""

import os
import sys
import time


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


def main(pid: str, seconds: float) -> None:
    before, ran_before = switches(pid), ran(pid)
    time.sleep(seconds)
    after, ran_after = switches(pid), ran(pid)
    for name in ("VmRSS", "RssAnon", "RssFile", "RssShmem"):
        print(name, field(f"/proc/{pid}/status", name))
    print("threads", len(after))
    print("wakeups", sum(count - before.get(task, 0) for task, count in after.items()))
    print("woken-threads", sum(1 for task, count in after.items() if count != before.get(task, 0)))
    print(f"ran {ran_after - ran_before:.1f}")


main(sys.argv[1], float(sys.argv[2]))
