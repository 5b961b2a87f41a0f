"""Status: which ERPs are called, who delivers, and what waits for people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify

from countersign.store import workers
from countersign.web.auth import requires
from countersign.web.erp_status import ErpStatus, read_status
from countersign.web.presentation import time_text

blueprint = Blueprint("status", __name__)


@blueprint.get("/v1/status")
@requires("events.read", "events.write", "approve", "postings.read", "metrics")
def show_status() -> Response:
    """Show how ERPs, workers and queues stand, for people who look after the installation."""
    with g.services.database.read() as connection:
        status = read_status(connection, g.services.settings.forecast_alarm_from)
        delivering = workers.read_all(connection)
    return jsonify(
        {
            "erps": [_erp(erp) for erp in status.erps],
            "workers": [
                {"worker_id": row.worker_id, "seen_at": time_text(row.seen_at)}
                for row in delivering
            ],
            "open_approvals": status.open_tasks,
            "postings_in_trouble": status.postings_in_trouble,
            "likely_troubles": status.likely_troubles,
        }
    )


def _erp(erp: ErpStatus) -> dict[str, Any]:
    return {
        "erp": erp.erp,
        "state": erp.state,
        "reason": erp.reason,
        "since": time_text(erp.changed_at),
        "next_try_at": time_text(erp.next_try_at),
        "last_posted_at": time_text(erp.last_posted_at),
        "postings": erp.counts,
    }
