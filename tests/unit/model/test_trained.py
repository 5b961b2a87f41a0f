"""A trained model: the same answer alone and in a batch, calibrated, and explained exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import xgboost
from numpy.typing import NDArray

from countersign.model.calibration import softmax
from countersign.model.task import TaskSpec
from countersign.model.trained import Model

TASK = TaskSpec(
    name="weather",
    features=("clouds", "wind", "warmth"),
    labels=("dry", "wet", "white"),
    sound_labels=frozenset({"dry"}),
    target="sky",
)


def rows(count: int, seed: int = 5) -> NDArray[np.float32]:
    """Return random rows, some of them with holes."""
    random = np.random.default_rng(seed)
    table = random.normal(size=(count, 3)).astype(np.float32)
    table[random.random(table.shape) < 0.1] = np.nan
    return table


@pytest.fixture(scope="module")
def booster() -> xgboost.Booster:
    table = rows(600)
    known = np.nan_to_num(table)
    labels = np.where(known[:, 0] > 0.3, np.where(known[:, 2] < 0, 2, 1), 0)
    data = xgboost.DMatrix(table, label=labels)
    chosen = {"objective": "multi:softprob", "num_class": 3, "nthread": 1, "max_depth": 3}
    return xgboost.train(chosen, data, num_boost_round=12)


def model(booster: xgboost.Booster, temperature: float = 1.0) -> Model:
    card: Mapping[str, Any] = {"version": "v1", "calibration": {"temperature": temperature}}
    return Model(TASK, booster, card)


def test_a_row_alone_gets_the_answer_that_it_gets_in_a_batch(booster: xgboost.Booster) -> None:
    table = rows(200, seed=8)
    together = model(booster, 1.3).predict(table)
    alone = np.concatenate([model(booster, 1.3).predict([row]) for row in table.tolist()])

    np.testing.assert_array_equal(together, alone)


def test_probabilities_add_up_to_one(booster: xgboost.Booster) -> None:
    answer = model(booster).predict(rows(50))
    assert answer.shape == (50, 3)
    assert answer.dtype == np.float32
    np.testing.assert_allclose(answer.sum(axis=1), 1.0, atol=1e-6)


def test_no_rows_get_no_answers(booster: xgboost.Booster) -> None:
    assert model(booster).predict([]).shape == (0, 3)


def test_a_higher_temperature_is_less_sure_and_keeps_the_order(booster: xgboost.Booster) -> None:
    table = rows(50)
    cold, warm = model(booster).predict(table), model(booster, 2.5).predict(table)
    np.testing.assert_array_equal(cold.argmax(axis=1), warm.argmax(axis=1))
    assert warm.max(axis=1).mean() < cold.max(axis=1).mean()


def test_contributions_add_up_to_what_the_model_said(booster: xgboost.Booster) -> None:
    table = rows(20)
    explained = model(booster).explain(table)
    assert explained.shape == (20, 3, 4)
    np.testing.assert_allclose(
        softmax(explained.sum(axis=2)), model(booster).predict(table), atol=1e-4
    )


def test_missing_facts_are_allowed(booster: xgboost.Booster) -> None:
    answer = model(booster).predict([[math.nan, math.nan, math.nan]])
    assert np.isfinite(answer).all()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"features": ("a", "a")}, "a feature twice"),
        ({"labels": ("a",)}, "two different labels"),
        ({"labels": ("a", "a")}, "two different labels"),
        ({"sound_labels": frozenset({"z"})}, "sound labels that are no labels"),
    ],
)
def test_a_task_that_no_model_can_answer_is_refused(changes: dict[str, Any], says: str) -> None:
    whole: dict[str, Any] = {
        "name": "t",
        "features": ("a", "b"),
        "labels": ("x", "y"),
        "sound_labels": frozenset(),
        "target": "cause",
        **changes,
    }
    with pytest.raises(ValueError, match=says):
        TaskSpec(**whole)
