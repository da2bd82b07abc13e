#!/usr/bin/env python3
"""Turns the results of hack/pods into bench/reports/pods.md. usage: pod-report.py REVISION SWAPS RESULTS..."""
import json
import platform
import statistics
import sys

revision, wanted = sys.argv[1], sys.argv[2]
swaps = [json.loads(line) for path in sys.argv[3:] for line in open(path)]
suites = sorted({s["suite"] for s in swaps})


def milliseconds(values):
    values = sorted(values)
    return f"{statistics.median(values):,.0f} ms, at most {values[-1]:,.0f} ms"


def of(suite):
    return [s for s in swaps if s["suite"] == suite]


columns = " | ".join(suites)
print(f"""# A pod over swaps

Written by `hack/pods --swaps {wanted}` at revision {revision}, {platform.machine()}, on systemd hosts of {' and '.join(suites)}, with a real containerd and kubelet. What the pod
is: [docs/reliability.md](../../docs/reliability.md). It ignores SIGTERM; the node's `podGrace` is 1 s, and its own is 60 s. A run that finds the lock held twice, an
emptyDir changed, an image taken in again or a pod that delays a swap beyond its grace fails, and writes no report.

| | {columns} |
|---|{'---:|' * len(suites)}
| swaps, all to a good side | {' | '.join(str(len(of(s))) for s in suites)} |
| starts of the pod that found its lock free | {' | '.join(str(max(x["lockedStarts"] for x in of(s))) for s in suites)} |
| starts that found it held | {' | '.join(str(max(x["refusedStarts"] for x in of(s))) for s in suites)} |
| ending the old side, pod included | {' | '.join(milliseconds([x["deactivateMilliseconds"] for x in of(s)]) for s in suites)} |
| downtime of the kubelet | {' | '.join(milliseconds([x["downtimeMilliseconds"] for x in of(s)]) for s in suites)} |""")
