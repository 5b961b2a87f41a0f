"""The status of an IDoc that SAP has taken over, read from EDIDC and EDIDS by its key.

An IDoc is booked later than it arrives: 53 says that it was, 51 and other errors why it was not.
"""

from __future__ import annotations

from dataclasses import dataclass

from countersign.erp.sap.triage import Message
from countersign.erp.sap_rfc.tables import Condition, Tables

POSTED = "53"
ERRORS = frozenset({"51", "52", "54", "56", "60", "61", "63", "65", "68"})
"""Errors of inbound processing; each waits for a person, none is processed again by itself."""


@dataclass(frozen=True, slots=True)
class IdocStatus:
    """What became of the last IDoc with a key."""

    number: str
    status: str
    messages: tuple[Message, ...] = ()

    @property
    def is_posted(self) -> bool:
        """Tell whether SAP has booked it."""
        return self.status == POSTED

    @property
    def is_refused(self) -> bool:
        """Tell whether SAP could not book it."""
        return self.status in ERRORS


class IdocStatuses:
    """Reads what became of IDocs."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of(self, key: str) -> IdocStatus | None:
        """Return the status of the last IDoc with the key; ``None`` when SAP has none."""
        rows = list(self._tables.rows("EDIDC", "DOCNUM STATUS", Condition("ARCKEY", key)))
        if not rows:
            return None
        last = max(rows, key=lambda row: row["DOCNUM"])
        status = IdocStatus(last["DOCNUM"], last["STATUS"])
        if not status.is_refused:
            return status
        return IdocStatus(status.number, status.status, self._messages(last["DOCNUM"]))

    def _messages(self, number: str) -> tuple[Message, ...]:
        rows = self._tables.rows(
            "EDIDS", "STATUS STAMID STAMNO STATXT SEGFLD", Condition("DOCNUM", number)
        )
        return tuple(
            Message(
                f"{row['STAMID']}/{row['STAMNO']}" if row["STAMID"] else "",
                row["STATXT"],
                target=row["SEGFLD"],
            )
            for row in rows
            if row["STATUS"] in ERRORS
        )
