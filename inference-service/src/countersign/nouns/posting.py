"""A posting: one ERP document on its way, and the states it may pass through."""

from __future__ import annotations

import hashlib
from typing import Literal

PostingState = Literal[
    "awaiting_approval",
    "queued",
    "sending",
    "accepted",
    "posted",
    "rejected",
    "outcome_unknown",
    "reversing",
    "reversed",
    "cancelled",
]

TRANSITIONS: dict[PostingState, frozenset[PostingState]] = {
    "awaiting_approval": frozenset({"queued", "cancelled"}),
    "queued": frozenset({"sending", "cancelled"}),
    "sending": frozenset(
        {"posted", "accepted", "rejected", "outcome_unknown", "queued", "awaiting_approval"}
    ),
    "accepted": frozenset({"posted", "rejected"}),
    "rejected": frozenset({"queued", "cancelled"}),
    "outcome_unknown": frozenset({"posted", "accepted", "queued", "cancelled"}),
    "posted": frozenset({"reversing", "reversed"}),
    "reversing": frozenset({"reversed", "posted"}),
    "reversed": frozenset(),
    "cancelled": frozenset(),
}
"""Which state may follow which; everything else is a defect and refused.

``sending`` to ``awaiting_approval`` is an ERP that asks back (a Tryton warning): a person answers.
``outcome_unknown`` leaves only by reading back, or by a person who has looked in the ERP.
``posted`` goes straight to ``reversed`` when somebody undid the document in the ERP itself.
``reversing`` falls back to ``posted`` when the ERP refuses the reversal.
"""

OPEN_STATES: frozenset[PostingState] = frozenset(
    {
        "awaiting_approval",
        "queued",
        "sending",
        "accepted",
        "rejected",
        "outcome_unknown",
        "reversing",
    }
)
"""States in which a posting still holds up the postings behind it in its stream."""


def may_follow(before: PostingState, after: PostingState) -> bool:
    """Tell whether a posting may go from one state to the other."""
    return after in TRANSITIONS[before]


def idempotency_key(event_id: str, document_kind: str, revision: int = 0) -> str:
    """Return the searchable key of a document: 24 characters, capital letters and digits.

    It fits the reference fields of the ERPs (SAP document header text: 25 characters). The same
    event, kind and revision always give the same key; a correction before posting keeps the
    revision, a new document after a reversal raises it.
    """
    digest = hashlib.sha256(f"{event_id}/{document_kind}/{revision}".encode()).hexdigest()
    return f"CS{digest[:22].upper()}"
