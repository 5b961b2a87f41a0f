"""The status of the ERPs: what everybody must know while one of them is not called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection

from countersign.store import approvals, erp_targets, forecasts, postings
from countersign.store.erp_targets import ErpTarget

NEEDS_ERP_TEAM = ("rejected", "outcome_unknown")


@dataclass(frozen=True, slots=True)
class ErpStatus:
    """One ERP: whether it is called, since when not, and how much waits for it.

    ``counts`` are its postings that are not over, by state.
    """

    erp: str
    is_paused: bool
    is_silent: bool
    reason: str
    next_try_at: datetime | None
    last_posted_at: datetime | None
    changed_at: datetime
    counts: Mapping[str, int]

    @property
    def waiting(self) -> int:
        """Return how many postings wait for this ERP."""
        return sum(self.counts.values())

    @property
    def state(self) -> Literal["paused", "silent", "called"]:
        """Return whether the ERP is called: a person's pause goes before what the breaker saw."""
        if self.is_paused:
            return "paused"
        return "silent" if self.is_silent else "called"

    @property
    def is_well(self) -> bool:
        """Tell whether the ERP is called as usual."""
        return not (self.is_paused or self.is_silent)


@dataclass(frozen=True, slots=True)
class Status:
    """What the frame of every page shows: ERPs, open tasks, postings in trouble, likely trouble."""

    erps: tuple[ErpStatus, ...]
    open_tasks: int
    postings_in_trouble: int
    likely_troubles: int

    @property
    def troubled(self) -> tuple[ErpStatus, ...]:
        """Return the ERPs that are not called as usual."""
        return tuple(erp for erp in self.erps if not erp.is_well)


def read_status(connection: Connection, alarm_from: float) -> Status:
    """Read how ERPs and queues stand, and what lies ahead that is at least that likely."""
    ahead = forecasts.count_ahead(connection, datetime.now(UTC), alarm_from)
    counts = postings.count_open(connection)
    return Status(
        erps=tuple(_erp(target, counts) for target in erp_targets.read_all(connection)),
        open_tasks=sum(count for _, count, _ in approvals.count_by_cause(connection)),
        postings_in_trouble=sum(
            count for (_, state), count in counts.items() if state in NEEDS_ERP_TEAM
        ),
        likely_troubles=sum(likely for _, likely in ahead.values()),
    )


def _erp(target: ErpTarget, counts: Mapping[tuple[str, str], int]) -> ErpStatus:
    return ErpStatus(
        erp=target.erp,
        is_paused=target.paused,
        is_silent=target.breaker_state != "closed",
        reason=target.paused_reason or "",
        next_try_at=target.breaker_until,
        last_posted_at=target.last_posted_at,
        changed_at=target.changed_at,
        counts={state: count for (erp, state), count in counts.items() if erp == target.erp},
    )
