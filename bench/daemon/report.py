"""report.py FIGURES IDLE-SECONDS: a Markdown report. FIGURES has lines "NAME VALUE", names may repeat."""

import platform
import statistics
import sys


def row(name: str, values: list[float]) -> str:
    return f"| {name} | {min(values):.0f} | {statistics.median(values):.0f} | {max(values):.0f} | {len(values)} |"


def main(path: str, idle: str) -> None:
    figures: dict[str, list[float]] = {}
    watchdog = ""
    for line in open(path):
        name, value = line.split(maxsplit=1)
        if name == "watchdog":
            watchdog = value.strip()
        else:
            figures.setdefault(name, []).append(float(value))
    print("# What the daemon costs\n")
    print(f"Made by `bench/daemon/run`: one host (bookworm, systemd 252), the shipped unit, {platform.machine()}, Linux {'.'.join(platform.release().split('.')[:2])}.\n")
    print("## Milliseconds\n\n| | min | median | max | runs |\n|---|---:|---:|---:|---:|")
    print(row("start of the process to READY=1", figures["ready"]))
    for name, title in (
        ("part:root", "a bootable root from a stored image"),
        ("copy", "the same tree copied with `cp -a` and synced"),
        ("part:boot", "boot of that root, beside the running node"),
        ("part:check-software", "its kubelet asked for its version"),
    ):
        print(row(title, figures[name]))
    ratio = statistics.median(figures["part:root"]) / statistics.median(figures["copy"])
    print(f"\n- ready: **{statistics.median(figures['ready']):.0f} ms** (must be under 300)")
    print(f"- root: **{statistics.median(figures['part:root']):.0f} ms** (must be under 100), **{ratio:.2f}** of the copy")
    print(f"\n## Idle for {idle} s, after {len(figures['copy']) + 1} swaps\n")
    print(f"- resident: **{figures['VmRSS'][0] / 1024:.1f} MiB** (must be at most 45): {figures['RssAnon'][0] / 1024:.1f} anonymous, "
          f"{figures['RssFile'][0] / 1024:.1f} of files, {figures['RssShmem'][0] / 1024:.1f} shared")
    print(f"- wake-ups that are not the watchdog's: **{figures['wakeups-other'][0]:.0f}** (must be 0); the watchdog's, of {watchdog} and fed at half of it: "
          f"{figures['wakeups-watchdog'][0]:.0f}; {figures['ran'][0]:.1f} ms of processor time of {figures['threads'][0]:.0f} threads")


main(sys.argv[1], sys.argv[2])
