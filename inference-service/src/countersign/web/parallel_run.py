"""The parallel run: what the machine alone would have done, against what turned out right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from countersign.decide.parallel_run import Comparison, Report, compare
from countersign.decide.policy import USE_CASES
from countersign.decide.stake import CENT
from countersign.settings import Settings
from countersign.store import parallel_run
from countersign.store.database import Database
from countersign.web.auth import requires
from countersign.web.problems import Problem

USUAL_SPAN = timedelta(days=30)
FIGURES = (
    "compared",
    "booked_right",
    "booked_wrong",
    "asked_rightly",
    "asked_in_vain",
    "agreement",
    "agreement_lower_bound",
    "coverage",
    "accuracy",
    "lower_bound",
    "amount_right",
    "amount_wrong",
    "amount_at_risk",
    "without_amount",
)

blueprint = Blueprint("parallel_run", __name__)


@dataclass(frozen=True, slots=True)
class ParallelRun:
    """The report of a span: ``counts`` are events judged, and those it would have booked."""

    from_at: datetime
    to_at: datetime
    use_cases: tuple[str, ...]
    counts: dict[str, tuple[int, int]]
    reports: dict[str, Report]

    def rows(self) -> Iterator[tuple[str, str, str, Comparison]]:
        """Return every row of the report: use case, segment, week, figures; empty means all."""
        for name in self.use_cases:
            report = self.reports.get(name) or Report()
            yield name, "", "", report.total
            for segment, found in sorted(report.segments.items()):
                yield name, segment, "", found
            for monday, found in sorted(report.weeks.items()):
                yield name, "", monday.isoformat(), found


@blueprint.get("/v1/parallel-run")
@requires("admin", "approve", "events.read")
def show_parallel_run() -> Response:
    """Show by use case how the machine alone would have done; the last 30 days unless given."""
    to_at = _time("to") or datetime.now(UTC)
    from_at = _time("from") or to_at - USUAL_SPAN
    services = g.services
    run = read_parallel_run(services.database, services.settings, from_at, to_at, _use_case())
    if request.args.get("format") == "csv":
        return as_csv(run)
    return jsonify(
        {
            "from_at": from_at.isoformat(),
            "to_at": to_at.isoformat(),
            "currency": services.settings.currency,
            "items": [_item(name, run) for name in run.use_cases],
        }
    )


def read_parallel_run(
    database: Database,
    settings: Settings,
    from_at: datetime,
    to_at: datetime,
    use_case: str | None = None,
) -> ParallelRun:
    """Read the report of a span, of one use case or of all."""
    with database.read() as connection:
        counts = parallel_run.count_events(connection, use_case, from_at, to_at)
        rows = parallel_run.read_compared(connection, use_case, from_at, to_at)
        reports = compare(rows, settings.time_zone)
    names = USE_CASES if use_case is None else (use_case,)
    return ParallelRun(from_at, to_at, tuple(names), counts, reports)


def as_csv(run: ParallelRun) -> Response:
    """Write the report as a table for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["use_case", "segment", "week", *FIGURES])
    for use_case, segment, week, found in run.rows():
        figures = comparison_data(found)
        writer.writerow([use_case, segment, week, *(figures[name] for name in FIGURES)])
    name = f"parallel-run-{run.from_at:%Y%m%d}-{run.to_at:%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def comparison_data(found: Comparison) -> dict[str, Any]:
    """Write one row of figures as the contract wants it."""
    return {
        "compared": found.compared,
        "booked_right": found.booked_right,
        "booked_wrong": found.booked_wrong,
        "asked_rightly": found.asked_rightly,
        "asked_in_vain": found.asked_in_vain,
        "agreement": found.agreement,
        "agreement_lower_bound": found.agreement_lower_bound,
        "coverage": found.coverage,
        "accuracy": found.accuracy,
        "lower_bound": found.lower_bound,
        "amount_right": str(found.amount_right.quantize(CENT)),
        "amount_wrong": str(found.amount_wrong.quantize(CENT)),
        "amount_at_risk": str(found.amount_at_risk),
        "without_amount": found.without_amount,
    }


def _item(use_case: str, run: ParallelRun) -> dict[str, Any]:
    events, would_post = run.counts.get(use_case, (0, 0))
    report = run.reports.get(use_case) or Report()
    return {
        "use_case": use_case,
        "events": events,
        "would_post": would_post,
        **comparison_data(report.total),
        "segments": [
            {"segment": segment, **comparison_data(found)}
            for segment, found in sorted(report.segments.items())
        ],
        "weeks": [
            {"week": monday.isoformat(), **comparison_data(found)}
            for monday, found in sorted(report.weeks.items())
        ],
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
