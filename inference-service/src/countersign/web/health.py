"""Health and metrics: is the process alive, can it store, and how much waits where."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, g, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from countersign.store import (
    alarms,
    approvals,
    confirmations,
    drift_measures,
    forecast_questions,
    forecasts,
    postings,
    schema,
    staging_sources,
    streams,
)
from countersign.store.forecasts import Worth
from countersign.web.auth import requires
from countersign.web.problems import Problem

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
def live() -> Response:
    """Say that the process answers; looks at nothing else."""
    return jsonify({"status": "ok"})


@blueprint.get("/healthz")
@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether events can be stored; an ERP that is down does not matter here."""
    try:
        if not schema.is_current(g.services.database):
            raise Problem(503, "not-ready", "Not ready", "the tables are not up to date")
    except SQLAlchemyError as error:
        current_app.logger.warning("not ready: %s", error)
        raise Problem(503, "not-ready", "Not ready", "the database cannot be reached") from error
    return jsonify({"status": "ok"})


@blueprint.get("/metrics")
@requires("metrics")
def metrics() -> Response:
    """Show counters of all worker processes and what waits, for Prometheus."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    _measure_queues(registry)
    _measure_staging(registry)
    _measure_trust(registry)
    _measure_forecasts(registry)
    return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)


def _measure_queues(registry: CollectorRegistry) -> None:
    depth = Gauge(
        "countersign_queue_depth", "Postings by state", ["erp", "state"], registry=registry
    )
    age = Gauge(
        "countersign_queue_oldest_age_seconds",
        "Age of the oldest open posting",
        ["erp"],
        registry=registry,
    )
    state = Gauge("countersign_streams", "Streams by state", ["erp", "state"], registry=registry)
    pending = Gauge(
        "countersign_approvals_pending", "Undecided approvals", ["cause"], registry=registry
    )
    now = datetime.now(UTC)
    with g.services.database.read() as connection:
        for (erp, name), count in postings.count_by_state(connection).items():
            depth.labels(erp, name).set(count)
        for erp, created_at in postings.oldest_open_at(connection).items():
            age.labels(erp).set((now - created_at).total_seconds())
        for (erp, name), count in streams.count_by_state(connection).items():
            state.labels(erp, name).set(count)
        for cause, count, _ in approvals.count_by_cause(connection):
            pending.labels(cause).set(count)


def _measure_staging(registry: CollectorRegistry) -> None:
    """Show how the staging tables of transaction groups stood when they were read last."""
    rows = Gauge(
        "countersign_staging_rows",
        "Rows of a staging table that wait, or that were refused",
        ["table", "state"],
        registry=registry,
    )
    problem = Gauge(
        "countersign_staging_problem",
        "1 where a staging table cannot be read",
        ["table"],
        registry=registry,
    )
    with g.services.database.read() as connection:
        for source in staging_sources.read_all(connection):
            rows.labels(source.name, "waiting").set(source.waiting)
            rows.labels(source.name, "refused").set(source.refused)
            problem.labels(source.name).set(source.problem is not None)


def _measure_trust(registry: CollectorRegistry) -> None:
    """Show what classes of decisions have earned, and what speaks against it."""
    of_class = ["use_case", "segment"]
    bound = Gauge(
        "countersign_autonomy_lower_bound",
        "What the accuracy surely is",
        of_class,
        registry=registry,
    )
    covered = Gauge(
        "countersign_autonomy_coverage",
        "Share of confirmed outcomes that may go without a person; 0 while nothing is earned",
        of_class,
        registry=registry,
    )
    wrong = Gauge(
        "countersign_autonomy_wrong", "Wrong outcomes counted", of_class, registry=registry
    )
    drift = Gauge(
        "countersign_drift",
        "How far the last events are from those before (population stability, or a share)",
        [*of_class, "measure"],
        registry=registry,
    )
    standing = Gauge("countersign_alarms", "Alarms that stand", of_class, registry=registry)
    with g.services.database.read() as connection:
        for row in confirmations.read_autonomy(connection).values():
            bound.labels(row.use_case, row.segment).set(row.lower_bound)
            covered.labels(row.use_case, row.segment).set(row.coverage)
            wrong.labels(row.use_case, row.segment).set(row.wrong)
        for measure in drift_measures.read_all(connection):
            drift.labels(measure.use_case, measure.segment, measure.measure).set(measure.value)
        for alarm in alarms.standing(connection):
            standing.labels(alarm.use_case, alarm.segment).inc()


def _measure_forecasts(registry: CollectorRegistry) -> None:
    """Show what lies ahead, and which questions cannot be asked."""
    ahead = Gauge(
        "countersign_forecasts",
        "Forecasts that stand; likely: trouble from the alarm's probability on",
        ["task", "what"],
        registry=registry,
    )
    problem = Gauge(
        "countersign_forecast_problem",
        "1 where a question cannot be asked",
        ["task"],
        registry=registry,
    )
    alarm_from, now = g.services.settings.forecast_alarm_from, datetime.now(UTC)
    with g.services.database.read() as connection:
        for task, (count, likely) in forecasts.count_ahead(connection, now, alarm_from).items():
            ahead.labels(task, "standing").set(count)
            ahead.labels(task, "likely").set(likely)
        for state in forecast_questions.read_all(connection):
            problem.labels(state.task).set(state.problem is not None)
        worth = forecasts.read_worth(connection, now)
    _measure_worth(registry, worth)


def _measure_worth(registry: CollectorRegistry, worth: Sequence[Worth]) -> None:
    """Show how right the models of forecasts have been."""
    of_version = ["task", "model_version"]
    settled = Gauge(
        "countersign_forecast_settled", "Forecasts with an answer", of_version, registry=registry
    )
    right = Gauge(
        "countersign_forecast_right",
        "Forecasts that were right: the likelier side, the label, in the interval",
        of_version,
        registry=registry,
    )
    error = Gauge(
        "countersign_forecast_error",
        "Mean error: squared distance of probabilities, share of wrong labels, distance of amounts",
        [*of_version, "by"],
        registry=registry,
    )
    for row in worth:
        settled.labels(row.task, row.model_version).set(row.settled)
        right.labels(row.task, row.model_version).set(row.right)
        error.labels(row.task, row.model_version, "model").set(row.error)
        if row.baseline_error is not None:
            error.labels(row.task, row.model_version, "baseline").set(row.baseline_error)
