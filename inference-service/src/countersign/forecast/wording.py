"""Wording: forecasts in plain words, for pages, commands and the interface."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from countersign.language.wording import unit_symbol
from countersign.nouns.forecast import NO, YES, Actual, Answer, Forecast, Reason
from countersign.nouns.quantity import plain
from countersign.store.forecasts import Worth

TITLES: Mapping[str, str] = {
    "accrual_forecast": "What will be invoiced",
    "component_usage": "What an operation uses in the end",
    "energy_per_hour": "Energy of the next hour",
    "energy_per_order": "Energy of an order",
    "failure_soon": "Failure soon",
    "inventory_discrepancy": "Why stock and books differ",
    "order_delay": "Late orders",
    "remaining_life": "Cycles left",
    "shortage": "Short within three hours",
    "shortage_quantity": "What covers the line",
    "sync_failure": "Refused or delayed by the ERP",
}
HAPPENS: Mapping[str, str] = {
    "failure_soon": "to fail soon",
    "order_delay": "to be late",
    "shortage": "to run short",
    "sync_failure": "to be refused or delayed",
}
"""What occurs, after "likely"; other questions say no more than "likely"."""
CAME: Mapping[str, tuple[str, str]] = {
    "failure_soon": ("failed", "did not fail"),
    "order_delay": ("was late", "was in time"),
    "shortage": ("ran short", "did not run short"),
    "sync_failure": ("was refused or delayed", "went through at once"),
}
ALMOST_SURE = 0.99
"""Nothing is told as certain: it has not happened."""
UNITLESS = frozenset({"occurrence", "classify"})
_PAST = re.compile(r"(?P<name>.+)\.(?P<how>lag|mean|std|min|max|trend|change)(?P<rows>\d+)")
_SUMMARIES: Mapping[str, str] = {
    "mean": "mean",
    "std": "spread",
    "min": "least",
    "max": "most",
    "trend": "trend",
    "change": "change against the beginning",
}


def title_of(task: str) -> str:
    """Return what a question is called."""
    return TITLES.get(task) or _words(task).capitalize()


def say_answer(row: Forecast) -> str:
    """Say what a forecast tells."""
    answer = row.answer
    if row.kind == "occurrence":
        return f"{_percent(answer.probability)} likely {HAPPENS.get(row.task, '')}".rstrip()
    if row.kind == "classify":
        return f"{_words(answer.label or '')} ({_percent(answer.probability)} sure)"
    value = _amount(answer.value, row.unit)
    if row.kind == "quantile":
        return f"{value} covers {_of_100(answer)} of 100"
    if row.kind == "remaining_life":
        return f"about {value} left, at least {_amount(answer.lower, None)}"
    ends = f"{_amount(answer.lower, None)} to {_amount(answer.upper, row.unit)}"
    return f"{value}; {_of_100(answer)} of 100 lie within {ends}"


def say_baseline(row: Forecast) -> str:
    """Say what one would tell without a model."""
    baseline = row.baseline
    if baseline is None:
        return "nothing"
    if row.kind == "occurrence":
        return f"{_percent(baseline.probability)}, the share so far"
    if row.kind == "classify":
        return f"{_words(baseline.label or '')}, the most frequent"
    return _amount(baseline.value, row.unit)


def say_actual(row: Forecast, actual: Actual) -> str:
    """Say what came of a forecast."""
    if row.kind == "occurrence":
        happened, not_ = CAME.get(row.task, ("occurred", "did not occur"))
        return {YES: happened, NO: not_}[actual.label or NO]
    if row.kind == "classify":
        return _words(actual.label or "")
    return _amount(actual.value, row.unit)


def say_worth(worth: Worth, example: Forecast) -> str:
    """Say how right the forecasts of a version have been, beside what needs no model."""
    count = f"Of {worth.settled} that became clear"
    if worth.kind == "occurrence":
        text = f"{count} {worth.occurred} came, {worth.expected:.1f} were to be expected."
        return text + _beside(worth, "Mean squared error", "without a model")
    if worth.kind == "classify":
        return f"{count} {worth.right} were right." + _beside(
            worth, "Share wrong", "the most frequent alone"
        )
    promised = f"{_of_100(example.answer)} of 100 promised"
    if worth.kind == "quantile":
        text = f"{count} {worth.right} were covered ({promised})."
        return text + _beside(worth, "Mean pinball loss", "without a model")
    text = f"{count} {worth.right} lay within their interval ({promised})."
    return text + _beside(worth, "Mean error", "without a model")


def _beside(worth: Worth, what: str, plain_name: str) -> str:
    """Say the error beside that without a model; amounts of many units have only a ratio."""
    error, baseline = worth.error, worth.baseline_error
    if worth.unit is None and worth.kind not in UNITLESS:
        if not baseline:
            return ""
        return f" {what}: {100 * error / baseline:.0f} % of that {plain_name}."
    unit = f" {unit_symbol(worth.unit, 'en')}" if worth.unit else ""
    beside = "" if baseline is None else f", {plain_name} {baseline:.3g}{unit}"
    return f" {what} {error:.3g}{unit}{beside}."


def say_reason(row: Forecast, reason: Reason) -> str:
    """Say what a feature was, and which way it moved the answer."""
    value = reason.value
    shown = "not known" if value is None else f"{value:.4g}" if isinstance(value, float) else value
    return f"{feature_words(reason.feature)}: {shown}, {_direction(row, reason)}"


def feature_words(feature: str) -> str:
    """Say a feature in words: ``energy_kwh.mean24`` is "energy kwh, mean of the last 24"."""
    past = _PAST.fullmatch(feature)
    if past is None:
        return _words(feature)
    name, rows = _words(past["name"]), int(past["rows"])
    if past["how"] == "lag":
        return f"{name}, the last known" if rows == 0 else f"{name}, {rows} before the last known"
    return f"{name}, {_SUMMARIES[past['how']]} of the last {rows}"


def _direction(row: Forecast, reason: Reason) -> str:
    is_up = reason.push > 0
    if row.kind == "occurrence":
        return "makes it likelier" if is_up else "makes it less likely"
    if row.kind == "classify":
        return "speaks for it" if is_up else "speaks against it"
    by = plain(Decimal(repr(abs(reason.push))).quantize(Decimal("0.01")))
    return f"{'raises' if is_up else 'lowers'} it by {by}"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    if share > ALMOST_SURE:
        return "over 99 %"
    return "under 1 %" if share < 1 - ALMOST_SURE else f"{100 * share:.0f} %"


def _of_100(answer: Answer) -> str:
    return f"{100 * (answer.interval_share or 0.0):.0f}"


def _amount(value: Decimal | None, unit: str | None) -> str:
    if value is None:
        return "–"
    return f"{plain(value)} {unit_symbol(unit, 'en')}" if unit else plain(value)
