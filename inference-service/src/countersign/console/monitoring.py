"""Monitoring on the console: drift, realised accuracy, coverage by week, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, render_template

from countersign.console.pages import blueprint
from countersign.console.plot import Plot, weekly_plot
from countersign.decide.monitoring import Week
from countersign.decide.policy import DEFAULT_POLICY, read_policy
from countersign.journey.telling.monitor import monitor
from countersign.store import drift_measures, policies

SHOWN_MEASURES = 4


@blueprint.get("/monitoring")
def monitoring() -> str:
    """Show whether the machine still deserves what it may do."""
    with g.services.database.read() as connection:
        version, body = policies.read_current(connection) or (0, DEFAULT_POLICY)
        found = monitor(connection, g.services.settings.time_zone)
        measures = drift_measures.read_all(connection)
    targets = read_policy(version, body).use_cases
    by_class: dict[tuple[str, str], list[drift_measures.DriftMeasure]] = {}
    for row in measures:
        by_class.setdefault((row.use_case, row.segment), []).append(row)
    return render_template(
        "console/monitoring.html",
        classes=[
            (key, weeks, _plot(weeks, targets[key[0]].target_accuracy))
            for key, weeks in sorted(found.weeks.items())
        ],
        latencies=found.latencies,
        measures={key: rows[:SHOWN_MEASURES] for key, rows in by_class.items()},
    )


def _plot(weeks: Sequence[Week], promised: float) -> Plot | None:
    """Plot the weeks in which something was confirmed; ``None`` for fewer than two."""
    known = [week for week in weeks if week.confirmed]
    return weekly_plot(
        [
            (
                week.accuracy or 0.0,
                week.lower_bound or 0.0,
                f"week of {week.monday.isoformat()}: {week.right} of {week.confirmed} right",
            )
            for week in known
        ],
        promised,
    )
