"""The trail: the records that one transaction adds to the hash chain.

Opening the trail locks the head of the chain until the transaction ends. That makes the chain one
line through all processes, and its numbers the order of commits: outcomes, events and postings
take their ``seq`` from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from countersign.store import audit_records
from countersign.store.audit_records import AuditRecord
from countersign.store.database import canonical_json


def record_hash(previous_hash: str, record: AuditRecord) -> str:
    """Return the hash of a record: SHA-256 over the hash before it and all of its fields.

    Each field is led by its length, an absent one by ``-``, so that no two records can be written
    the same way.
    """
    fields = (
        previous_hash,
        str(record.seq),
        record.at.isoformat(),
        record.step,
        record.actor,
        record.event_id,
        record.order_id,
        record.posting_id,
        record.document_id,
        record.body,
    )
    content = "".join("-" if text is None else f"{len(text)}:{text}" for text in fields)
    return sha256(content.encode()).hexdigest()


class Trail:
    """The records of one transaction; made by :func:`open_trail`."""

    def __init__(self, seq: int, head_hash: str, now: datetime) -> None:
        self.now = now
        self._seq = seq
        self._hash = head_hash
        self._records: list[AuditRecord] = []

    def add(
        self,
        step: str,
        actor: str,
        body: dict[str, Any],
        *,
        event_id: str | None = None,
        order_id: str | None = None,
        posting_id: str | None = None,
        document_id: str | None = None,
    ) -> int:
        """Add a record and return its number.

        ``step`` says what happened (``event_received``, ``posting_posted`` …), ``actor`` who did
        it (``gateway:gw1``, ``person:anna``, ``worker``). ``body`` holds digests and what a reader
        needs, never secrets.
        """
        self._seq += 1
        record = AuditRecord(
            seq=self._seq,
            at=self.now,
            step=step,
            actor=actor,
            event_id=event_id,
            order_id=order_id,
            posting_id=posting_id,
            document_id=document_id,
            body=canonical_json(body),
            hash="",
        )
        self._hash = record.hash = record_hash(self._hash, record)
        self._records.append(record)
        return record.seq

    @property
    def head(self) -> tuple[int, str]:
        """Return the number and the hash that the chain ends with now."""
        return self._seq, self._hash

    @property
    def records(self) -> list[AuditRecord]:
        """Return the records added so far."""
        return self._records


@contextmanager
def open_trail(connection: Connection, now: datetime) -> Iterator[Trail]:
    """Lock the head of the chain, collect records, write them when the block ends well."""
    seq, head_hash = audit_records.lock_head(connection)
    trail = Trail(seq, head_hash, now)
    yield trail
    if trail.head != (seq, head_hash):
        audit_records.append(connection, trail.records, *trail.head)
