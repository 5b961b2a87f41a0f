"""The rules of a task for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from countersign.decide.approvals import (
    Action,
    Approver,
    Refused,
    Task,
    check_action,
    state_after,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HASH = "a" * 64
ANNA = Approver("anna", frozenset({"operator"}))
OLGA = Approver("olga", frozenset({"supervisor"}))

OPEN = Task(
    state="open",
    four_eyes=False,
    context_hash=HASH,
    caused_by="bram",
    claimed_by=None,
    claimed_until=None,
    first_approved_by=None,
    first_approval=None,
)
BIG = replace(OPEN, four_eyes=True)
SECOND = replace(
    BIG,
    state="awaiting_second",
    first_approved_by="anna",
    first_approval={"action": "approve", "correction": None},
)


def check(task: Task, action: Action, who: Approver, **facts: Any) -> None:
    check_action(
        task,
        action,
        who,
        now=NOW,
        context_hash=facts.get("context_hash", HASH),
        reason=facts.get("reason", "counted again"),
        is_second_allowed="supervisor" in who.roles,
    )


REFUSALS: list[tuple[str, Task, Action, Approver, dict[str, Any], str]] = [
    (
        "decided",
        replace(OPEN, state="approved"),
        "approve",
        ANNA,
        {},
        "already_decided",
    ),
    (
        "claimed by another",
        replace(OPEN, claimed_by="olga", claimed_until=NOW + timedelta(minutes=1)),
        "approve",
        ANNA,
        {},
        "claimed",
    ),
    ("stale", OPEN, "approve", ANNA, {"context_hash": "b" * 64}, "stale"),
    ("nothing shown", OPEN, "approve", ANNA, {"context_hash": None}, "stale"),
    ("reject without reason", OPEN, "reject", ANNA, {"reason": " "}, "reason_missing"),
    ("hold without reason", OPEN, "hold", ANNA, {"reason": None}, "reason_missing"),
    ("correct without reason", OPEN, "correct", ANNA, {"reason": ""}, "reason_missing"),
    ("own event", replace(BIG, caused_by="anna"), "approve", ANNA, {}, "own_event"),
    ("same person twice", SECOND, "approve", ANNA, {}, "same_person"),
    (
        "second without the role",
        SECOND,
        "approve",
        Approver("carla", frozenset({"operator"})),
        {},
        "role_missing",
    ),
]


@pytest.mark.parametrize(
    ("task", "action", "who", "facts", "code"),
    [case[1:] for case in REFUSALS],
    ids=[case[0] for case in REFUSALS],
)
def test_is_refused(
    task: Task, action: Action, who: Approver, facts: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        check(task, action, who, **facts)
    assert refusal.value.code == code
    assert refusal.value.text


def test_below_the_limit_one_may_approve_ones_own_event() -> None:
    check(replace(OPEN, caused_by="anna"), "approve", ANNA)


def test_a_claim_that_ran_out_binds_nobody() -> None:
    check(replace(OPEN, claimed_by="olga", claimed_until=NOW), "approve", ANNA)


def test_a_claim_needs_neither_reason_nor_what_was_shown() -> None:
    check(OPEN, "claim", ANNA, context_hash=None, reason=None)


@pytest.mark.parametrize(
    ("task", "action", "after"),
    [
        (OPEN, "claim", "claimed"),
        (OPEN, "release", "open"),
        (OPEN, "approve", "approved"),
        (OPEN, "correct", "corrected"),
        (OPEN, "reject", "rejected"),
        (OPEN, "hold", "held"),
        (replace(OPEN, state="held"), "claim", "held"),
        (replace(OPEN, state="held"), "release", "held"),
        (replace(OPEN, state="held"), "approve", "approved"),
        (BIG, "approve", "awaiting_second"),
        (BIG, "reject", "rejected"),
        (SECOND, "claim", "awaiting_second"),
        (SECOND, "approve", "approved"),
        (SECOND, "reject", "rejected"),
    ],
)
def test_leads_to(task: Task, action: Action, after: str) -> None:
    assert state_after(task, action, None) == after


def test_two_people_have_to_decide_the_same() -> None:
    with pytest.raises(Refused) as refusal:
        state_after(SECOND, "correct", {"order_id": "1"})
    assert refusal.value.code == "differs_from_first"
