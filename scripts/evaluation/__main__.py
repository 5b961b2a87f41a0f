"""Run the checks of simulator, models and autonomy, and print them for people or as JSON."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from pathlib import Path

from countersign.assess.use_case import USE_CASES
from countersign.learn.evaluate import Check, evaluate
from evaluation.ahead.checks import check_ahead
from evaluation.autonomy_streams import check_autonomy
from evaluation.public_data import CHECKS


def main() -> int:
    """Print every check; exit 1 when one is not met."""
    parser = argparse.ArgumentParser(prog="scripts/evaluate", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the last line as JSON")
    parser.add_argument("--seed", type=int, default=7, help="seed of the simulated plants")
    parser.add_argument("--data", type=Path, help="folder of public data sets")
    parser.add_argument("--only", default="", help="checks whose name begins so")
    chosen = parser.parse_args()
    if chosen.data is not None and not chosen.data.is_dir():
        parser.error(f"--data: {chosen.data} is no folder")
    logging.basicConfig(level=logging.ERROR)
    checks: dict[str, Check] = {}
    if chosen.data is not None:
        for name, (file, check) in CHECKS.items():
            if not name.startswith(chosen.only):
                continue
            if not (chosen.data / file).exists():
                print(f"skipped {name}: {chosen.data / file} is not there")
                continue
            _show(checks, check(chosen.data), name)
    if "autonomy".startswith(chosen.only):
        _show(checks, check_autonomy(), "autonomy over simulated streams")
    if "simulator".startswith(chosen.only):
        print("Simulated plants: no figure here is an accuracy in a real one.")
        _show(checks, evaluate(USE_CASES, chosen.seed), "simulator")
    if "ahead".startswith(chosen.only):
        _show(checks, check_ahead(chosen.seed), "what lies ahead, on simulated plants")
    if chosen.json:
        print(json.dumps({name: check.to_data() for name, check in checks.items()}))
    return 0 if all(check.met for check in checks.values()) else 1


def _show(checks: dict[str, Check], found: dict[str, Check], name: str) -> None:
    for check_name, check in found.items():
        print(_line(check_name, check), flush=True)
    print(f"{name}: {time.process_time():.0f} processor seconds so far", file=sys.stderr)
    checks |= found


def _line(name: str, check: Check) -> str:
    mark = "ok    " if check.met else "MISSED"
    held = "" if check.baseline is None else f" (against {check.baseline:g})"
    return f"{mark} {name}: {check.value:g}, wanted {check.target}{held}"


if __name__ == "__main__":
    sys.exit(main())
