"""Audit: search the records, and check that the chain is whole."""

from __future__ import annotations

import json
import re

from flask import g, render_template, request

from countersign.console import chain_check
from countersign.console.pages import blueprint
from countersign.store import audit_records
from countersign.store.audit_records import AuditRecord
from countersign.web.bodies import read_number

PAGE_ROWS = 100
EVENT_ID = re.compile(r"^[0-9a-f]{32}$")


@blueprint.get("/audit")
def audit() -> str:
    """Show the records of an order, an event or an ERP document; the latest ones otherwise."""
    sought, after = request.args.get("q", "").strip(), read_number("after", 0)
    with g.services.database.read() as connection:
        head_seq, head_hash = audit_records.read_head(connection)
        start = after if sought or after else max(0, head_seq - PAGE_ROWS)
        records = audit_records.find(
            connection, after=start, limit=PAGE_ROWS + 1, **_filters(sought)
        )
        last = chain_check.last_check(connection)
    shown = records[:PAGE_ROWS]
    return render_template(
        "console/audit.html",
        sought=sought,
        records=[(record, _facts(record)) for record in shown],
        next_after=shown[-1].seq if len(records) > PAGE_ROWS else None,
        head_seq=head_seq,
        head_hash=head_hash,
        last=last,
        check=None,
    )


@blueprint.post("/audit/verify")
def verify_audit() -> str:
    """Check the chain for a moment; the page asks again until the end is met."""
    if request.form.get("from_start"):
        chain_check.begin()
    check = chain_check.walk_on(g.services.database, f"{g.visitor.actor} via console")
    with g.services.database.read() as connection:
        head_seq, head_hash = audit_records.read_head(connection)
        last = chain_check.last_check(connection)
    content = {"check": check, "last": last, "head_seq": head_seq, "head_hash": head_hash}
    if "HX-Request" in request.headers:
        return render_template("console/_chain.html", **content)
    return render_template("console/audit.html", sought="", records=[], next_after=None, **content)


def _filters(sought: str) -> dict[str, str]:
    if not sought:
        return {}
    if EVENT_ID.match(sought):
        return {"event_id": sought}
    return {"order_id": sought, "document_id": sought}


def _facts(record: AuditRecord) -> list[tuple[str, str]]:
    """Return what a record says, one line per fact; digests shortened by the template."""
    body = json.loads(record.body)
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in body.items()
        if value not in ("", None)
    ]
