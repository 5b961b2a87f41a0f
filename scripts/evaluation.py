"""Run the checks of simulator and models, and print them for people or as JSON."""

from __future__ import annotations

import argparse
import json
import sys

from countersign.assess.use_case import USE_CASES
from countersign.learn.evaluate import Check, evaluate


def main() -> int:
    """Print every check; exit 1 when one is not met."""
    parser = argparse.ArgumentParser(prog="scripts/evaluate", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the last line as JSON")
    parser.add_argument("--seed", type=int, default=7, help="seed of the simulated plants")
    chosen = parser.parse_args()
    print("Simulated plants: no figure here is an accuracy in a real one.")
    checks = evaluate(USE_CASES, chosen.seed)
    for name, check in checks.items():
        print(_line(name, check))
    if chosen.json:
        print(json.dumps({name: check.to_data() for name, check in checks.items()}))
    return 0 if all(check.met for check in checks.values()) else 1


def _line(name: str, check: Check) -> str:
    mark = "ok    " if check.met else "MISSED"
    held = "" if check.baseline is None else f" (against {check.baseline:g})"
    return f"{mark} {name}: {check.value:g}, wanted {check.target}{held}"


if __name__ == "__main__":
    sys.exit(main())
