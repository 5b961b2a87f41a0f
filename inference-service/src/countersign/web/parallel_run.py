"""The parallel run: what the machine alone would have done, against what turned out right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from countersign.decide.parallel_run import CENT, Comparison, compare
from countersign.decide.policy import USE_CASES
from countersign.store import parallel_run
from countersign.web.auth import requires
from countersign.web.problems import Problem

USUAL_SPAN = timedelta(days=30)

blueprint = Blueprint("parallel_run", __name__)


@blueprint.get("/v1/parallel-run")
@requires("admin", "approve", "events.read")
def show_parallel_run() -> Response:
    """Show by use case how the machine alone would have done; the last 30 days unless given."""
    to_at = _time("to") or datetime.now(UTC)
    from_at = _time("from") or to_at - USUAL_SPAN
    use_case = _use_case()
    with g.services.database.read() as connection:
        counts = parallel_run.count_events(connection, use_case, from_at, to_at)
        found = compare(parallel_run.read_compared(connection, use_case, from_at, to_at))
    names = USE_CASES if use_case is None else (use_case,)
    return jsonify(
        {
            "from_at": from_at.isoformat(),
            "to_at": to_at.isoformat(),
            "currency": g.services.settings.currency,
            "items": [
                _item(name, counts.get(name, (0, 0)), found.get(name) or Comparison())
                for name in names
            ],
        }
    )


def _item(use_case: str, counts: tuple[int, int], found: Comparison) -> dict[str, Any]:
    events, would_post = counts
    return {
        "use_case": use_case,
        "events": events,
        "would_post": would_post,
        "compared": found.compared,
        "booked_right": found.booked_right,
        "booked_wrong": found.booked_wrong,
        "asked_rightly": found.asked_rightly,
        "asked_in_vain": found.asked_in_vain,
        "agreement": found.agreement,
        "coverage": found.coverage,
        "accuracy": found.accuracy,
        "lower_bound": found.lower_bound,
        "amount_right": str(found.amount_right.quantize(CENT)),
        "amount_wrong": str(found.amount_wrong.quantize(CENT)),
        "amount_at_risk": str(found.amount_at_risk),
        "without_amount": found.without_amount,
    }


def _use_case() -> str | None:
    name = request.args.get("use_case")
    if name is not None and name not in USE_CASES:
        known = ", ".join(USE_CASES)
        raise Problem(400, "bad-parameter", "A parameter makes no sense", f"use_case: {known}")
    return name


def _time(name: str) -> datetime | None:
    """Read a time of the query; raises a 400 problem."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = datetime.min
    if value.tzinfo is None:
        detail = f"{name} must be a time with an offset, such as 2026-03-02T06:00:00Z"
        raise Problem(400, "bad-parameter", "A parameter makes no sense", detail)
    return value
