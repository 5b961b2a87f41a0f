"""Measures: how good answers are, without a library that would have to ship for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from countersign.model.bounds import lower_bound

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
BINS = 10

Numbers = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
Labels = NDArray[np.integer[Any]]


def macro_f1(truth: Labels, answers: Labels, classes: int) -> float:
    """Return the mean F1 of the classes that occur in the truth."""
    scores = []
    for label in range(classes):
        is_true, is_said = truth == label, answers == label
        if is_true.any():
            hits = 2.0 * float((is_true & is_said).sum())
            scores.append(hits / float(is_true.sum() + is_said.sum()))
    return float(np.mean(scores))


def auc(scores: Numbers, is_positive: Flags) -> float:
    """Return the probability that a positive ranks above a negative; 0.5 without both."""
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if not positives or not negatives:
        return 0.5
    ranks = float(rankdata(scores)[is_positive].sum())
    return (ranks - positives * (positives + 1) / 2.0) / (positives * negatives)


def average_precision(scores: Numbers, is_positive: Flags) -> float:
    """Return the mean precision at each positive, best score first; ties stand together."""
    positives = int(is_positive.sum())
    if not positives:
        return 0.0
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(is_positive[order])
    last = np.r_[np.flatnonzero(np.diff(scores[order])), len(scores) - 1]
    recall = hits[last] / positives
    precision = hits[last] / (last + 1)
    return float((np.diff(np.r_[0.0, recall]) * precision).sum())


def pinball_loss(truth: Numbers, told: Numbers, quantile: float) -> float:
    """Return the mean loss of a quantile: too little costs ``quantile``, too much the rest."""
    missing = truth - told
    return float(np.maximum(quantile * missing, (quantile - 1.0) * missing).mean())


def log_loss(shares: Numbers, truth: Labels) -> float:
    """Return the mean surprise at the truth."""
    chosen = shares[np.arange(len(truth)), truth]
    return float(-np.log(np.clip(chosen, 1e-7, 1.0)).mean())


def calibration_error(confidence: Numbers, is_right: Flags) -> float:
    """Return how far confidence and accuracy lie apart on average, over ten equal bins."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gap = 0.0
    for number in range(BINS):
        here = bins == number
        if here.any():
            gap += here.mean() * abs(float(confidence[here].mean()) - float(is_right[here].mean()))
    return float(gap)


def threshold_table(confidence: Numbers, is_right: Flags) -> list[dict[str, float]]:
    """Say for each threshold how much it lets through, and how much of that is right."""
    table = []
    for threshold in THRESHOLDS:
        passed = confidence >= threshold
        count, right = int(passed.sum()), int(is_right[passed].sum())
        table.append(
            {
                "threshold": threshold,
                "count": count,
                "coverage": round(count / len(confidence), 4),
                "accuracy": round(right / count, 4) if count else 0.0,
                "lower_bound": round(lower_bound(right, count), 4) if count else 0.0,
            }
        )
    return table
