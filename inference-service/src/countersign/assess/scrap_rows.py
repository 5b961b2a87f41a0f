"""Scrap rows: one feature row per candidate reason, in the order of the scrap report's task."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from countersign.assess.examination import Examination
from countersign.assess.scrap_history import ScrapHistory, share
from countersign.nouns.statistic import Statistic

UNKNOWN = math.nan
DAMPING = 2.0
"""Bookings of the site's mixture that every narrower circumstance starts from."""


def lay_out(
    data: Mapping[str, Any],
    history: ScrapHistory,
    scrap: Decimal,
    scrap_share: float,
    found: Examination,
) -> None:
    """Add a row per candidate; NaN where a fact is missing."""
    booked: str | None = data.get("scrap_reason_code")
    has_defect = "defect_code" in data
    candidates = history.candidates(booked)
    if not candidates:
        return
    by_product = [share(history.product, candidate) for candidate in candidates]
    by_defect = [share(history.defect, candidate) for candidate in candidates]
    agreement = _agreement(history, candidates, has_defect)
    booked_agreement = UNKNOWN if booked is None else agreement[candidates.index(booked)]
    rest = (
        *_basis(history, has_defect),
        float(len(candidates)),
        math.log1p(float(scrap)),
        scrap_share,
    )
    leads = [_leads(values) for values in (by_product, by_defect, agreement)]
    for position, candidate in enumerate(candidates):
        found.subjects.append(candidate)
        found.rows.append(
            (
                UNKNOWN if booked is None else float(candidate == booked),
                by_product[position],
                share(history.operation, candidate),
                share(history.equipment, candidate),
                by_defect[position] if has_defect else UNKNOWN,
                share(history.site, candidate),
                agreement[position],
                leads[0][position],
                leads[1][position] if has_defect else UNKNOWN,
                leads[2][position],
                booked_agreement,
                *rest,
            )
        )


def _basis(history: ScrapHistory, has_defect: bool) -> tuple[float, ...]:
    """Return how many bookings the shares rest on."""
    return (
        math.log1p(history.product.count),
        math.log1p(history.equipment.count),
        math.log1p(history.defect.count) if has_defect else UNKNOWN,
        1.0 if has_defect else 0.0,
    )


def _agreement(
    history: ScrapHistory, candidates: Sequence[str], has_defect: bool
) -> Sequence[float]:
    """Return how far product, machine and defect code together speak for each candidate.

    Logarithm of the site's share times how much each circumstance raises it, as if they were
    independent.
    """
    narrower = [history.product, history.equipment, *([history.defect] if has_defect else [])]
    answers = []
    for candidate in candidates:
        usual = (history.site.labels.get(candidate, 0) + 0.5) / (history.site.count + 5.0)
        total = math.log(usual)
        for statistic in narrower:
            total += math.log(_raised(statistic, candidate, usual))
        answers.append(total)
    return answers


def _raised(statistic: Statistic, candidate: str, usual: float) -> float:
    seen = statistic.labels.get(candidate, 0)
    return (seen / usual + DAMPING) / (statistic.count + DAMPING)


def _leads(values: Sequence[float]) -> Sequence[float]:
    """Return for each value how far it lies above the best of the others."""
    if len(values) == 1:
        return [0.0]
    first, second = sorted(values, reverse=True)[:2]
    return [value - (second if value == first else first) for value in values]
