"""Labelled events of a made-up plant: one feature tells the truth, and a plant may be different."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from countersign.learn.plant_fit import fit
from countersign.model import registry
from countersign.model.task import TaskSpec
from countersign.model.trained import Model
from countersign.nouns.labelled import LabelledFeatures

START = datetime(2026, 11, 2, 6, tzinfo=UTC)


def labelled_events(
    task: TaskSpec,
    count: int,
    *,
    seed: int,
    turned: bool = False,
    noise: float = 0.05,
    start: datetime = START,
) -> list[LabelledFeatures]:
    """Return events of one row each: the first feature above 0 means wrong, ``turned`` below 0."""
    chance = np.random.default_rng(seed)
    sound, wrong = min(task.sound_labels), min(set(task.labels) - task.sound_labels)
    events = []
    for number in range(count):
        row = chance.normal(size=(1, len(task.features))).astype(np.float32)
        is_wrong = bool((row[0, 0] > 0.7) != (chance.random() < noise))
        if turned:
            row[0, 0] = -row[0, 0]
        events.append(
            LabelledFeatures(
                event_id=f"{seed:04}{number:028}",
                rows=row,
                subjects=("",),
                labels=(wrong if is_wrong else sound,),
                origin="person",
                labelled_at=start + timedelta(minutes=number),
                delay_s=600.0,
            )
        )
    return events


def champion_of(task: TaskSpec, *, seed: int = 1) -> Model:
    """Return a model that has learned the plant as it is not turned."""
    events = labelled_events(task, 600, seed=seed)
    position = {label: number for number, label in enumerate(task.labels)}
    rows = np.concatenate([event.rows for event in events])
    labels = np.array([position[event.labels[0]] for event in events])
    booster = fit(rows, labels, len(task.labels), seed, rounds=20)
    card = {
        "task": task.name,
        "version": f"made-{seed}",
        "features": list(task.features),
        "labels": list(task.labels),
        "calibration": {"temperature": 1.0},
        "simulated": True,
    }
    return Model(task, booster, card)


def put_in_use(models_dir: Path, model: Model) -> None:
    """Save a model and make it the one in use."""
    registry.save(models_dir, model.booster, model.card)
    registry.activate(models_dir, model.name, model.version)
