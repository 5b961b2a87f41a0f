"""Training: simulate plants, replay their events, fit one model per use case, put it in use."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from countersign.learn.calibrating import find_temperature
from countersign.learn.dataset import DataSet, collect
from countersign.learn.plant_fit import card, fit, margins, split
from countersign.learn.replay import Examination, Learnable, replay
from countersign.learn.simulator.habits import draw_habits
from countersign.learn.simulator.history import simulate_plant
from countersign.model import registry

PLANTS = 11
TEST_SHARE = 0.25
"""Share of the plants that are only tested on; at least one."""
ORDERS_PER_PLANT = 120
THREADS = 2
REJECT_FACTORS: Mapping[str, float] = {"scrap_report": 8.0}
"""How much more is rejected in the plants that a task is trained on; 1 unless named.

Such plants have fewer orders, so that they take no longer to simulate.
"""

Places = Mapping[str, Sequence[str]]
"""Features that stand empty at first, by the name of the task."""
NO_PLACES: Places = {}
PutInUse = Callable[[Path, str, str], None]

logger = logging.getLogger(__name__)


def main_train(
    models_dir: Path,
    use_cases: Mapping[str, Learnable],
    seed: int = 1,
    *,
    plants: int = PLANTS,
    orders: int = ORDERS_PER_PLANT,
    places: Places = NO_PLACES,
    put_in_use: PutInUse = registry.activate,
) -> list[dict[str, Any]]:
    """Train the models of all use cases, put them in use, and return their cards.

    ``put_in_use`` takes the folder of the models, the task and the version; where a database is,
    it has to weigh the confirmed outcomes again.
    """
    cards = train(use_cases, models_dir, seed, plants=plants, orders=orders, places=places)
    for made in cards:
        put_in_use(models_dir, made["task"], made["version"])
    return cards


def train(
    use_cases: Mapping[str, Learnable],
    out_dir: Path,
    seed: int,
    *,
    plants: int = PLANTS,
    orders: int = ORDERS_PER_PLANT,
    tasks: Iterable[str] | None = None,
    places: Places = NO_PLACES,
) -> list[dict[str, Any]]:
    """Train the models of some use cases (all unless named), and return their cards.

    The same seed and sizes give the same models and versions. Nothing is put in use here.
    ``places`` stay empty: the simulated plants have no pictures, but people's decisions will.
    """
    chosen = sorted(tasks if tasks is not None else use_cases)
    wanted = {name: use_cases[name] for name in chosen}
    examined = examine_for(use_cases, seed, plants=plants, orders=orders, tasks=wanted)
    data = [
        collect(use_cases[name].task, examined[name]).with_places(places.get(name, ()))
        for name in chosen
    ]
    test_plants = max(1, round(plants * TEST_SHARE))
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda one: _train_one(one, out_dir, seed, test_plants), data))


def examine_for(
    use_cases: Mapping[str, Learnable],
    seed: int,
    *,
    plants: int,
    orders: int,
    tasks: Iterable[str] | None = None,
) -> Mapping[str, Sequence[Sequence[Examination]]]:
    """Simulate plants and examine their events, for each task (all unless named).

    Tasks about rare events get plants where these are less rare.
    """
    names = sorted(tasks if tasks is not None else use_cases)
    by_factor = {
        factor: [
            _examine_plant(use_cases, 1000 * seed + number, round(orders / factor**0.5), factor)
            for number in range(plants)
        ]
        for factor in sorted({REJECT_FACTORS.get(name, 1.0) for name in names})
    }
    return {name: by_factor[REJECT_FACTORS.get(name, 1.0)] for name in names}


def _examine_plant(
    use_cases: Mapping[str, Learnable], seed: int, orders: int, factor: float
) -> Sequence[Examination]:
    habits = draw_habits(seed)
    habits = replace(habits, reject_share=habits.reject_share * factor)
    return list(replay(simulate_plant(seed, orders, habits=habits), use_cases))


def _train_one(data: DataSet, out_dir: Path, seed: int, test_plants: int) -> dict[str, Any]:
    parts = split(data, test_plants)
    classes = len(data.task.labels)
    booster = fit(parts.training.rows, parts.training.truth, classes, seed)
    heat = find_temperature(margins(booster, parts.calibration.rows), parts.calibration.truth)
    made = card(data, parts, margins(booster, parts.test.rows), heat)
    recipe = json.dumps([made["data_sha256"], made["parameters"]], sort_keys=True)
    made["version"] = f"sim-{seed}-{hashlib.sha256(recipe.encode()).hexdigest()[:10]}"
    registry.save(out_dir, booster, made)
    logger.info("trained %s %s: %s", made["task"], made["version"], made["metrics"])
    return made
