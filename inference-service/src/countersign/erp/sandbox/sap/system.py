"""The system: what every posting works on (rows, settings, locks) and the work at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from countersign.erp.sandbox.sap.locks import Locks
from countersign.erp.sandbox.sap.messages import Message, refusal
from countersign.erp.sandbox.sap.settings import Settings
from countersign.erp.sandbox.sap.store import Row, Store
from countersign.erp.sandbox.sap.tables import entity


class System:
    """One SAP system with its client."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.locks = Locks()
        self.settings = Settings()
        self.settings.change(self.store.get("_settings") or {})

    def change_settings(self, data: dict[str, Any]) -> dict[str, Any]:
        """Change settings and keep them."""
        values = self.settings.change(data)
        with self.store.transaction():
            self.store.put("_settings", (), values)
        return values

    def put(self, name: str, row: Row) -> None:
        """Write a row of an entity set."""
        self.store.put(name, entity(name).key_of(row), row)

    def new_row(self, name: str, **values: Any) -> Row:
        """Return a row of an entity set with initial values and these."""
        return {**entity(name).blank(), **values}

    @contextmanager
    def work(self, user: str, *, cogi: bool = False) -> Iterator[Work]:
        """Do a piece of work in one transaction; its locks are kept on success, see ``Work``."""
        work = Work(self, user, fail_movements=cogi)
        try:
            with self.store.transaction():
                yield work
        except BaseException:
            self.locks.release_all(work)
            raise


@dataclass(slots=True, eq=False)
class Work:
    """A piece of work by a user: what it locked and which warnings it gave.

    Whoever started it releases its locks with :meth:`release` once it is answered.
    ``fail_movements`` lets the goods movements of confirmations fail, as a fault on purpose.
    """

    system: System
    user: str
    fail_movements: bool = False
    warnings: list[Message] = field(default_factory=list)
    changed_orders: list[str] = field(default_factory=list)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def lock(self, kind: str, name: str) -> None:
        """Lock an object until this work is answered."""
        self.system.locks.take(kind, name, self, self.user)

    def require_free(self, kind: str, name: str) -> None:
        """Refuse to go on when somebody else works on an object."""
        self.system.locks.require_free(kind, name, self)

    def release(self) -> None:
        """Let go of all locks; orders stay locked as long as the settings say."""
        self.system.locks.release_all(self)
        stay_s = self.system.settings.posting_lock_ms / 1000
        if stay_s:
            for order in self.changed_orders:
                self.system.locks.hold("order", order, "BATCHUSER", stay_s)

    @property
    def today(self) -> str:
        """Return the day of this work."""
        return self.started_at.date().isoformat()

    @property
    def clock(self) -> str:
        """Return the time of day of this work."""
        return self.started_at.time().isoformat()

    @property
    def instant(self) -> str:
        """Return this moment, finer than a second, as fields that serve as ETags need it."""
        return datetime.now(UTC).isoformat()

    @property
    def stamp(self) -> str:
        """Return the time of this work as ``YYYYMMDDhhmmss``."""
        return self.started_at.strftime("%Y%m%d%H%M%S")


def require_open_period(work: Work, day: str) -> None:
    """Refuse a posting date outside the open periods.

    Raises:
        Refusal: the period is closed.
    """
    periods = work.system.store.find("_period")
    if any(row["open"] and row["from"] <= day <= row["to"] for row in periods):
        return
    opened = sorted(_period_name(row["from"]) for row in periods if row["open"])
    first, last = (opened[0], opened[-1]) if opened else ("-", "-")
    raise refusal("M7/053", first, last, company_code(work), target="PostingDate")


def company_code(work: Work) -> str:
    """Return the company code of the plants here."""
    row = work.system.store.get("_company")
    return str(row["company_code"]) if row else "1010"


def _period_name(day: str) -> str:
    value = date.fromisoformat(day)
    return f"{value.year}/{value.month:03d}"
