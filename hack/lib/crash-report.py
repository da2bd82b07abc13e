#!/usr/bin/env python3
"""Turns the JSON of `unbounded-agent selftest` into bench/reports/crash.md. usage: crash-report.py RESULT REVISION"""
import json
import platform
import sys

result, revision = json.load(open(sys.argv[1])), sys.argv[2]
seconds = result["milliseconds"] / 1000
print(f"""# Crash states

Written by `hack/crash --states {result["states"]} --seed {result["seed"]}` at revision {revision}, {platform.machine()}, one core.
What a state is and what is modelled: [docs/reliability.md](../../docs/reliability.md).

| | |
|---|---:|
| crash states | {result["states"]:,} |
| one cut | {result["oneCut"]:,} |
| the recovery cut, too | {result["twoCuts"]:,} |
| the recovery's recovery cut, too | {result["threeCuts"]:,} |
| failing disk (EIO, ENOSPC once, ENOSPC for a while) | {result["diskFaults"]:,} |
| time | {seconds:,.0f} s |
| states per second | {result["states"] / max(seconds, 0.001):,.0f} |
| that lost the node, or needed a person | {1 if result["failure"] else 0} |

| scenario | states |
|---|---:|""")
for scenario in result["scenarios"]:
    print(f"| {scenario['name']} | {scenario['states']:,} |")
if result["failure"]:
    print(f"\n## Broken: {result['failure']['law']}\n\n```\n{result['failure']['story']}\n```")
