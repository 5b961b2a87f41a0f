"""Standing: how a task stands for the person who looks at it, and what they may do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from countersign.console.sessions import Visitor
from countersign.decide.approvals import UNDECIDED

Kind = Literal["free", "mine", "theirs", "stale", "decided", "barred"]
"""barred: undecided, but not for this person to decide."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands, in a word for the page and a sentence for the person."""

    kind: Kind
    text: str = ""

    @property
    def may_decide(self) -> bool:
        """Tell whether the actions are offered."""
        return self.kind in ("free", "mine")


STALE_TEXT = "The order, stock or model changed since this was shown."
_DECIDED_WORDS = {
    "approved": "Approved",
    "corrected": "Corrected",
    "rejected": "Rejected",
    "dismissed": "Settled in another way",
}


def standing_of(
    task: Mapping[str, Any], caused_by: str | None, visitor: Visitor, now: datetime
) -> Standing:
    """Return how a task (as ``web.presentation`` writes it) stands for a visitor."""
    if task["state"] not in UNDECIDED:
        who = f" by {task['decided_by']}" if "decided_by" in task else ""
        reason = f": {task['reason']}" if "reason" in task else ""
        return Standing("decided", f"{_DECIDED_WORDS[task['state']]}{who}{reason}")
    if not visitor.may_approve:
        return Standing("barred", "You may read this; deciding needs another role.")
    barred = _four_eyes(task, caused_by, visitor)
    if barred:
        return Standing("barred", barred)
    holder = _holder(task, now)
    if holder is None:
        return Standing("free")
    if holder != visitor.person_id:
        return Standing("theirs", f"Being handled by {holder}.")
    return Standing("mine", "You are handling this; others see your name.")


def _four_eyes(task: Mapping[str, Any], caused_by: str | None, visitor: Visitor) -> str:
    if not task["four_eyes"]:
        return ""
    if caused_by == visitor.person_id:
        return "You caused this event: above the limit somebody else has to decide."
    if task["state"] != "awaiting_second":
        return ""
    if task.get("first_approved_by") == visitor.person_id:
        return "You have approved this: a second person has to confirm it."
    if not visitor.may_approve_second:
        return "The second approval needs another role."
    return ""


def _holder(task: Mapping[str, Any], now: datetime) -> str | None:
    if "claimed_by" not in task or datetime.fromisoformat(task["claimed_until"]) <= now:
        return None
    holder: str = task["claimed_by"]
    return holder
