"""Updating: what confirmed rows change in a model, after they have passed the gate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.boosting import Question, train_trees
from countersign.learn.calibrating import find_curve, find_temperature
from countersign.learn.features import Features, lay_out
from countersign.learn.quality import Gate, pass_gate
from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table, read_table
from countersign.learn.value_fit import measure_interval
from countersign.model.calibration import softmax
from countersign.model.encoding import Encoding
from countersign.model.trained import Model as Scorer

if TYPE_CHECKING:
    from countersign.learn.table_model import Model

ENOUGH_TO_CALIBRATE = 200
MOST_NEW_ROUNDS_SHARE = 0.1


def confirmed_rows(
    model: Model, confirmed: pd.DataFrame, accept: Iterable[str]
) -> tuple[Table, Gate, list[str]]:
    """Read confirmed rows, and leave out what the gate quarantines."""
    table = read_table(model.task, confirmed, with_target=True)
    gate = Gate.from_data(model.card["quality"])
    passed = pass_gate(table, gate, accept)
    assert table.target is not None
    known = ~pd.isna(table.target) & (table.scale > 0)
    return table.where(passed.rows & known), gate, passed.alarms


def boosted_on(model: Model, table: Table, encoding: Encoding) -> Scorer:
    """Return a scorer whose trees went on with confirmed rows, calibrated on what it told before.

    Labels that training never saw are left to the next full training.
    """
    features = lay_out(table, encoding).chosen(model.task.features)
    card = {**model.card}
    target, kept = _answers(model, table)
    features = features[kept]
    calibration = dict(card["calibration"])
    offset = None
    if model.task.offset_column:
        first = table.numbers[model.task.offset_column] / table.scale
        offset = first[kept].astype(np.float32)
    raw = model.scorer.margins(features, offset)
    if len(target) >= ENOUGH_TO_CALIBRATE:
        calibration |= _calibrated(model, raw, target)
    parameters = {key: _array(value) for key, value in card["parameters"].items()}
    rounds = int(parameters.pop("rounds"))
    share = min(len(target) / max(card["rows"]["training"], 1), MOST_NEW_ROUNDS_SHARE)
    types = tuple(model.scorer.booster.feature_types or ())
    question = Question(
        Features(features, model.task.features, types),
        target.astype(np.float32),
        {},
        offset=offset,
    )
    booster = train_trees(
        parameters,
        question.matrix(),
        max(1, round(rounds * share)),
        xgb_model=model.scorer.booster.copy(),
    )
    card["calibration"] = calibration
    return Scorer(model.task, booster, card)


def next_version(version: str, table: Table) -> str:
    """Name the version that follows from this one and these rows."""
    origin, _, step = version.partition(".u")
    number = int(step.split("-")[0]) + 1 if step else 1
    digest = hashlib.sha256(f"{version}{table.digest()}".encode()).hexdigest()[:8]
    return f"{origin}.u{number}-{digest}"


def _answers(model: Model, table: Table) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    assert table.target is not None
    if model.task.kind == "occurrence":
        return (table.target > 0).astype(np.int64), np.ones(len(table), dtype=np.bool_)
    if model.task.kind == "classify":
        places = {label: place for place, label in enumerate(model.task.labels)}
        found = np.asarray([places.get(label, -1) for label in table.target], dtype=np.int64)
        if not (found >= 0).any():
            raise TrainingRefused(
                f"no confirmed row has a {model.task.target} that the model knows; train it again"
            )
        return found[found >= 0], found >= 0
    target = np.asarray(table.target / table.scale, dtype=np.float64)
    if model.task.cap is not None:
        target = np.minimum(target, model.task.cap)
    return target, np.ones(len(table), dtype=np.bool_)


def _calibrated(model: Model, raw: NDArray[np.float32], target: NDArray[Any]) -> dict[str, Any]:
    if not model.task.labels:
        if model.task.kind == "quantile":
            missing = target - raw[:, -1]
            shift = float(np.quantile(missing, model.task.quantile, method="higher"))
            return {"interval": measure_interval(raw[:, 0], target), "shift": shift}
        return {"interval": measure_interval(raw[:, -1], target)}
    margins = raw + np.asarray(model.card["calibration"].get("prior", 0.0), dtype=np.float32)
    heat = find_temperature(margins, target)
    shares = softmax(margins / np.float32(heat))
    curve = find_curve(shares.max(axis=1), shares.argmax(axis=1) == target)
    return {
        "temperature": heat,
        "curve": curve.to_data(),
        "method": "isotonic" if curve.raw else "temperature",
    }


def _array(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, list) else value


def renamed(scorer: Scorer, version: str, changes: dict[str, Any]) -> Scorer:
    """Return the scorer as another version, with what the card says anew."""
    card = {**scorer.card, **changes, "version": version}
    task = replace(scorer.task)
    return Scorer(task, scorer.booster, card)
