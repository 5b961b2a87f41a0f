"""The live state of a posting: where it is between queue and ERP, in words for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from countersign.nouns.posting import PostingState
from countersign.store.postings import PostingRecord

Tone = Literal["calm", "done", "doubt", "trouble"]
STEPS = ("Queued", "Sent", "Posted")
STEP_OF_STATE: Mapping[PostingState, int] = {
    "awaiting_approval": 1,
    "queued": 0,
    "sending": 1,
    "accepted": 1,
    "posted": 2,
    "rejected": 1,
    "outcome_unknown": 1,
    "reversing": 2,
    "reversed": 2,
    "cancelled": 0,
}
TONE_OF_STATE: Mapping[str, Tone] = {
    "posted": "done",
    "rejected": "trouble",
    "outcome_unknown": "doubt",
    "awaiting_approval": "doubt",
}
ENDED: frozenset[PostingState] = frozenset({"posted", "reversed", "cancelled"})


@dataclass(frozen=True, slots=True)
class LiveState:
    """Where a posting is.

    ``step`` is the index in ``STEPS`` that it has reached. ``owner`` has to act, where somebody
    has to. ``next_at`` is when the worker tries again by itself.
    """

    record: PostingRecord
    step: int
    tone: Tone
    text: str
    owner: str = ""
    next_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self.record.state in ENDED


def live_state(record: PostingRecord) -> LiveState:
    """Describe a posting; the ERP's own words follow ours where it has refused."""
    state = record.state
    step, tone = STEP_OF_STATE[state], TONE_OF_STATE.get(state, "calm")
    said = record.error_text or ""
    if state == "queued":
        return _queued(record, step)
    if state == "rejected":
        text = f"{record.erp} refused it: {said}"
        return LiveState(record, step, tone, text, "the ERP team")
    if state == "outcome_unknown":
        text = f"The answer of {record.erp} was lost; whether it was booked is being found out."
        return LiveState(record, step, tone, text, "", record.not_before)
    if state == "awaiting_approval":
        asked = "; ".join(json.loads(record.warnings or "[]")) or said
        return LiveState(record, step, tone, f"{record.erp} asks back: {asked}", "an approver")
    return LiveState(record, step, tone, _TEXTS[state].format(record))


_TEXTS: Mapping[PostingState, str] = {
    "sending": "On its way to {0.erp}.",
    "accepted": "{0.erp} has taken it over and is booking it.",
    "posted": "Booked in {0.erp} as {0.document_id}.",
    "reversing": "Being reversed in {0.erp}.",
    "reversed": "Reversed in {0.erp}.",
    "cancelled": "Given up before it was sent.",
}


def _queued(record: PostingRecord, step: int) -> LiveState:
    if record.failures and record.error_text:
        text = f"{record.erp} did not take it ({record.error_text}); it is tried again by itself."
        return LiveState(record, step, "doubt", text, "", record.not_before)
    return LiveState(record, step, "calm", f"Waits to be sent to {record.erp}.")
