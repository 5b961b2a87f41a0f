"""Fitting amounts: an expected value with its interval, a quantile, a remaining life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countersign.learn.boosting import CrossFit, Question, cross_fit, fit_whole
from countersign.learn.features import Features
from countersign.learn.folds import Fold
from countersign.learn.label_fit import Fitted
from countersign.learn.measures import pinball_loss
from countersign.model.task import TaskSpec

INTERVAL_LEVEL = 0.9
INTERVAL_BINS = 5
FEWEST_PER_BIN = 60

Numbers = NDArray[np.float32]


def fit_values(
    task: TaskSpec,
    features: Features,
    target: NDArray[np.float64],
    guesses: Mapping[str, NDArray[np.float64]],
    parts: list[Fold],
    seed: int,
) -> Fitted:
    """Fit amounts; ``guesses`` are what needs no model, by name, to be held against."""
    wanted = target if task.cap is None else np.minimum(target, task.cap)
    offset = guesses["offset"].astype(np.float32) if task.offset_column else None
    question = Question(features, wanted.astype(np.float32), _objective(task), offset=offset)
    crossed = cross_fit(question, parts, seed)
    told = crossed.told
    raw = crossed.margins.reshape(len(wanted), -1)[told]
    truth = wanted[told]
    shift = 0.0
    if task.kind == "quantile":
        shift = _level_shift(truth - raw[:, -1], task.quantile)
    value = raw[:, -1] + shift
    interval = measure_interval(value if task.kind != "quantile" else raw[:, 0], truth)
    metrics = _metrics(task, truth, value, interval)
    baselines = _baselines(task, wanted, guesses, crossed, parts)
    return Fitted(
        fit_whole(question, crossed),
        {"method": "conformal", "interval": interval, "shift": shift},
        metrics,
        baselines,
        [],
        {**crossed.parameters, "rounds": crossed.rounds},
    )


def bounds(interval: Mapping[str, Any], value: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Return the lower and upper end of the interval around told amounts."""
    place = np.searchsorted(interval["edges"], value)
    low, high = np.asarray(interval["low"]), np.asarray(interval["high"])
    return (value + low[place]).astype(np.float32), (value + high[place]).astype(np.float32)


def _objective(task: TaskSpec) -> dict[str, Any]:
    """Return what trees aim at; shares of a scale by their middle, so that no slip pulls it."""
    if task.kind == "quantile":
        return {
            "objective": "reg:quantileerror",
            "quantile_alpha": np.asarray([0.5, task.quantile]),
            "eval_metric": "quantile",
        }
    if task.scale_column:
        return {"objective": "reg:absoluteerror", "eval_metric": "mae"}
    return {"objective": "reg:squarederror", "eval_metric": "rmse"}


def _level_shift(missing: NDArray[np.float64], quantile: float) -> float:
    """Return what has to be added so that the promised share was covered on unlearned rows."""
    return float(np.quantile(missing, quantile, method="higher"))


def measure_interval(value: NDArray[Any], truth: NDArray[np.float64]) -> dict[str, Any]:
    """Measure how far the truth lay off, in as many ranges of the value as cases allow."""
    count = int(np.clip(len(value) // FEWEST_PER_BIN, 1, INTERVAL_BINS))
    edges = np.unique(np.quantile(value, np.linspace(0, 1, count + 1)[1:-1]))
    place = np.searchsorted(edges, value)
    off = truth - value
    tail = (1.0 - INTERVAL_LEVEL) / 2.0
    low, high = [], []
    for number in range(len(edges) + 1):
        here = off[place == number] if (place == number).any() else off
        low.append(float(np.quantile(here, tail, method="lower")))
        high.append(float(np.quantile(here, 1.0 - tail, method="higher")))
    return {"level": INTERVAL_LEVEL, "edges": edges.tolist(), "low": low, "high": high}


def _metrics(
    task: TaskSpec,
    truth: NDArray[np.float64],
    value: NDArray[Any],
    interval: Mapping[str, Any],
) -> dict[str, float]:
    if task.kind == "quantile":
        return {
            "pinball_loss": pinball_loss(truth, value, task.quantile),
            "coverage": float((truth <= value).mean()),
        }
    low, high = bounds(interval, value)
    spread = float(((truth - truth.mean()) ** 2).sum())
    return {
        "mae": float(np.abs(truth - value).mean()),
        "rmse": float(np.sqrt(((truth - value) ** 2).mean())),
        "r2": 1.0 - float(((truth - value) ** 2).sum()) / spread if spread else 0.0,
        "interval_coverage": float(((truth >= low) & (truth <= high)).mean()),
    }


def _baselines(
    task: TaskSpec,
    wanted: NDArray[np.float64],
    guesses: Mapping[str, NDArray[np.float64]],
    crossed: CrossFit,
    parts: list[Fold],
) -> dict[str, float]:
    """Measure what needs no model: the median (or quantile) so far, and every guess."""
    level = task.quantile if task.kind == "quantile" else 0.5
    constant = np.zeros(len(wanted))
    for learned, told in parts:
        constant[told] = np.quantile(wanted[learned], level)
    found: dict[str, float] = {}
    for name, guess in {"constant": constant, **guesses}.items():
        filled = np.where(np.isfinite(guess), guess, constant)[crossed.told]
        off = wanted[crossed.told] - filled
        if task.kind == "quantile":
            found[f"{name}_pinball_loss"] = pinball_loss(wanted[crossed.told], filled, level)
        else:
            found[f"{name}_mae"] = float(np.abs(off).mean())
            found[f"{name}_rmse"] = float(np.sqrt((off**2).mean()))
    return found
