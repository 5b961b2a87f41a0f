"""Serving: what a calibrated answer costs over the bare trees, memory, and training time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from bench.figure import Figure, in_turn, median_ratio

from countersign.assess.use_case import USE_CASES
from countersign.learn.train import train
from countersign.model import registry
from countersign.model.trained import Model

SINGLE_RATIO, MANY_RATIO = 1.5, 1.3
MEMORY_MB, TRAINING_S = 450.0, 60.0
MANY_ROWS = 1000
SINGLE_CALLS, MANY_CALLS = 50, 3
TURNS = 20
"""Turns per round: many short ones, so that a busy moment falls on few of them."""

LOADED = """
import resource
from pathlib import Path
from countersign.journey.judge import open_shelf
from countersign.web import app
shelf = open_shelf(Path({models!r}))
assert len(shelf.versions()) == {count}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure_serving(models: Path, rounds: int) -> list[Figure]:
    """Measure the dearest default model: rows alone and by the thousand; then the memory."""
    found = [registry.load_active(models, case.task) for case in USE_CASES.values()]
    figures: list[Figure] = []
    ratios: dict[str, list[float]] = {"single": [], "many": []}
    detail: dict[str, dict[str, float]] = {"single": {}, "many": {}}
    for model in (one for one in found if one is not None):
        rows = np.random.default_rng(1).normal(size=(MANY_ROWS, len(model.task.features)))
        table = rows.astype(np.float32)
        for name, asked, calls in (
            ("single", table[:1], SINGLE_CALLS),
            ("many", table, MANY_CALLS),
        ):
            bare, whole = in_turn(
                rounds * TURNS, _bare(model, asked, calls), _whole(model, asked, calls)
            )
            ratios[name].append(median_ratio(whole, bare))
            detail[name][f"{model.name}_bare_ms"] = round(statistics.median(bare) * 1000, 4)
            detail[name][f"{model.name}_ratio"] = round(ratios[name][-1], 3)
    for name, most in (("single", SINGLE_RATIO), ("many", MANY_RATIO)):
        label = f"serving_{name}"
        unit = "x bare predict"
        figures.append(Figure(label, max(ratios[name]), most, unit, detail[name], "at_most"))
    return [*figures, _memory(models)]


def measure_training() -> list[Figure]:
    """Measure how long each default model takes to train, the simulation of plants included."""
    seconds = {}
    for name in sorted(USE_CASES):
        with TemporaryDirectory() as folder:
            started = time.perf_counter()
            train(USE_CASES, Path(folder), 1, tasks=[name])
            seconds[name] = round(time.perf_counter() - started, 1)
    longest = max(seconds.values())
    return [Figure("training_longest", longest, TRAINING_S, "s", seconds, "at_most")]


def _memory(models: Path) -> Figure:
    script = LOADED.format(models=str(models), count=len(USE_CASES))
    told = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    megabytes = int(told.stdout) / 1024.0
    return Figure("memory_all_models", megabytes, MEMORY_MB, "MB", {}, "at_most")


def _bare(model: Model, rows: np.ndarray, calls: int) -> Callable[[], float]:
    def ask() -> float:
        started = time.perf_counter()
        for _ in range(calls):
            model.booster.inplace_predict(rows)
        return (time.perf_counter() - started) / calls

    return ask


def _whole(model: Model, rows: np.ndarray, calls: int) -> Callable[[], float]:
    def ask() -> float:
        started = time.perf_counter()
        for _ in range(calls):
            model.predict(rows)
        return (time.perf_counter() - started) / calls

    return ask
