"""The parallel run on the console: what the machine alone would have done, with plots."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import g, render_template, request
from werkzeug.wrappers import Response

from countersign.console.pages import blueprint
from countersign.console.plot import Plot, weekly_plot
from countersign.decide.parallel_run import Report
from countersign.decide.policy import DEFAULT_POLICY, read_policy
from countersign.store import policies
from countersign.web.parallel_run import USUAL_SPAN, ParallelRun, as_csv, read_parallel_run
from countersign.web.problems import Problem


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
        plots={
            name: _plot(report, policy.use_cases[name].target_accuracy)
            for name, report in run.reports.items()
        },
        targets={name: limits.target_accuracy for name, limits in policy.use_cases.items()},
    )


def _plot(report: Report, promised: float) -> Plot | None:
    """Plot the weeks in which the machine would have booked something that became clear."""
    weeks = [(monday, found) for monday, found in sorted(report.weeks.items()) if found.booked]
    return weekly_plot(
        [
            (
                found.accuracy or 0.0,
                found.lower_bound,
                f"week of {monday.isoformat()}: {found.booked_right} of {found.booked} right, "
                f"{found.coverage or 0:.0%} without a person",
            )
            for monday, found in weeks
        ],
        promised,
    )


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
