#!/usr/bin/env python3
"""Turns the results of hack/kill into bench/reports/kills.md. usage: kill-report.py RESULTS REVISION CUTS SEED STATUS"""
import collections
import json
import platform
import statistics
import sys

path, revision, cuts, seed, status = sys.argv[1:6]
kills = [json.loads(line) for line in open(path)]
kills.sort(key=lambda k: (k["victim"], k["number"]))
daemon = [k for k in kills if k["victim"] == "Daemon"]
host = [k for k in kills if k["victim"] == "Host"]
harm = [k for k in kills if k.get("harm")]
suites = sorted({k["suite"] for k in kills})


def seconds(values):
    values = sorted(v / 1000 for v in values if v is not None)
    if not values:
        return "-"
    return f"{statistics.median(values):.1f} s, at most {values[-1]:.1f} s"


def count(chosen):
    return sum(1 for _ in chosen)


print(f"""# Real kills

Written by `hack/kill --cuts {cuts} --seed {seed}` at revision {revision}, {platform.machine()}, on systemd hosts of {' and '.join(suites)}, with a real
containerd and kubelet. A host is killed with everything that was not synced: its /etc and /var/lib are on an ext4 that is shut down in the same instant
without a flush (`data=writeback,noauto_da_alloc,commit=60`). What is looked at after each kill: [docs/reliability.md](../../docs/reliability.md).

| | daemon | host |
|---|---:|---:|
| kills | {len(daemon)} | {len(host)} |
| of these aimed at an instant | {count(k for k in daemon if k["aim"])} | {count(k for k in host if k["aim"])} |
| that did harm: two kubelets or none, no end by itself, something left over | {count(k for k in daemon if k in harm)} | {count(k for k in host if k in harm)} |
| ended on the new side | {count(k for k in daemon if k["side"] == "new")} | {count(k for k in host if k["side"] == "new")} |
| ended on the old side | {count(k for k in daemon if k["side"] == "old")} | {count(k for k in host if k["side"] == "old")} |
| from the kill to a kubelet's answer, without the agent | - | {seconds([k["nodeMilliseconds"] for k in host])} |
| from the agent's start (daemon: from the kill) to the transition's end | {seconds([k["endMilliseconds"] for k in daemon])} | {seconds([k["endMilliseconds"] for k in host])} |
""")
for k in harm:
    print(f"**{k['suite']}, kill {k['number']} of the {k['victim'].lower()}, {k['course']}, {k['aim'] or 'random'}**: {k['harm']}\n")
if status != "0" and not harm:
    print("**The run ended before its last kill.**\n")

print("| what was hit | daemon | host |\n|---|---:|---:|")
hits = collections.Counter((k["hit"], k["victim"]) for k in kills)
for hit in sorted({k["hit"] for k in kills}, key=lambda h: -(hits[h, "Daemon"] + hits[h, "Host"])):
    print(f"| {hit} | {hits[hit, 'Daemon']} | {hits[hit, 'Host']} |")

print("\n## Every kill\n")
print("\"After\" counts from the edit or the request. \"Node\" is from the kill of the host to a kubelet's answer without the agent. \"Ended\" is how the\n"
      "transition that was hit ended, and on which side. Where the node came to rest on the old side a swap that nobody disturbed followed, and succeeded.\n")
print("| suite | # | killed | in a | aimed at | after s | hit | phase | node s | end s | ended |\n|---|---:|---|---|---|---:|---|---|---:|---:|---|")
for k in kills:
    node = f"{k['nodeMilliseconds'] / 1000:.1f}" if k["nodeMilliseconds"] is not None else ""
    print(f"| {k['suite']} | {k['number']} | {k['victim'].lower()} | {k['course']} | {k['aim'] or 'random'} | {k['afterMilliseconds'] / 1000:.2f} "
          f"| {k['hit']} | {k['phase']} | {node} | {k['endMilliseconds'] / 1000:.1f} | {k['result']}, {k['side']} |")
