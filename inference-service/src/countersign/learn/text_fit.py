"""Fitting text: a linear model, which beats trees on runs of characters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from countersign.learn.calibrating import find_curve, find_temperature
from countersign.learn.folds import Fold
from countersign.learn.label_fit import Fitted, label_figures
from countersign.learn.measures import threshold_table
from countersign.model.calibration import softmax

ROUNDS = 40
PARAMETERS: Mapping[str, Any] = {
    "booster": "gblinear",
    "updater": "shotgun",
    "objective": "multi:softprob",
    "lambda": 1e-4,
    "eta": 0.5,
    "nthread": 1,
}
"""One thread: then shotgun goes through the features in order, and the seed decides all."""


def fit_text(
    rows: csr_matrix, answers: NDArray[np.int64], classes: int, parts: list[Fold], seed: int
) -> Fitted:
    """Fit a linear model of classes, calibrated on rows that were not learned from."""
    parameters = {**PARAMETERS, "num_class": classes, "seed": seed}
    margins = np.zeros((len(answers), classes), dtype=np.float32)
    told_rows = np.zeros(len(answers), dtype=np.bool_)
    said_most = np.zeros(len(answers), dtype=np.int64)
    for learned, told in parts:
        booster = train_linear(parameters, rows[learned], answers[learned], ROUNDS)
        margins[told] = linear_margins(booster, rows[told])
        told_rows[told] = True
        said_most[told] = np.bincount(answers[learned], minlength=classes).argmax()
    truth, raw = answers[told_rows], margins[told_rows]
    heat = find_temperature(raw, truth)
    shares = softmax(raw / np.float32(heat))
    is_right = shares.argmax(axis=1) == truth
    curve = find_curve(shares.max(axis=1), is_right)
    confidence = curve(shares.max(axis=1))
    return Fitted(
        train_linear(parameters, rows, answers, ROUNDS),
        {
            "method": "isotonic" if curve.raw else "temperature",
            "temperature": heat,
            "curve": curve.to_data(),
        },
        label_figures(truth, shares, classes, confidence),
        {"accuracy": float((said_most[told_rows] == truth).mean())},
        threshold_table(confidence, is_right),
        {**parameters, "rounds": ROUNDS},
    )


def train_linear(
    parameters: Mapping[str, Any],
    rows: csr_matrix,
    answers: NDArray[np.int64],
    rounds: int,
    booster: xgboost.Booster | None = None,
) -> xgboost.Booster:
    """Fit a linear model, or go on fitting one."""
    matrix = xgboost.DMatrix(rows, label=answers, nthread=1)
    return xgboost.train(dict(parameters), matrix, num_boost_round=rounds, xgb_model=booster)


def linear_margins(booster: xgboost.Booster, rows: csr_matrix) -> NDArray[np.float32]:
    """Return the raw answers of a linear model."""
    raw: NDArray[np.float32] = booster.predict(xgboost.DMatrix(rows, nthread=1), output_margin=True)
    return raw
