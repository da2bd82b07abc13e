#!/usr/bin/env python3
"""Turns the JSON of `unbounded-agent selftest` into bench/reports/crash.md. usage: crash-report.py REVISION RESULT..."""
import json
import platform
import sys

revision, results = sys.argv[1], [json.load(open(path)) for path in sys.argv[2:]]
result = {key: sum(r[key] for r in results) for key in ("states", "oneCut", "twoCuts", "threeCuts", "diskFaults")}
seconds = max(r["milliseconds"] for r in results) / 1000
seeds = [r["seed"] for r in results]
failures = [r["failure"] for r in results if r["failure"]]
scenarios = {}
for each in results:
    for scenario in each["scenarios"]:
        scenarios[scenario["name"]] = scenarios.get(scenario["name"], 0) + scenario["states"]
options = f"--states {result['states']} --seed {min(seeds)}" + (f" --jobs {len(seeds)}" if len(seeds) > 1 else "")
where = "one core" if len(seeds) == 1 else f"{len(seeds)} jobs with seeds {min(seeds)} to {max(seeds)} (each looks at the single cuts first)"
print(f"""# Crash states

Written by `hack/crash {options}` at revision {revision}, {platform.machine()}, {where}.
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
| that lost the node, or needed a person | {len(failures)} |

| scenario | states |
|---|---:|""")
for name, states in scenarios.items():
    print(f"| {name} | {states:,} |")
for failure in failures:
    print(f"\n## Broken: {failure['law']}\n\n`unbounded-agent selftest --story '{failure['replay']}'`\n\n```\n{failure['story']}\n```")
