"""The parallel run: what the machine alone would have done, held against what turned out right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from countersign.decide.autonomy import lower_bound
from countersign.decide.stake import at_risk
from countersign.nouns.compared import Compared


@dataclass(slots=True)
class Comparison:
    """One use case: every event whose truth is known, by what the machine would have done.

    Amounts are of what it would have booked; those without a price are only counted.
    """

    booked_right: int = 0
    booked_wrong: int = 0
    asked_rightly: int = 0
    asked_in_vain: int = 0
    amount_right: Decimal = Decimal(0)
    amount_wrong: Decimal = Decimal(0)
    without_amount: int = 0

    def add(self, row: Compared) -> None:
        """Count one event."""
        if not row.would_post:
            if row.correct:
                self.asked_in_vain += 1
            else:
                self.asked_rightly += 1
            return
        amount = Decimal(row.amount or 0)
        self.without_amount += row.amount is None
        if row.correct:
            self.booked_right += 1
            self.amount_right += amount
        else:
            self.booked_wrong += 1
            self.amount_wrong += amount

    @property
    def booked(self) -> int:
        """Return how many the machine would have booked."""
        return self.booked_right + self.booked_wrong

    @property
    def compared(self) -> int:
        """Return how many events are known to be right or wrong."""
        return self.booked + self.asked_rightly + self.asked_in_vain

    @property
    def agreement(self) -> float | None:
        """Return the share where machine and people did the same; ``None`` without any."""
        return _share(self._agreed, self.compared)

    @property
    def agreement_lower_bound(self) -> float:
        """Return what the agreement surely is, with the certainty that autonomy asks for."""
        return lower_bound(self._agreed, self.compared)

    @property
    def coverage(self) -> float | None:
        """Return the share that would have gone without a person; ``None`` without any."""
        return _share(self.booked, self.compared)

    @property
    def accuracy(self) -> float | None:
        """Return the share of its bookings that would have been right; ``None`` without any."""
        return _share(self.booked_right, self.booked)

    @property
    def lower_bound(self) -> float:
        """Return what the accuracy surely is, with the certainty that autonomy asks for."""
        return lower_bound(self.booked_right, self.booked)

    @property
    def _agreed(self) -> int:
        return self.booked_right + self.asked_rightly

    @property
    def amount_at_risk(self) -> Decimal:
        """Return the money in bookings that could be wrong at the accuracy that is sure."""
        return at_risk(self.amount_right + self.amount_wrong, self.lower_bound)


@dataclass(slots=True)
class Report:
    """One use case in full: all together, by segment, and by the week (its Monday) it got clear."""

    total: Comparison = field(default_factory=Comparison)
    segments: dict[str, Comparison] = field(default_factory=dict)
    weeks: dict[date, Comparison] = field(default_factory=dict)


def compare(rows: Iterable[Compared], time_zone: ZoneInfo) -> dict[str, Report]:
    """Count what became clear by use case, segment and week of the plant's calendar."""
    found: dict[str, Report] = {}
    for row in rows:
        report = found.setdefault(row.use_case, Report())
        report.total.add(row)
        report.segments.setdefault(row.segment, Comparison()).add(row)
        day = row.at.astimezone(time_zone).date()
        report.weeks.setdefault(day - timedelta(days=day.weekday()), Comparison()).add(row)
    return found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
