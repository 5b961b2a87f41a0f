"""Narratives as rows: what a language model wrote once, so that it is not asked again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from countersign.store.tables import narrative


@dataclass(frozen=True, slots=True)
class NarrativeRow:
    """One answer of a model; ``text`` is empty where the template stands, for ``refused_for``."""

    narrative_id: str
    kind: str
    locale: str
    prompt: str
    prompt_version: str
    model: str
    text: str
    refused_for: str
    tokens: int
    cost: Decimal
    asked_at: datetime


def read(connection: Connection, narrative_id: str) -> NarrativeRow | None:
    """Return what a model wrote for these facts."""
    row = connection.execute(
        select(narrative).where(narrative.c.narrative_id == narrative_id)
    ).one_or_none()
    if row is None:
        return None
    return NarrativeRow(**{**row._mapping, "cost": Decimal(row.cost)})


def put(connection: Connection, row: NarrativeRow) -> None:
    """Store an answer, replacing an earlier one to the same question."""
    connection.execute(delete(narrative).where(narrative.c.narrative_id == row.narrative_id))
    values: dict[str, Any] = asdict(row) | {"cost": format(row.cost, "f")}
    connection.execute(insert(narrative).values(**values))


def spent_since(connection: Connection, since: datetime) -> Decimal:
    """Add up what the answers have cost since a time."""
    rows = connection.execute(select(narrative.c.cost).where(narrative.c.asked_at >= since))
    return sum((Decimal(row.cost) for row in rows), Decimal(0))
