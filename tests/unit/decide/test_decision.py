"""What may happen to an event: gates before phases, phases before trust."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from countersign.decide.decision import decide
from countersign.decide.policy import DEFAULT_POLICY, Policy, PolicyError, read_policy
from countersign.nouns.assessment import Assessment, Finding
from countersign.nouns.decision import Decision

NO_SPOT_CHECK = "ffffffff" * 4
FIRST_FOR_SPOT_CHECKS = "00000000" * 4


def assessment(**changes: Any) -> Assessment:
    base = Assessment(
        event_id=NO_SPOT_CHECK,
        use_case="material_consumption",
        segment="1000",
        findings=(),
        expectations=(),
        confidence=0.99,
        causes=(),
        suggestions={},
        reasons=(),
        proposed_correction=None,
        amount=Decimal("120.00"),
        model_name="material_consumption",
        model_version="1",
        rules_version="1",
        context_digest="0" * 64,
    )
    return replace(base, **changes)


def policy(phase: str = "automate", **changes: Any) -> Policy:
    body = json.loads(json.dumps(DEFAULT_POLICY))
    for limits in body["use_cases"].values():
        limits["phase"] = phase
    return read_policy(1, body | changes)


def decision(
    subject: Assessment,
    rules: Policy | None = None,
    threshold: float | None = 0.9,
    *,
    closed: bool = False,
    incomplete: str = "",
    new: bool = False,
) -> Decision:
    return decide(
        subject,
        rules or policy(),
        threshold,
        period_is_closed=closed,
        posting_date="2026-11-20",
        incomplete=incomplete,
        is_new_material=new,
    )


HOLD = Finding("unknown_material", "hold", "material X is unknown")
REVIEW = Finding("over_delivery", "review", "520 of 500 pieces")
INFO = Finding("first_issue", "info", "the first issue of this order")

CASES = [
    ("what was never booked asks a person", {}, {"new": True}, "review", "new_material"),
    ("a sure event of a trusted class is booked", {}, {}, "post", ""),
    (
        "what is only worth knowing changes nothing",
        {"findings": (INFO,)},
        {},
        "post",
        "",
    ),
    (
        "a fact that forbids booking holds",
        {"findings": (REVIEW, HOLD)},
        {},
        "hold",
        HOLD.code,
    ),
    (
        "a doubtful fact asks a person",
        {"findings": (REVIEW,)},
        {},
        "review",
        REVIEW.code,
    ),
    ("a closed period holds", {}, {"closed": True}, "hold", "closed_period"),
    (
        "a high amount asks a person",
        {"amount": Decimal("5000.01")},
        {},
        "review",
        "amount_cap",
    ),
    ("the cap itself may go", {"amount": Decimal("5000.00")}, {}, "post", ""),
    (
        "an unknown amount asks a person",
        {"amount": None},
        {},
        "review",
        "amount_unknown",
    ),
    (
        "what the ERP lacks asks a person",
        {},
        {"incomplete": "no reason"},
        "review",
        "incomplete",
    ),
    (
        "low confidence asks a person",
        {"confidence": 0.89},
        {},
        "review",
        "low_confidence",
    ),
    ("the threshold itself may go", {"confidence": 0.9}, {}, "post", ""),
    (
        "without a model a person decides",
        {"confidence": None},
        {},
        "review",
        "no_model",
    ),
    (
        "untrusted classes ask a person",
        {},
        {"threshold": None},
        "review",
        "not_yet_earned",
    ),
    (
        "a spot check keeps the trust honest",
        {"event_id": FIRST_FOR_SPOT_CHECKS},
        {},
        "review",
        "spot_check",
    ),
]


@pytest.mark.parametrize(
    ("changes", "facts", "outcome", "cause"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_in_automate(
    changes: dict[str, Any], facts: dict[str, Any], outcome: str, cause: str
) -> None:
    found = decision(assessment(**changes), **facts)
    assert (found.outcome, found.cause) == (outcome, cause)
    assert found.reasons


def test_observe_writes_nothing_but_says_what_the_machine_would_do() -> None:
    found = decision(assessment(), policy("observe"))
    assert (found.outcome, found.shadow_outcome) == ("observe", "post")


def test_supervise_asks_a_person_and_says_what_the_machine_would_do() -> None:
    found = decision(assessment(), policy("supervise"))
    assert (found.outcome, found.shadow_outcome) == ("review", "post")
    assert decision(assessment(findings=(HOLD,)), policy("supervise")).outcome == "hold"


def test_only_events_without_a_gate_count_for_trust() -> None:
    assert decision(assessment()).eligible
    assert decision(assessment(confidence=0.1)).eligible
    assert not decision(assessment(findings=(REVIEW,))).eligible


def test_four_eyes_above_the_limit_only() -> None:
    assert not decision(assessment(amount=Decimal("20000.00"))).four_eyes
    assert decision(assessment(amount=Decimal("20000.01"))).four_eyes


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"target_accuracy": 1.0}, "/use_cases/scrap_report/target_accuracy"),
        ({"target_accuracy": 0.2}, "/use_cases/scrap_report/target_accuracy"),
        ({"amount_cap": "many"}, "/use_cases/scrap_report"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_the_place(
    changes: dict[str, Any], pointer: str
) -> None:
    body = json.loads(json.dumps(DEFAULT_POLICY))
    body["use_cases"]["scrap_report"] |= changes
    with pytest.raises(PolicyError) as refusal:
        read_policy(1, body)
    assert refusal.value.errors[0][0] == pointer
