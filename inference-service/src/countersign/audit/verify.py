"""Verification: find any changed, removed or reordered record, and any changed fact behind one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from countersign.audit.trail import record_hash
from countersign.store import audit_records
from countersign.store.audit_records import AuditRecord
from countersign.store.database import digest_of
from countersign.store.schema import GENESIS_HASH
from countersign.store.tables import event, judgement

STRETCH_RECORDS = 1000
FACTS_PER_READ = 500
_JUDGED = select(event.c.event_id).join(judgement, judgement.c.event_seq == event.c.seq)
FACTS: dict[str, tuple[str, Select[str, str, str]]] = {
    "event_received": ("event", select(event.c.event_id, event.c.body, event.c.digest)),
    "event_assessed": (
        "assessment",
        _JUDGED.add_columns(judgement.c.assessment, judgement.c.assessment_digest),
    ),
    "event_decided": (
        "decision",
        _JUDGED.add_columns(judgement.c.decision, judgement.c.decision_digest),
    ),
}
"""Which stored text a step vouches for, and how it is read: its digest stands in the record."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it was written: where, and what is wrong."""

    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Position:
    """How far the chain was verified: the number and the hash of the last record."""

    seq: int
    hash: str


START = Position(0, GENESIS_HASH)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was found in some records in a row; ``is_end`` when the head of the chain is met."""

    position: Position
    flaws: tuple[Flaw, ...]
    is_end: bool


def verify(connection: Connection) -> Iterator[Flaw]:
    """Walk the chain from its first record and yield every flaw."""
    position, is_end = START, False
    while not is_end:
        stretch = verify_stretch(connection, position)
        yield from stretch.flaws
        position, is_end = stretch.position, stretch.is_end


def verify_stretch(connection: Connection, after: Position) -> Stretch:
    """Verify the next records behind a position.

    Others may write meanwhile: the head is read first and records behind it are left for later.
    """
    head = Position(*audit_records.read_head(connection))
    found = audit_records.find(connection, after=after.seq, limit=STRETCH_RECORDS)
    records = [record for record in found if record.seq <= head.seq]
    flaws: list[Flaw] = []
    previous = after
    for record in records:
        if record_hash(previous.hash, record) != record.hash:
            flaws.append(
                Flaw(record.seq, "the record, or the one before it, was changed or removed")
            )
        previous = Position(record.seq, record.hash)
    flaws += _verify_facts(connection, records)
    is_end = len(found) < STRETCH_RECORDS or len(records) < len(found)
    if is_end:
        flaws += _verify_end(connection, previous, head)
    return Stretch(previous, tuple(flaws), is_end)


def _verify_end(connection: Connection, last: Position, head: Position) -> Iterator[Flaw]:
    if last.hash != head.hash:
        yield Flaw(head.seq, "records are missing at the end of the chain")
    behind = audit_records.find(connection, after=head.seq, limit=1)
    head_seq, _ = audit_records.read_head(connection)
    if behind and behind[0].seq > head_seq:
        yield Flaw(behind[0].seq, "the record stands behind the end of the chain")


def _verify_facts(connection: Connection, records: Sequence[AuditRecord]) -> Iterator[Flaw]:
    """Compare the texts that records vouch for with the digests in the records."""
    for step, (name, facts) in FACTS.items():
        vouching = [record for record in records if record.step == step]
        for start in range(0, len(vouching), FACTS_PER_READ):
            page = vouching[start : start + FACTS_PER_READ]
            query = facts.where(event.c.event_id.in_([record.event_id for record in page]))
            stored = {
                event_id: (text, digest) for event_id, text, digest in connection.execute(query)
            }
            for record in page:
                fact, said = stored.get(record.event_id or ""), _digest_in(record)
                if fact is None:
                    yield Flaw(record.seq, f"{name} of {record.event_id} was removed")
                elif digest_of(fact[0]) != said or fact[1] != said:
                    yield Flaw(record.seq, f"{name} of {record.event_id} was changed")


def _digest_in(record: AuditRecord) -> str | None:
    """Return the digest that a record vouches for; ``None`` when somebody has broken the record."""
    try:
        body = json.loads(record.body)
    except ValueError:
        return None
    digest = body.get("digest") if isinstance(body, dict) else None
    return digest if isinstance(digest, str) else None
