"""Fitting labels: classes, and whether something happens; rare ones are not drowned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from countersign.learn.boosting import CrossFit, Question, cross_fit, fit_whole
from countersign.learn.calibrating import find_curve, find_temperature
from countersign.learn.features import Features
from countersign.learn.folds import Fold
from countersign.learn.measures import (
    auc,
    average_precision,
    calibration_error,
    log_loss,
    macro_f1,
    threshold_table,
)
from countersign.model.calibration import softmax
from countersign.model.trained import two_sided

IMBALANCED = 20.0
"""From how many times fewer cases a class weighs more while it is learned."""
MOST_WEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A booster with what the card says of it."""

    booster: xgboost.Booster
    calibration: Mapping[str, Any]
    metrics: Mapping[str, float]
    baselines: Mapping[str, float]
    thresholds: list[dict[str, float]]
    parameters: Mapping[str, Any]


def fit_labels(
    features: Features,
    answers: NDArray[np.int64],
    classes: int,
    parts: list[Fold],
    seed: int,
) -> Fitted:
    """Fit classes by number, calibrated on rows that were not learned from."""
    weights = class_weights(answers, classes)
    objective: dict[str, Any] = {"objective": "binary:logistic", "eval_metric": "logloss"}
    if classes > 2:
        objective = {
            "objective": "multi:softprob",
            "num_class": classes,
            "eval_metric": "mlogloss",
        }
    question = Question(
        features,
        answers.astype(np.float32),
        objective,
        weights[answers].astype(np.float32),
    )
    crossed = cross_fit(question, parts, seed)
    prior = -np.log(weights).astype(np.float32)
    margins = two_sided(crossed.margins)[crossed.told] + prior
    truth = answers[crossed.told]
    heat = find_temperature(margins, truth)
    shares = softmax(margins / np.float32(heat))
    said = shares.argmax(axis=1)
    curve = find_curve(shares.max(axis=1), said == truth)
    confidence = curve(shares.max(axis=1))
    return Fitted(
        fit_whole(question, crossed),
        {
            "method": "isotonic" if curve.raw else "temperature",
            "temperature": heat,
            "prior": prior.tolist(),
            "curve": curve.to_data(),
        },
        label_figures(truth, shares, classes, confidence),
        _baselines(answers, crossed, truth, classes, parts),
        threshold_table(confidence, said == truth),
        {**crossed.parameters, "rounds": crossed.rounds},
    )


def class_weights(answers: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Return a weight per class: 1 where all are frequent, more for rare ones.

    The weights are taken out of the probabilities again, so that confidence stays honest.
    """
    counts = np.maximum(np.bincount(answers, minlength=classes), 1)
    weights: NDArray[np.float64] = counts.max() / counts
    if weights.max() < IMBALANCED:
        return np.ones(classes)
    return np.clip(np.sqrt(weights / IMBALANCED), 1.0, MOST_WEIGHT)


def label_figures(
    truth: NDArray[np.int64],
    shares: NDArray[np.float32],
    classes: int,
    confidence: NDArray[np.float64],
) -> dict[str, float]:
    """Return what the card says of calibrated answers."""
    said = shares.argmax(axis=1)
    found = {
        "accuracy": float((said == truth).mean()),
        "macro_f1": macro_f1(truth, said, classes),
        "log_loss": log_loss(shares, truth),
        "calibration_error": calibration_error(confidence, said == truth),
    }
    if classes == 2:
        found["auc"] = auc(shares[:, 1], truth == 1)
        found["average_precision"] = average_precision(shares[:, 1], truth == 1)
    return found


def _baselines(
    answers: NDArray[np.int64],
    crossed: CrossFit,
    truth: NDArray[np.int64],
    classes: int,
    parts: list[Fold],
) -> dict[str, float]:
    """Always telling the most frequent label of what was learned from, and the share of each."""
    usual = np.zeros((len(answers), classes))
    for learned, told in parts:
        usual[told] = np.bincount(answers[learned], minlength=classes) / len(learned)
    shares = usual[crossed.told]
    majority = shares.argmax(axis=1)
    found = {
        "accuracy": float((majority == truth).mean()),
        "macro_f1": macro_f1(truth, majority, classes),
        "log_loss": log_loss(shares, truth),
    }
    if classes == 2:
        found |= {"auc": 0.5, "average_precision": float((truth == 1).mean())}
    return found
