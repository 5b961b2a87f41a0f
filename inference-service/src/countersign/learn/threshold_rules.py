"""Threshold rules: what a careful person would write by hand; a model has to beat them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from countersign.learn.dataset import DataSet

Answers = NDArray[np.int64]


def consumption_rule(data: DataSet) -> Answers:
    """Outside three deviations: the nearest slip, else set-up, scrap, substitution, shrinkage."""
    see = _columns(data)
    label = data.task.labels.index
    high = see["deviations"] > 3.0
    answers = np.full(len(data), label("normal"))
    answers[high & (see["material_deviations"] > 3.0)] = label("shrinkage")
    answers[high & (see["log_ratio"] < 0.10)] = label("substitution")
    answers[high & (see["scrap_share"] > 0.02)] = label("scrap")
    answers[high & (see["is_first_issue"] == 1.0)] = label("setup_waste")
    outside = np.abs(see["deviations"]) > 3.0
    answers[see["deviations"] < -3.0] = label("recording_error")
    answers[outside & (see["double_distance"] < 0.05)] = label("recording_error")
    answers[outside & (see["decimal_distance"] < 0.1)] = label("recording_error")
    answers[outside & (see["unit_distance"] < 0.1)] = label("unit_of_measure")
    return answers


def confirmation_rule(data: DataSet) -> Answers:
    """Judge more than ordered, more than before, time outliers, and short final confirmations."""
    see = _columns(data)
    label = data.task.labels.index
    answers = np.full(len(data), label("normal"))
    answers[see["minutes_deviations"] > 2.5] = label("disturbance")
    answers[np.abs(see["minutes_deviations"]) > 4.0] = label("time_recording")
    answers[see["machine_to_span_log"] > 0.1] = label("time_recording")
    final = see["is_final"] == 1.0
    answers[final & (see["open_share_after"] > 0.03)] = label("under_delivery")
    answers[see["share_after"] > 1.05] = label("over_delivery")
    answers[see["available_log"] > 0.01] = label("recording_error")
    answers[see["share_after"] > 1.3] = label("recording_error")
    return answers


RULES: Mapping[str, Callable[[DataSet], Answers]] = {
    "material_consumption": consumption_rule,
    "production_confirmation": confirmation_rule,
}
"""The rule to beat, by task."""


def look_up(data: DataSet) -> NDArray[np.float32]:
    """Score candidate reasons by counting: how often each was booked for the product here."""
    return _columns(data)["share_product"]


def believe(data: DataSet) -> NDArray[np.float32]:
    """Score candidate reasons by believing the booked one."""
    return np.nan_to_num(_columns(data)["is_booked"])


def _columns(data: DataSet) -> dict[str, NDArray[np.float32]]:
    return {name: data.rows[:, place] for place, name in enumerate(data.task.features)}
