"""Reads the API server's audit log: how long after an edit of the Machine the node began to follow it."""

import json
import os
import statistics
import sys
from datetime import datetime

log, starts, swaps, labels = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
DAEMON = "unbounded:machine:edge-1"


def instant(text):
    return datetime.fromisoformat(text.strip().replace("Z", "+00:00")).timestamp()


edits, nodes, writes = [], [], []
with open(log) as lines:
    for line in lines:
        event = json.loads(line)
        what = event.get("objectRef", {})
        if event["verb"] != "patch" or event.get("responseStatus", {}).get("code") != 200:
            continue
        kind, part, user = what.get("resource"), what.get("subresource"), event["user"]["username"]
        if kind == "machines" and not part and user == "admin":
            edits.append(instant(event["stageTimestamp"]))
        elif kind == "machines" and part == "status" and user == DAEMON:
            writes.append(instant(event["stageTimestamp"]))
        elif kind == "nodes" and user == DAEMON:
            nodes.append(instant(event["requestReceivedTimestamp"]))

begun = [instant(line) for line in open(starts) if line.strip()]
assert len(edits) == swaps + labels and len(begun) == swaps, (len(edits), len(begun))
swap = [(start - edit) * 1000 for start, edit in zip(begun, edits)]
label = []
for edit in edits[swaps:]:
    label.append(next(node - edit for node in nodes if node > edit) * 1000)
# From an edit to the next one.
a_swap = [sum(1 for write in writes if first <= write < last) for first, last in zip(edits[:swaps], edits[1:])]


def row(name, values):
    print(f"| {name} | {len(values)} | {statistics.median(values):.0f} | {max(values):.0f} |")


print(f"""# From an edit of the Machine to the node

Made by `bench/edit/run {swaps} {labels}`: kube-apiserver 1.20.2 and etcd on loopback, a real containerd and kubelet, {os.cpu_count()} cores, {os.uname().machine}. Instants are
of the API server's audit log and of the Machine's status: one clock.

| | edits | median | largest |
|---|---:|---:|---:|""")
row("from the server's answer to the edit to the start of the swap, ms", swap)
row("from the server's answer to the edit to the daemon's patch of its live Node (a label), ms", label)
row("status writes of one swap", a_swap)
