"""Measure everything; ``scripts/bench`` prepares the machine and calls this."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.assessment import measure_assessment
from bench.batch import measure_batches
from bench.claim import measure_claim
from bench.drain import measure_drain, measure_latency
from bench.figure import Figure
from bench.ingest import MANY, measure_growth, measure_ingest
from bench.sap import measure_confirmations, measure_overhead
from bench.serving import measure_serving, measure_training

from environment.folders import tools_folder
from environment.postgres import Cluster, programs

STARTED = time.monotonic()


def report(line: str) -> None:
    """Show progress with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {line}", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, show a table, and print the result as one JSON line at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the JSON line on standard output")
    parser.add_argument("--quick", action="store_true", help="short rounds: no evidence")
    parser.add_argument("--only", default="", help="figures whose name begins so")
    arguments = parser.parse_args()
    models = tools_folder() / "bench-models"
    _train(models)
    with TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", programs(report))
        cluster.start()
        try:
            figures = _measure(Path(folder), cluster, models, arguments)
        finally:
            cluster.stop()
    if not arguments.json:
        _show(figures)
    print(json.dumps({figure.name: figure.to_data() for figure in figures}), flush=True)
    return 0


def _measure(
    folder: Path, cluster: Cluster, models: Path, arguments: argparse.Namespace
) -> list[Figure]:
    rounds, seconds = (3, 1.0) if arguments.quick else (5, 3.0)
    count, many = (400, 10_000) if arguments.quick else (2_000, MANY)
    numbers = itertools.count(1)

    def sqlite() -> str:
        return f"sqlite:///{folder}/bench-{next(numbers)}.sqlite"

    def postgres() -> str:
        name = f"bench{next(numbers)}"
        cluster.create_database(name)
        return cluster.url(name)

    jobs: list[tuple[str, Callable[[], list[Figure]]]] = [
        ("assessment", lambda: measure_assessment(sqlite(), models, rounds)),
        ("serving", lambda: measure_serving(models, rounds)),
        ("training", measure_training),
        ("claim", lambda: measure_claim(sqlite(), sqlite(), many, "sqlite")),
        ("claim", lambda: measure_claim(postgres(), postgres(), many, "postgresql")),
        ("drain", lambda: measure_drain("sqlite", sqlite(), rounds, count)),
        ("drain", lambda: measure_drain("postgresql", postgres(), rounds, count)),
        ("drain", lambda: measure_latency(sqlite(), rounds, count)),
        ("sap", lambda: measure_overhead(count)),
        ("sap", lambda: measure_confirmations(rounds, count)),
    ]
    for name, url in (("sqlite", sqlite), ("postgresql", postgres)):
        jobs += [
            (
                "ingest",
                lambda n=name, u=url: measure_ingest(n, u(), models, folder, rounds, seconds),
            ),
            (
                "ingest",
                lambda n=name, u=url: measure_batches(n, u(), models, folder, rounds, seconds),
            ),
        ]
    jobs.append(
        (
            "ingest",
            lambda: measure_growth(sqlite(), sqlite(), models, folder, rounds, seconds, many),
        )
    )
    figures: list[Figure] = []
    for name, job in jobs:
        if not name.startswith(arguments.only):
            continue
        report(f"measuring {name}")
        found = job()
        for figure in found:
            report(f"  {figure.name}: {figure.value:.3f} {figure.unit} {figure.detail}")
        figures += found
    return figures


def _train(models: Path) -> None:
    from countersign.assess.use_case import USE_CASES
    from countersign.learn.train import main_train

    if not (models / "material_consumption" / "active").exists():
        report("training the models")
        main_train(models, USE_CASES, 1)


def _show(figures: list[Figure]) -> None:
    for figure in figures:
        sign = "≥" if figure.bound == "at_least" else "≤"
        met = "met" if figure.is_met else "MISSED"
        print(
            f"{figure.name:28} {figure.value:9.3f} {sign} {figure.target:<6} {met:7} {figure.unit}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
