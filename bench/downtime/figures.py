"""figures.py KIND CHANGES STARTED-US: one measurement as a line; figures.py report FILE: all of them as a Markdown report.

CHANGES has lines "SECONDS up|down" (CLOCK_MONOTONIC); STARTED-US is the start of the new kubelet's main process on the same clock.
"""

import platform
import statistics
import sys

PERIOD = 0.010


def measure(kind: str, changes: str, started: float) -> None:
    lines = [line.split() for line in open(changes)]
    ups = [float(at) for at, state in lines if state == "up"]
    downs = [float(at) for at, state in lines if state == "down" and float(at) > ups[0]]
    # The first way down; the last way up after it: a kubelet that answers once and dies is not up.
    down = downs[0]
    up = ups[-1]
    last_good = down - PERIOD
    print(f"{kind} {(up - last_good) * 1000:.0f} {(started - last_good) * 1000:.0f}")


def row(name: str, values: list[float]) -> str:
    return f"| {name} | {min(values):.0f} | {statistics.median(values):.0f} | {max(values):.0f} | {len(values)} |"


def report(path: str) -> None:
    total: dict[str, list[float]] = {}
    added: dict[str, list[float]] = {}
    for line in open(path):
        kind, all_of_it, extra = line.split()
        total.setdefault(kind, []).append(float(all_of_it))
        added.setdefault(kind, []).append(float(extra))
    names = {
        "restart": "restart of the kubelet in place",
        "ancestor": "the ancestor's order, by hand",
        "swap": "swap by unbounded-agent",
        "rollback": "rollback by unbounded-agent",
    }
    print("# Downtime of a swap\n")
    print(f"Made by `bench/downtime/run`: one host (bookworm, systemd 252), kubelet 1.20.2 and 1.20.4, {platform.machine()}, Linux {'.'.join(platform.release().split('.')[:2])}.")
    print("All figures in milliseconds, probed every 10 ms from outside of the node. The kubelet's own start is the larger part and nobody's to change.\n")
    for title, figures in (
        ("From the last good answer of /healthz to the first of the new kubelet", total),
        ("Of which before the new kubelet's main process starts: what whoever drives it adds", added),
    ):
        print(f"## {title}\n\n| | min | median | max | runs |\n|---|---:|---:|---:|---:|")
        for kind, name in names.items():
            if kind in figures:
                print(row(name, figures[kind]))
        print()
    median = {kind: statistics.median(values) for kind, values in added.items()}
    if median.keys() >= {"swap", "ancestor", "rollback"}:
        print("## Ratios of the medians\n")
        print(f"- added by a swap / added by the ancestor's order: **{median['swap'] / median['ancestor']:.3f}** (must be at most 0.10)")
        restart = statistics.median(total["restart"])
        swap, ancestor = statistics.median(total["swap"]) - restart, statistics.median(total["ancestor"]) - restart
        print(f"- the same as whole downtime less that of a restart in place: **{swap / ancestor:.2f}** ({swap:.0f} of {ancestor:.0f} ms)")
        print(f"- rollback / swap, whole downtime: **{statistics.median(total['rollback']) / statistics.median(total['swap']):.2f}** (must be at most 1)")
    # A restart in place adds nothing by definition of the peer: its share is what systemd itself takes.


if sys.argv[1] == "report":
    report(sys.argv[2])
else:
    measure(sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1e6)
