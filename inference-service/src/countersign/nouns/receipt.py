"""A receipt: the answer to whoever sent an event; the same every time it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ReceiptStatus = Literal["accepted", "duplicate", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done with one event.

    ``conflict``: the id was used before with another body; both digests are given. ``refused``:
    the event breaks the contract; ``errors`` are pairs of JSON Pointer and what to mend.
    """

    source: str
    key: str
    status: ReceiptStatus
    event_id: str = ""
    outcome: str = ""
    reasons: tuple[str, ...] = ()
    approval_id: str = ""
    posting_ids: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    first_digest: str = ""

    def to_data(self) -> dict[str, Any]:
        """Write the receipt as the contract wants it; a problem is added by the web layer."""
        data: dict[str, Any] = {"source": self.source, "id": self.key, "status": self.status}
        if self.event_id:
            data["event_id"] = self.event_id
        if self.outcome:
            data["outcome"] = self.outcome
            data["reasons"] = list(self.reasons)
            data["posting_ids"] = list(self.posting_ids)
        if self.approval_id:
            data["approval_id"] = self.approval_id
        return data
