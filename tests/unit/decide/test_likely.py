"""The strongest button: only what calibrated figures call right, and none when they do not."""

from __future__ import annotations

from typing import Any

import pytest

from countersign.decide.likely import likely_action

CORRECTION = {"quantity": {"quantity_string": "485", "unit_of_measure": "C62"}}
DOUBT = [{"severity": "review"}]


def assessment(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "findings": [],
        "confidence": 0.95,
        "causes": [],
        "suggestions": {},
        "proposed_correction": None,
    }
    return usual | changes


def causes(**shares: float) -> list[dict[str, Any]]:
    return [{"label": label, "probability": share} for label, share in shares.items()]


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({}, "approve"),
        ({"confidence": 0.7}, "approve"),
        ({"confidence": 0.6999}, None),
        ({"confidence": 0.05}, None),
        ({"confidence": None}, None),
        ({"findings": [{"severity": "info"}]}, "approve"),
        ({"findings": DOUBT}, None),
        ({"findings": [{"severity": "hold"}]}, None),
        ({"proposed_correction": CORRECTION}, None),
    ],
)
def test_posting_is_likely_when_the_model_says_so_and_no_rule_doubts_it(
    changes: dict[str, Any], action: str | None
) -> None:
    assert likely_action(assessment(**changes)) == action


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({"causes": causes(recording_error=0.93, normal=0.07)}, "correct"),
        ({"causes": causes(recording_error=0.4, unit_of_measure=0.31)}, "correct"),
        ({"causes": causes(recording_error=0.69, normal=0.31)}, None),
        ({"causes": causes(shrinkage=0.93)}, None),
        ({"causes": causes(recording_error=0.93), "confidence": None}, None),
        ({"causes": causes(recording_error=0.93), "findings": [{"severity": "hold"}]}, None),
    ],
)
def test_correcting_is_likely_when_what_it_mends_is_what_is_wrong(
    changes: dict[str, Any], action: str | None
) -> None:
    found = {"findings": DOUBT, "confidence": 0.05, "proposed_correction": CORRECTION}
    assert likely_action(assessment(**(found | changes))) == action


@pytest.mark.parametrize(("share", "action"), [(0.85, "correct"), (0.65, None)])
def test_another_scrap_reason_is_likely_when_its_own_probability_says_so(
    share: float, action: str | None
) -> None:
    ranked = [{"label": "LEAK", "probability": share}, {"label": "SURF", "probability": 1 - share}]
    found = assessment(
        confidence=0.1,
        proposed_correction={"scrap_reason_code": "LEAK"},
        suggestions={"scrap_reason_code": ranked},
    )
    assert likely_action(found) == action
