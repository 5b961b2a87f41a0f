"""The check of the audit chain: walked a few seconds at a time, its result kept in the chain.

A long chain takes minutes, which no request may last. So every request walks on for a moment and
the page asks for the next; the position travels in the signed session of the person who asks.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import session
from sqlalchemy import Connection

from countersign.audit.trail import open_trail
from countersign.audit.verify import START, Flaw, Position, verify_stretch
from countersign.store import audit_records, job_cursors
from countersign.store.database import Database

JOB = "audit_verified"
WALK_S = 1.5
MAX_FLAWS_KEPT = 10


@dataclass(frozen=True, slots=True)
class Check:
    """A check under way or done; ``flaws`` holds the first ones, ``flaw_count`` counts all."""

    position: Position
    flaws: tuple[Flaw, ...]
    flaw_count: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last check that came to its end, as its record in the chain tells."""

    at: datetime
    by: str
    seq: int
    flaw_count: int
    flaws: tuple[str, ...]


def begin() -> None:
    """Have the next walk start at the first record."""
    session["chain_check"] = {"seq": START.seq, "hash": START.hash, "flaws": [], "count": 0}


def walk_on(database: Database, actor: str) -> Check:
    """Verify for a moment from where the session stands; at the end the result is recorded."""
    if "chain_check" not in session:
        begin()
    check = _restore(session["chain_check"])
    until = time.monotonic() + WALK_S
    with database.read() as connection:
        while not check.is_done and time.monotonic() < until:
            check = _step(connection, check)
    if check.is_done:
        session.pop("chain_check", None)
        _record(database, check, actor)
    else:
        session["chain_check"] = _pack(check)
    return check


def last_check(connection: Connection) -> LastCheck | None:
    """Return the last check that was done, ``None`` where nobody has ever checked."""
    seq = job_cursors.read(connection, JOB)
    if not seq:
        return None
    (record,) = audit_records.find(connection, after=seq - 1, limit=1)
    body = json.loads(record.body)
    return LastCheck(
        record.at, record.actor, body["up_to"], body["flaws"], tuple(body["first_flaws"])
    )


def _step(connection: Connection, check: Check) -> Check:
    stretch = verify_stretch(connection, check.position)
    kept = (check.flaws + stretch.flaws)[:MAX_FLAWS_KEPT]
    count = check.flaw_count + len(stretch.flaws)
    return Check(stretch.position, kept, count, stretch.is_end)


def _record(database: Database, check: Check, actor: str) -> None:
    body = {
        "up_to": check.position.seq,
        "hash": check.position.hash,
        "flaws": check.flaw_count,
        "first_flaws": [f"{flaw.seq}: {flaw.text}" for flaw in check.flaws],
    }
    with database.write() as connection:
        job_cursors.lock(connection, JOB)
        with open_trail(connection, datetime.now(UTC)) as trail:
            seq = trail.add("audit_verified", actor, body)
        job_cursors.move(connection, JOB, seq)


def _pack(check: Check) -> dict[str, Any]:
    return {
        "seq": check.position.seq,
        "hash": check.position.hash,
        "flaws": [[flaw.seq, flaw.text] for flaw in check.flaws],
        "count": check.flaw_count,
    }


def _restore(packed: Mapping[str, Any]) -> Check:
    flaws = tuple(Flaw(seq, text) for seq, text in packed["flaws"])
    return Check(Position(packed["seq"], packed["hash"]), flaws, packed["count"], False)
