"""Drift: are the events of late still those on which the machine earned its trust?

The population stability index (PSI) compares the shares of two samples over bins: the sum of
(recent - reference) * ln(recent / reference). The usual reading: below 0.1 the same, above 0.25
another population.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PSI_ALARM = 0.25
PSI_CALM = 0.1
BINS = 10
SMALLEST_SHARE = 1e-3
"""What a bin counts for that one of the samples lacks: 0 would make the index infinite."""
RECENT_EVENTS = 200
FEWEST_REFERENCE_EVENTS = 300
MISSING_ALARM = 0.2
MISSING_CALM = 0.1
NEW_CODES_ALARM = 0.2
NEW_CODES_CALM = 0.1
USUALLY_THERE = 0.95
CODE_FIELDS = ("scrap_reason_code", "defect_code", "equipment_id")


@dataclass(frozen=True, slots=True)
class Seen:
    """What an event looked like to the machine: what it made of it, and what fields it had."""

    confidence: float | None
    amount: float | None
    severity: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shift:
    """One measure of a change between two samples, with a sentence that has its numbers.

    ``kind`` is ``drift`` for another population, ``data`` for fields that break.
    """

    kind: str
    measure: str
    value: float
    text: str
    alarm_from: float
    calm_below: float

    @property
    def is_alarming(self) -> bool:
        """Tell whether trust has to be taken back."""
        return self.value >= self.alarm_from

    @property
    def is_calm(self) -> bool:
        """Tell whether an alarm about it is over."""
        return self.value < self.calm_below


@dataclass(slots=True)
class Watch:
    """The last events of a class of decisions, oldest first."""

    events: list[Seen] = field(default_factory=list)

    def shifts(self) -> list[Shift]:
        """Compare the latest events with those before; nothing while there are too few."""
        reference, recent = self.events[:-RECENT_EVENTS], self.events[-RECENT_EVENTS:]
        if len(reference) < FEWEST_REFERENCE_EVENTS:
            return []
        found = [_confidence(reference, recent), _amounts(reference, recent)]
        return [
            *(shift for shift in found if shift is not None),
            _severities(reference, recent),
            *_missing_fields(reference, recent),
            *_new_codes(reference, recent),
        ]


def stability_index(reference: Sequence[float], recent: Sequence[float]) -> float:
    """Return the PSI of two samples of numbers over the deciles of the first."""
    edges = np.unique(np.quantile(np.asarray(reference, float), np.linspace(0, 1, BINS + 1)[1:-1]))
    counts = [
        np.bincount(np.searchsorted(edges, np.asarray(sample, float)), minlength=len(edges) + 1)
        for sample in (reference, recent)
    ]
    return _index(counts[0] / len(reference), counts[1] / len(recent))


def stability_index_of_codes(reference: Sequence[str], recent: Sequence[str]) -> float:
    """Return the PSI of two samples of codes, each code its own bin."""
    before, after = Counter(reference), Counter(recent)
    codes = sorted(before | after)
    return _index(
        np.array([before[code] / len(reference) for code in codes]),
        np.array([after[code] / len(recent) for code in codes]),
    )


def _index(before: np.ndarray, after: np.ndarray) -> float:
    before, after = np.maximum(before, SMALLEST_SHARE), np.maximum(after, SMALLEST_SHARE)
    return float(np.sum((after - before) * np.log(after / before)))


def _confidence(reference: Sequence[Seen], recent: Sequence[Seen]) -> Shift | None:
    before, after = _numbers(reference, "confidence"), _numbers(recent, "confidence")
    if len(before) < FEWEST_REFERENCE_EVENTS or not after:
        return None
    return _drift(
        "confidence",
        stability_index(before, after),
        f"The model's confidence: median {np.median(after):.3f} in the last {len(after)} events, "
        f"{np.median(before):.3f} in the {len(before)} before",
    )


def _amounts(reference: Sequence[Seen], recent: Sequence[Seen]) -> Shift | None:
    before, after = _numbers(reference, "amount"), _numbers(recent, "amount")
    if len(before) < FEWEST_REFERENCE_EVENTS or len(after) < RECENT_EVENTS / 2:
        return None
    return _drift(
        "amount",
        stability_index(before, after),
        f"The amounts: median {np.median(after):.2f} in the last {len(after)} events, "
        f"{np.median(before):.2f} in the {len(before)} before",
    )


def _severities(reference: Sequence[Seen], recent: Sequence[Seen]) -> Shift:
    before = [seen.severity for seen in reference]
    after = [seen.severity for seen in recent]
    unusual = sum(severity != "info" for severity in after)
    return _drift(
        "findings",
        stability_index_of_codes(before, after),
        f"The rules doubt or block {unusual} of the last {len(after)} events, "
        f"{sum(severity != 'info' for severity in before)} of the {len(before)} before",
    )


def _drift(measure: str, value: float, text: str) -> Shift:
    return Shift("drift", measure, value, f"{text} (PSI {value:.2f}).", PSI_ALARM, PSI_CALM)


def _missing_fields(reference: Sequence[Seen], recent: Sequence[Seen]) -> list[Shift]:
    """Find fields that nearly every event had and many of the latest lack."""
    had = Counter(name for seen in reference for name in seen.data)
    has = Counter(name for seen in recent for name in seen.data)
    shifts = []
    for name in sorted(name for name, n in had.items() if n >= USUALLY_THERE * len(reference)):
        missing = 1 - has[name] / len(recent)
        before = 1 - had[name] / len(reference)
        text = (
            f"{name} is missing in {missing:.0%} of the last {len(recent)} events, "
            f"in {before:.1%} of those before."
        )
        measure = f"missing {name}"
        shifts.append(Shift("data", measure, missing, text, MISSING_ALARM, MISSING_CALM))
    return shifts


def _new_codes(reference: Sequence[Seen], recent: Sequence[Seen]) -> list[Shift]:
    """Find codes that were never seen before and are frequent now."""
    shifts = []
    for name in CODE_FIELDS:
        known = {seen.data[name] for seen in reference if name in seen.data}
        codes = [seen.data[name] for seen in recent if name in seen.data]
        if not known or not codes:
            continue
        new = Counter(code for code in codes if code not in known)
        share = new.total() / len(codes)
        examples = ", ".join(str(code) for code, _ in new.most_common(3))
        text = f"{name} has codes never seen before in {share:.0%} of the last {len(codes)} events"
        text += f": {examples}." if examples else "."
        measure = f"new {name}"
        shifts.append(Shift("data", measure, share, text, NEW_CODES_ALARM, NEW_CODES_CALM))
    return shifts


def _numbers(events: Sequence[Seen], name: str) -> list[float]:
    return [value for seen in events if (value := getattr(seen, name)) is not None]
