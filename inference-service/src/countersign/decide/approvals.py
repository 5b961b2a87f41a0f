"""Approvals: the rules of a task for a person, without any database.

open ⇄ claimed → approved | corrected | rejected | held; a held one stays held until it is decided,
whoever looks at it; above the four-eyes limit an approval or correction waits for a second person
(awaiting_second); dismissed when somebody else settled it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

ApprovalState = Literal[
    "open",
    "claimed",
    "awaiting_second",
    "approved",
    "corrected",
    "rejected",
    "held",
    "dismissed",
]
Action = Literal["claim", "release", "approve", "correct", "reject", "hold"]

UNDECIDED = frozenset({"open", "claimed", "awaiting_second", "held"})
NEEDS_REASON = frozenset({"reject", "hold", "correct"})


@dataclass(frozen=True, slots=True)
class Approver:
    """The person who acts, with the roles that the service knows."""

    person_id: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Task:
    """What the rules need to know of an approval."""

    state: ApprovalState
    four_eyes: bool
    context_hash: str
    caused_by: str | None
    claimed_by: str | None
    claimed_until: datetime | None
    first_approved_by: str | None
    first_approval: Mapping[str, Any] | None


class Refused(Exception):
    """The action is not allowed; ``code`` for machines, the text for the person."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def check_action(
    task: Task,
    action: Action,
    approver: Approver,
    *,
    now: datetime,
    context_hash: str | None,
    reason: str | None,
    is_second_allowed: bool,
) -> None:
    """Refuse what is not allowed; raises :class:`Refused`.

    The order of the checks is the order in which a person can mend them.
    """
    if task.state not in UNDECIDED:
        raise Refused("already_decided", f"this approval is {task.state}; nothing is left to do")
    holder = task.claimed_by if task.claimed_until and task.claimed_until > now else None
    if holder is not None and holder != approver.person_id:
        raise Refused("claimed", f"{holder} is handling this until {task.claimed_until:%H:%M:%S}")
    if action in ("claim", "release"):
        return
    if context_hash != task.context_hash:
        raise Refused(
            "stale", "the order, stock or model changed since this was shown: reload, then decide"
        )
    if action in NEEDS_REASON and not (reason or "").strip():
        raise Refused("reason_missing", "say why: a reason is needed to correct, reject or hold")
    if action in ("approve", "correct"):
        _check_eyes(task, approver, is_second_allowed)


def _check_eyes(task: Task, approver: Approver, is_second_allowed: bool) -> None:
    if not task.four_eyes:
        return
    if task.caused_by is not None and approver.person_id == task.caused_by:
        raise Refused(
            "own_event", "above the limit nobody approves an event that they caused themselves"
        )
    if task.state != "awaiting_second":
        return
    if approver.person_id == task.first_approved_by:
        raise Refused("same_person", "a second person has to confirm this amount")
    if not is_second_allowed:
        raise Refused("role_missing", "the second approval needs another role")


def state_after(task: Task, action: Action, correction: Mapping[str, Any] | None) -> ApprovalState:
    """Return the state that a permitted action leads to.

    Raises :class:`Refused` when the second person decides otherwise than the first.
    """
    if action in ("claim", "release") and task.state in ("awaiting_second", "held"):
        return task.state
    if action == "claim":
        return "claimed"
    if action == "release":
        return "open"
    if action == "reject":
        return "rejected"
    if action == "hold":
        return "held"
    if task.four_eyes and task.state != "awaiting_second":
        return "awaiting_second"
    if task.state == "awaiting_second":
        first = task.first_approval or {}
        if first.get("action") != action or first.get("correction") != correction:
            raise Refused(
                "differs_from_first",
                "the first person decided otherwise: decide the same, or reject",
            )
    return "corrected" if action == "correct" else "approved"
