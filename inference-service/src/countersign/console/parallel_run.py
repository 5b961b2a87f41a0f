"""The parallel run on the console: what the machine alone would have done, with plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import g, render_template, request
from werkzeug.wrappers import Response

from countersign.console.pages import blueprint
from countersign.decide.parallel_run import Comparison, Report
from countersign.decide.policy import DEFAULT_POLICY, read_policy
from countersign.store import policies
from countersign.web.parallel_run import USUAL_SPAN, ParallelRun, as_csv, read_parallel_run
from countersign.web.problems import Problem

PLOT_WIDTH = 640
PLOT_HEIGHT = 160
PLOT_EDGE = 8
LOWEST_SHARE = 0.5
"""Where the scale of the plot begins: accuracies below are drawn at the bottom."""


@dataclass(frozen=True, slots=True)
class Point:
    """One week in a plot: where its accuracy and the bound below it stand, in drawing units."""

    x: float
    accuracy_y: float
    bound_y: float
    coverage_y: float
    label: str


@blueprint.get("/parallel-run")
def parallel_run() -> str | Response:
    """Show a span by use case, segment and week; ``format=csv`` gives it as a table."""
    run = _read()
    if request.args.get("format") == "csv":
        return as_csv(run)
    with g.services.database.read() as connection:
        version, body = policies.read_current(connection) or (0, DEFAULT_POLICY)
    policy = read_policy(version, body)
    return render_template(
        "console/parallel_run.html",
        run=run,
        from_day=_day_of(run.from_at),
        to_day=_day_of(run.to_at - timedelta(seconds=1)),
        rows=[
            (name, run.counts.get(name, (0, 0)), run.reports.get(name) or Report())
            for name in run.use_cases
        ],
        plots={name: points(report.weeks) for name, report in run.reports.items()},
        targets={name: limits.target_accuracy for name, limits in policy.use_cases.items()},
        level=height,
        width=PLOT_WIDTH,
        height=PLOT_HEIGHT,
        edge=PLOT_EDGE,
    )


def points(weeks: dict[date, Comparison]) -> Sequence[Point]:
    """Return where each week that has a booking to judge stands in the plot, oldest first."""
    known = [(monday, found) for monday, found in sorted(weeks.items()) if found.booked]
    step = (PLOT_WIDTH - 2 * PLOT_EDGE) / max(len(known) - 1, 1)
    return [
        Point(
            x=round(PLOT_EDGE + number * step, 1),
            accuracy_y=height(found.accuracy or 0.0),
            bound_y=height(found.lower_bound),
            coverage_y=height(found.coverage or 0.0),
            label=f"week of {monday.isoformat()}: {found.booked_right} of {found.booked} right, "
            f"at least {found.lower_bound:.1%}, {found.coverage or 0:.0%} without a person",
        )
        for number, (monday, found) in enumerate(known)
    ]


def height(share: float) -> float:
    """Return the drawing height of a share: 100 % at the top edge."""
    part = max(share - LOWEST_SHARE, 0.0) / (1 - LOWEST_SHARE)
    return round(PLOT_EDGE + (1 - part) * (PLOT_HEIGHT - 2 * PLOT_EDGE), 1)


def _read() -> ParallelRun:
    services = g.services
    zone = services.settings.time_zone
    until = _day("to")
    to_at = datetime.now(UTC)
    if until is not None:
        to_at = datetime.combine(until + timedelta(days=1), time.min, zone)
    since = _day("from")
    from_at = to_at - USUAL_SPAN if since is None else datetime.combine(since, time.min, zone)
    if from_at >= to_at:
        raise Problem(400, "bad-parameter", "A parameter makes no sense", "from lies after to")
    return read_parallel_run(services.database, services.settings, from_at, to_at)


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        detail = f"{name} must be a day such as 2026-03-02"
        raise Problem(400, "bad-parameter", "A parameter makes no sense", detail) from error


def _day_of(at: datetime) -> str:
    return at.astimezone(g.services.settings.time_zone).date().isoformat()
