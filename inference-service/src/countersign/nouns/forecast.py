"""A forecast: what a model said about something that had not happened yet, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

YES, NO = "yes", "no"
LABEL_KINDS = frozenset({"occurrence", "classify"})
EVEN_CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature that moved an answer: up where ``push`` is above 0, in log-odds or in the unit."""

    feature: str
    value: float | str | None
    push: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a subject, by a model or without one.

    A label has its ``probability``; of an occurrence the label is always ``yes``. An amount has
    ``value`` and, from a model, the ends of the interval that holds the share ``interval_share``
    of the cases.
    """

    label: str | None = None
    probability: float | None = None
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    interval_share: float | None = None


@dataclass(frozen=True, slots=True)
class Actual:
    """What came of a forecast.

    ``error`` is what the answer was off by: the squared distance of a probability from what came,
    1 for a wrong label, the distance of an amount. ``baseline_error`` is that of the answer
    without a model, where there is one.
    """

    label: str | None
    value: Decimal | None
    is_right: bool
    error: float
    baseline_error: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """An answer to one question about one subject.

    ``asked_for`` is the time (or the cycle) that is asked about where a subject has many, else
    empty. ``bucket_at`` begins the span in which a subject is asked once. ``superseded_at``: a
    later forecast about the same stands in its place. ``left_at``: it lies ahead no longer, or
    nobody asks any more; what came of it may still become known.
    """

    forecast_id: str
    task: str
    kind: str
    about: str
    subject: str
    asked_for: str
    asked_at: datetime
    bucket_at: datetime
    asks_until: datetime | None
    model_version: str
    answer: Answer
    baseline: Answer | None
    reasons: tuple[Reason, ...] = ()
    unit: str | None = None
    site_id: str | None = None
    order_id: str | None = None
    superseded_at: datetime | None = None
    left_at: datetime | None = None
    settled_at: datetime | None = None
    actual: Actual | None = None


def hold_against(kind: str, answer: Answer, label: str | None, value: Decimal | None) -> float:
    """Return what an answer was off by.

    A quantile is off by the pinball loss: too little costs its share, too much the rest.
    """
    if kind == "occurrence":
        return ((answer.probability or 0.0) - float(label == YES)) ** 2
    if kind == "classify":
        return float(answer.label != label)
    off = float((value or 0) - (answer.value or 0))
    if kind == "quantile":
        share = answer.interval_share or EVEN_CHANCE
        return max(share * off, (share - 1.0) * off)
    return abs(off)


def is_right(kind: str, answer: Answer, label: str | None, value: Decimal | None) -> bool:
    """Tell whether what came is what was said: the likelier side, the label, in the interval."""
    if kind == "occurrence":
        return ((answer.probability or 0.0) >= EVEN_CHANCE) == (label == YES)
    if kind == "classify":
        return answer.label == label
    assert value is not None
    if kind == "quantile":
        return answer.value is not None and value <= answer.value
    return (answer.lower is None or answer.lower <= value) and (
        answer.upper is None or value <= answer.upper
    )
