"""Run ``concbench verify`` many times with different seeds, and count how often an honest model is flagged.

    python studies/honest_verify.py              20 runs, seeds 0 to 19
    python studies/honest_verify.py --runs 5 --json
    python studies/honest_verify.py -w family:sockets    of some workloads, named as verify takes them

Exits with 1 if any cell of any run was flagged.
"""

import argparse
import json
import subprocess
import sys
from typing import Any


def flagged(seed: int, workloads: list[str]) -> list[dict[str, Any]]:
    """Return the findings of one ``verify`` that call an honest model something else than honest."""
    chosen = [word for name in workloads for word in ("-w", name)]
    command = [sys.executable, "-m", "concbench", "verify", "--seed", str(seed), "--json", *chosen]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(f"verify --seed {seed} ended with {done.returncode}: {done.stderr.strip()}")
    findings = json.loads(done.stdout)["findings"]
    return [one for one in findings if one["outcome"] not in ("ok", "not-expressible", "unavailable")]


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("-w", "--workload", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = []
    for seed in range(arguments.runs):
        print(f"verify --seed {seed}", file=sys.stderr)
        found += [{"seed": seed, **finding} for finding in flagged(seed, arguments.workload)]
    if arguments.json:
        print(json.dumps({"runs": arguments.runs, "flagged": found}, indent=2))
    else:
        for finding in found:
            print(
                f"seed {finding['seed']}: {finding['workload']}/{finding['contender']}: {finding['reason']}"
            )
        print(f"{len(found)} honest cells flagged in {arguments.runs} runs of verify")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
