"""Verification: find any changed, removed or reordered record, and any changed fact behind one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from countersign.audit.trail import record_hash
from countersign.store import audit_records
from countersign.store.database import digest_of
from countersign.store.schema import GENESIS_HASH
from countersign.store.tables import assessment, decision, event

FACTS = {
    "event_received": (event, "digest"),
    "event_assessed": (assessment, "digest"),
    "event_decided": (decision, "digest"),
}
"""Which stored text a step vouches for: its digest stands in the record."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it was written: where, and what is wrong."""

    seq: int
    text: str


def verify(connection: Connection) -> Iterator[Flaw]:
    """Walk the chain from its first record and yield every flaw."""
    previous, last = GENESIS_HASH, 0
    for record in audit_records.read_all(connection):
        if record_hash(previous, record) != record.hash:
            yield Flaw(record.seq, "the record, or the one before it, was changed or removed")
        previous, last = record.hash, record.seq
        if record.step in FACTS:
            yield from _verify_fact(connection, record)
    head_seq, head_hash = audit_records.read_head(connection)
    if head_hash != previous or head_seq < last:
        yield Flaw(head_seq, "records are missing at the end of the chain")


def _verify_fact(connection: Connection, record: audit_records.AuditRecord) -> Iterator[Flaw]:
    table, _ = FACTS[record.step]
    said = json.loads(record.body)["digest"]
    row = connection.execute(
        select(table.c.body, table.c.digest).where(table.c.event_id == record.event_id)
    ).first()
    if row is None:
        yield Flaw(record.seq, f"{table.name} of {record.event_id} was removed")
    elif digest_of(row.body) != said or row.digest != said:
        yield Flaw(record.seq, f"{table.name} of {record.event_id} was changed")
