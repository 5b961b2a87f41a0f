"""Staged rows: what transaction groups wrote and could not be taken, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, url_for
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from countersign.console.pages import blueprint
from countersign.console.postings import reason_given
from countersign.journey.rows.refused_rows import RefusedRows, RowGone, open_refused_rows
from countersign.store.staging_rows import StagingError
from countersign.web.problems import Problem

MOST_DIGITS = 18


@blueprint.get("/rows")
def staged_rows() -> str:
    """Show every staging table with the rows that were refused, and why."""
    with _open() as refused:
        tables = refused.tables()
    return render_template("console/staged_rows.html", tables=tables)


@blueprint.post("/rows/<table>/<number>/<action>")
def change_row(table: str, number: str, action: str) -> Response:
    """Let a refused row be read again, or dismiss it with a reason."""
    if not g.visitor.may_mend:
        raise Problem(403, "forbidden", "Not allowed", "This is for the ERP team (role erp).")
    if action not in DONE_TEXTS or not number.isdecimal() or len(number) > MOST_DIGITS:
        raise Problem(404, "not-found", "No such action", f"{action} is not an action on a row")
    reason = reason_given()
    if action == "dismiss" and not reason:
        flash("Say why the row is dismissed.", "failure")
        return redirect(url_for("console.staged_rows"), 303)
    actor, now = f"{g.visitor.actor} via console", datetime.now(UTC)

    def change(refused: RefusedRows) -> None:
        if action == "dismiss":
            refused.dismiss(table, int(number), reason, actor, now)
        else:
            refused.read_again(table, int(number), actor, now)

    if _carry_out(change):
        flash(DONE_TEXTS[action].format(number=number, table=table))
    return redirect(url_for("console.staged_rows"), 303)


DONE_TEXTS = {
    "read-again": "Row {number} of {table} is read again within seconds.",
    "dismiss": "Row {number} of {table} is dismissed.",
}


def _carry_out(change: Callable[[RefusedRows], None]) -> bool:
    """Carry out a change of a row; what keeps it from it is shown to the person."""
    try:
        with _open() as refused:
            change(refused)
    except (RowGone, StagingError) as error:
        flash(f"{str(error)[:1].upper()}{str(error)[1:]}.", "failure")
        return False
    except DBAPIError as error:
        flash(f"The plant's database says: {error.orig}. Nothing was changed there.", "failure")
        return False
    return True


def _open() -> AbstractContextManager[RefusedRows]:
    settings = g.services.settings
    if not settings.takes_rows:
        text = (
            "No transaction groups are set up (COUNTERSIGN_STAGING_URL, "
            "COUNTERSIGN_STAGING_MAPPINGS)."
        )
        raise Problem(404, "not-found", "No rows are read here", text)
    return open_refused_rows(settings, g.services.database)
