"""Fitting: from a data set to a booster, a temperature, and a card that says what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from countersign.learn.dataset import DataSet
from countersign.learn.measures import (
    auc,
    calibration_error,
    log_loss,
    macro_f1,
    threshold_table,
)
from countersign.model.calibration import softmax

ROUNDS = 70
PARAMETERS: Mapping[str, Any] = {
    "objective": "multi:softprob",
    "tree_method": "hist",
    "max_depth": 4,
    "eta": 0.12,
    "min_child_weight": 4.0,
    "lambda": 2.0,
    "max_bin": 128,
    "subsample": 0.9,
    "colsample_bytree": 0.8,
}
TRAINING_SHARE_OF_TIME = 0.8
SIMULATED_NOTICE = (
    "Trained on a simulated plant. No figure on this card is an accuracy in your plant; "
    "the model learns there from the corrections that people make."
)


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to train on, later rows of the same plants to calibrate on, and unseen plants to test.

    Neither the future nor the tested plants are ever learned from.
    """

    training: DataSet
    calibration: DataSet
    test: DataSet


def split(data: DataSet, test_plants: int) -> Split:
    """Split by plant and by time: the last plants are for testing alone."""
    plants = int(data.plant.max()) + 1
    if not 0 < test_plants < plants:
        raise ValueError(f"{test_plants} test plants of {plants} leave nothing to train or to test")
    is_test = data.plant >= plants - test_plants
    is_late = np.zeros(len(data), dtype=np.bool_)
    for plant in range(plants - test_plants):
        here = data.plant == plant
        if here.any():
            is_late |= here & (data.at > np.quantile(data.at[here], TRAINING_SHARE_OF_TIME))
    return Split(
        data.where(~is_test & ~is_late), data.where(~is_test & is_late), data.where(is_test)
    )


def fit(
    rows: NDArray[np.float32],
    labels: NDArray[np.int64],
    classes: int,
    seed: int,
    rounds: int = ROUNDS,
    **parameters: Any,
) -> xgboost.Booster:
    """Fit a booster; one thread, so that the same seed gives the same trees."""
    matrix = xgboost.DMatrix(rows, label=labels, nthread=1)
    chosen = {**PARAMETERS, **parameters, "num_class": classes, "seed": seed, "nthread": 1}
    return xgboost.train(chosen, matrix, num_boost_round=rounds)


def margins(booster: xgboost.Booster, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the raw answers before calibration."""
    answer: NDArray[np.float32] = booster.inplace_predict(rows, predict_type="margin")
    return answer


def card(data: DataSet, parts: Split, raw: NDArray[np.float32], heat: float) -> dict[str, Any]:
    """Write the card of a model, measured on the unseen plants; its version comes on top.

    ``raw`` are the model's uncalibrated answers for the rows of the test.
    """
    task, test = data.task, parts.test
    shares = softmax(raw / np.float32(heat))
    answers = shares.argmax(axis=1)
    classes = len(task.labels)
    majority = np.full(len(test), np.bincount(parts.training.truth).argmax())
    confidence = shares[:, task.sound_columns].sum(axis=1)[test.stands]
    sound = test.is_sound[test.stands]
    return {
        "task": task.name,
        "kind": task.kind,
        "features": list(task.features),
        "labels": list(task.labels),
        "sound_labels": sorted(task.sound_labels),
        "target": task.target,
        "data_sha256": data.digest(),
        "simulated": True,
        "notice": SIMULATED_NOTICE,
        "rows": {
            "training": len(parts.training),
            "calibration": len(parts.calibration),
            "test": len(test),
        },
        "split": "by time within a plant, tested on plants that were never seen",
        "parameters": {**PARAMETERS, "rounds": ROUNDS},
        "calibration": {"method": "temperature", "temperature": heat},
        "metrics": {
            "macro_f1": round(macro_f1(test.truth, answers, classes), 4),
            "macro_f1_booked": round(macro_f1(test.booked, answers, classes), 4),
            "macro_f1_majority": round(macro_f1(test.truth, majority, classes), 4),
            "log_loss": round(log_loss(shares, test.truth), 4),
            "confidence_auc": round(auc(confidence, sound), 4),
            "confidence_calibration_error": round(calibration_error(confidence, sound), 4),
        },
        "thresholds": threshold_table(confidence, sound),
    }
