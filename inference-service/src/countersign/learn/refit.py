"""Refitting: the model in use learns on from what people decided, and has to pass a gate.

The booster is grown on, not made anew: what it knows from simulation stays, and some hundred
labels are enough to bend it to a plant. The newest labels are kept out of the fit; only a model
that does no worse there than the one in use may challenge it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from scipy.optimize import minimize_scalar

from countersign.learn.duel import Duel, fight
from countersign.learn.plant_fit import PARAMETERS
from countersign.model.calibration import softmax
from countersign.model.pictures import Looks, complete, encoder_of
from countersign.model.trained import Model
from countersign.nouns.labelled import LabelledFeatures

FEWEST_EVENTS = 150
FEWEST_UNSOUND = 15
TRAINING_SHARE = 0.6
CALIBRATION_SHARE = 0.15
ROUNDS = 25
ETA = 0.05


class TooFewLabels(Exception):
    """There is too little to learn from yet; the text says how much is missing."""


@dataclass(frozen=True, slots=True)
class Refit:
    """A refitted model and how it did against the one in use on labels that neither had seen."""

    model: Model
    gate: Duel

    @property
    def has_passed(self) -> bool:
        """Tell whether it did no worse than the model in use."""
        return self.gate.challenger_loss <= self.gate.champion_loss


def refit(champion: Model, events: Sequence[LabelledFeatures], seed: int = 1) -> Refit:
    """Grow the champion on by what became clear, oldest label first.

    Raises :class:`TooFewLabels`. Deterministic by seed.
    """
    _check_amount(champion, events)
    first = round(len(events) * TRAINING_SHARE)
    second = round(len(events) * (TRAINING_SHARE + CALIBRATION_SHARE))
    training, calibration, newest = events[:first], events[first:second], events[second:]
    looks = _looks(champion, training)
    rows, labels = _taught_table(champion, looks, training)
    matrix = xgboost.DMatrix(
        rows, label=labels, nthread=1, feature_names=champion.booster.feature_names
    )
    parameters: dict[str, Any] = {
        **PARAMETERS,
        "eta": ETA,
        "num_class": len(champion.task.labels),
        "seed": seed,
        "seed_per_iteration": True,  # the same trees, whatever was drawn in this process before
        "nthread": 1,
    }
    booster = xgboost.train(
        parameters, matrix, num_boost_round=ROUNDS, xgb_model=champion.booster.copy()
    )
    card = _card(champion, events, training, looks)
    raw = Model(champion.task, booster, {**card, "calibration": {"temperature": 1.0}})
    heat = _temperature(raw, calibration)
    model = Model(
        champion.task,
        booster,
        {**card, "calibration": {**card["calibration"], "temperature": heat}},
    )
    gate = fight(champion, model, newest, seed)
    model.card["gate"] = {"text": gate.text, "events": gate.events}  # type: ignore[index]
    return Refit(model, gate)


def _check_amount(champion: Model, events: Sequence[LabelledFeatures]) -> None:
    sound = champion.task.sound_labels
    unsound = sum(any(label not in sound for label in event.labels) for event in events)
    if len(events) < FEWEST_EVENTS or unsound < FEWEST_UNSOUND:
        raise TooFewLabels(
            f"{len(events)} events became clear, {unsound} of them wrong; "
            f"{FEWEST_EVENTS} and {FEWEST_UNSOUND} are needed"
        )


def _looks(champion: Model, events: Sequence[LabelledFeatures]) -> Looks | None:
    """Learn what the pictures of each code look like, where the model has places for pictures."""
    encoder = encoder_of(champion.task)
    if encoder is None:
        return None
    return Looks.learn(
        [
            (subject, event.picture.values)
            for event in events
            if event.picture is not None and event.picture.encoder == encoder
            for subject in _true_subject(champion, event)
        ]
    )


def _true_subject(champion: Model, event: LabelledFeatures) -> list[str]:
    sound = champion.task.sound_labels
    pairs = zip(event.subjects, event.labels, strict=True)
    return [subject for subject, label in pairs if label in sound]


def _taught_table(
    champion: Model, looks: Looks | None, events: Sequence[LabelledFeatures]
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and labels of events that the looks were learned from."""
    rows = [
        complete(
            champion.task,
            looks,
            event.rows,
            event.subjects,
            event.picture,
            own=next(iter(_true_subject(champion, event)), None),
        )
        for event in events
    ]
    return np.concatenate(rows), _labels(champion, events)


def _labels(model: Model, events: Sequence[LabelledFeatures]) -> np.ndarray:
    position = {label: number for number, label in enumerate(model.task.labels)}
    return np.array([position[label] for event in events for label in event.labels])


def _temperature(model: Model, events: Sequence[LabelledFeatures]) -> float:
    """Return the temperature under which soundness has the smallest log loss."""
    rows = [model.complete(event.rows, event.subjects, event.picture) for event in events]
    labels, margins = _labels(model, events), model.margins(np.concatenate(rows))
    sound = list(model.task.sound_columns)
    truth = np.isin(labels, sound)

    def loss(log_heat: float) -> float:
        shares = softmax(margins / np.float32(np.exp(log_heat)))[:, sound].sum(axis=1)
        hit = np.clip(np.where(truth, shares, 1.0 - shares), 1e-6, 1.0)
        return float(-np.log(hit).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.5), np.log(4.0)), method="bounded")
    return round(float(np.exp(found.x)), 4)


def _card(
    champion: Model,
    events: Sequence[LabelledFeatures],
    training: Sequence[LabelledFeatures],
    looks: Looks | None,
) -> dict[str, Any]:
    content = hashlib.sha256()
    for event in events:
        content.update(event.event_id.encode() + event.rows.tobytes())
        content.update("\n".join(event.labels).encode())
        if event.picture is not None:
            content.update(repr(event.picture.values).encode())
    digest = content.hexdigest()
    origins = Counter(event.origin for event in events)
    inherited = {name: value for name, value in champion.card.items() if name != "looks"}
    return {
        **inherited,
        **({} if looks is None else {"looks": looks.to_data()}),
        "version": f"fb-{len(events)}-{digest[:10]}",
        "data_sha256": digest,
        "grown_from": champion.version,
        "notice": "Grown on from decisions of people in this plant. Its gate says how it did.",
        "feedback": {
            "events": len(events),
            "trained_on": len(training),
            "origins": dict(origins),
            "labels": dict(Counter(label for event in events for label in event.labels)),
            "median_delay_s": round(float(np.median([event.delay_s for event in events])), 1),
            "last_labelled_at": events[-1].labelled_at.isoformat(),
        },
    }
