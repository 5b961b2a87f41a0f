"""Training: simulate plants, replay their events, fit one model per use case, put it in use."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from countersign.learn.dataset import DataSet, collect
from countersign.learn.fit import card, fit, margins, split, temperature
from countersign.learn.replay import Examination, Learnable, replay
from countersign.learn.simulator.history import simulate_plant
from countersign.model import registry

PLANTS = 11
TEST_PLANTS = 3
ORDERS_PER_PLANT = 120
THREADS = 2

logger = logging.getLogger(__name__)


def main_train(
    models_dir: Path,
    use_cases: Mapping[str, Learnable],
    seed: int = 1,
    *,
    plants: int = PLANTS,
    orders: int = ORDERS_PER_PLANT,
) -> list[dict[str, Any]]:
    """Train the models of all use cases, put them in use, and return their cards."""
    cards = train(use_cases, models_dir, seed, plants=plants, orders=orders)
    for made in cards:
        registry.activate(models_dir, made["task"], made["version"])
    return cards


def train(
    use_cases: Mapping[str, Learnable],
    out_dir: Path,
    seed: int,
    *,
    plants: int = PLANTS,
    orders: int = ORDERS_PER_PLANT,
    test_plants: int = TEST_PLANTS,
    tasks: Iterable[str] | None = None,
) -> list[dict[str, Any]]:
    """Train the models of some use cases (all unless named), and return their cards.

    The same seed and sizes give the same models and versions. Nothing is put in use here.
    """
    chosen = sorted(tasks if tasks is not None else use_cases)
    examined = examine_plants(use_cases, seed, plants=plants, orders=orders)
    data = [collect(use_cases[name].task, examined) for name in chosen]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda one: _train_one(one, out_dir, seed, test_plants), data))


def examine_plants(
    use_cases: Mapping[str, Learnable], seed: int, *, plants: int, orders: int
) -> Sequence[Sequence[Examination]]:
    """Simulate some plants and examine their events."""
    return [
        list(replay(simulate_plant(1000 * seed + number, orders), use_cases))
        for number in range(plants)
    ]


def _train_one(data: DataSet, out_dir: Path, seed: int, test_plants: int) -> dict[str, Any]:
    parts = split(data, test_plants)
    classes = len(data.task.labels)
    booster = fit(parts.training.rows, parts.training.truth, classes, seed)
    heat = temperature(margins(booster, parts.calibration.rows), parts.calibration.truth)
    made = card(data, parts, margins(booster, parts.test.rows), heat)
    made["version"] = f"sim-{seed}-{made['data_sha256'][:10]}"
    registry.save(out_dir, booster, made)
    logger.info("trained %s %s: %s", made["task"], made["version"], made["metrics"])
    return made
