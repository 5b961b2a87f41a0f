"""Feedback: what a decision says about the rows, and nothing more than it says."""

from __future__ import annotations

from typing import Any

import pytest

from countersign.assess.use_case import USE_CASES
from countersign.learn.feedback import labels_of


def line(material_id: str, quantity: str) -> dict[str, Any]:
    unit = {"quantity_string": quantity, "unit_of_measure": "KGM"}
    return {"material_id": material_id, "quantity": unit}


CONSUMED = {"order_id": "1", "material_actual": [line("STEEL", "45.2"), line("BOLT", "8")]}
OTHER_STEEL = {"order_id": "1", "material_actual": [line("STEEL", "4.52"), line("BOLT", "8")]}
OTHER_ORDER = {**CONSUMED, "order_id": "2"}
MORE_LINES = {**CONSUMED, "material_actual": [*CONSUMED["material_actual"], line("NUT", "8")]}
CONFIRMED = {"order_id": "1", "yield_quantity": "5", "labor_time": "11"}
SCRAPPED = {"order_id": "1", "scrap_reason_code": "SURF"}

CASES: list[tuple[str, str, list[str], dict[str, Any], dict[str, Any] | None, str, Any]] = [
    (
        "agreed",
        "material_consumption",
        ["STEEL", "BOLT"],
        CONSUMED,
        CONSUMED,
        "",
        ["normal", "normal"],
    ),
    (
        "one line changed",
        "material_consumption",
        ["STEEL", "BOLT"],
        CONSUMED,
        OTHER_STEEL,
        "Miscounted",
        ["recording_error", "normal"],
    ),
    (
        "the unit was wrong",
        "material_consumption",
        ["STEEL", "BOLT"],
        CONSUMED,
        OTHER_STEEL,
        "Wrong unit",
        ["unit_of_measure", "normal"],
    ),
    (
        "another order",
        "material_consumption",
        ["STEEL", "BOLT"],
        CONSUMED,
        OTHER_ORDER,
        "Wrong order",
        ["recording_error", "recording_error"],
    ),
    (
        "a line was missing",
        "material_consumption",
        ["STEEL", "BOLT"],
        CONSUMED,
        MORE_LINES,
        "",
        ["recording_error", "recording_error"],
    ),
    (
        "rejected",
        "material_consumption",
        ["STEEL", "BOLT"],
        CONSUMED,
        None,
        "Scanned twice",
        ["recording_error", "recording_error"],
    ),
    (
        "only a time changed",
        "production_confirmation",
        [""],
        CONFIRMED,
        {**CONFIRMED, "labor_time": "1.1"},
        "Miscounted",
        ["time_recording"],
    ),
    (
        "a reason no cause of the task",
        "production_confirmation",
        [""],
        CONFIRMED,
        {**CONFIRMED, "yield_quantity": "6"},
        "Wrong unit",
        ["recording_error"],
    ),
    (
        "the reason stood",
        "scrap_report",
        ["DIM", "SURF"],
        SCRAPPED,
        SCRAPPED,
        "",
        ["other", "true_reason"],
    ),
    (
        "another reason",
        "scrap_report",
        ["DIM", "SURF"],
        SCRAPPED,
        {**SCRAPPED, "scrap_reason_code": "DIM"},
        "",
        ["true_reason", "other"],
    ),
    (
        "a reason that was no candidate",
        "scrap_report",
        ["DIM", "SURF"],
        SCRAPPED,
        {**SCRAPPED, "scrap_reason_code": "NEW"},
        "",
        None,
    ),
    ("no scrap at all", "scrap_report", ["DIM", "SURF"], SCRAPPED, None, "Scanned twice", None),
]


@pytest.mark.parametrize(
    ("use_case", "subjects", "data", "final", "reason", "labels"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_decision_becomes_labels(
    use_case: str,
    subjects: list[str],
    data: dict[str, Any],
    final: dict[str, Any] | None,
    reason: str,
    labels: list[str] | None,
) -> None:
    task = USE_CASES[use_case].task
    assert labels_of(task, subjects, data, final, reason) == labels
    assert labels is None or set(labels) <= set(task.labels)
