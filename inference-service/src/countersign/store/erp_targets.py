"""ERP targets: how each ERP fares and whether it is called, shared by all workers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from countersign.store.tables import erp_target

BreakerState = Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True)
class ErpTarget:
    """An ERP as its workers see it.

    ``failures`` counts failed calls in a row. ``tokens`` are the calls that the rate limit still
    allowed at ``refilled_at``. ``only_worker`` delivers alone until ``only_until`` where the ERP
    takes one call at a time.
    """

    erp: str
    paused: bool
    paused_reason: str | None
    breaker_state: BreakerState
    breaker_until: datetime | None
    failures: int
    tokens: float
    refilled_at: datetime
    only_worker: str | None
    only_until: datetime | None
    last_posted_at: datetime | None
    changed_at: datetime


_READ = select(erp_target).where(erp_target.c.erp == bindparam("of_erp"))
_WRITE = (
    update(erp_target)
    .where(erp_target.c.erp == bindparam("of_erp"))
    .values(
        {name: bindparam(f"new_{name}") for name in ErpTarget.__dataclass_fields__ if name != "erp"}
    )
)


def ensure(connection: Connection, erp: str, now: datetime) -> None:
    """Make sure that the ERP has a row; the caller holds the head of the audit chain."""
    if read(connection, erp) is None:
        connection.execute(
            insert(erp_target).values(
                erp=erp,
                paused=False,
                breaker_state="closed",
                failures=0,
                tokens=0.0,
                refilled_at=now,
                changed_at=now,
            )
        )


def read(connection: Connection, erp: str) -> ErpTarget | None:
    """Read one ERP; ``None`` where no worker has ever served it."""
    row = connection.execute(_READ, {"of_erp": erp}).first()
    return None if row is None else ErpTarget(*row)


def read_all(connection: Connection) -> list[ErpTarget]:
    """Read all ERPs by name."""
    rows = connection.execute(select(erp_target).order_by(erp_target.c.erp))
    return [ErpTarget(*row) for row in rows]


def write(connection: Connection, target: ErpTarget) -> None:
    """Store an ERP's row; the caller read it while holding the head of the audit chain."""
    values = {f"new_{name}": value for name, value in asdict(target).items() if name != "erp"}
    connection.execute(_WRITE, {"of_erp": target.erp, **values})
