"""The inbox: undecided tasks, grouped by why they came, the oldest deadline first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import g, render_template, request
from sqlalchemy import Row

from countersign.console.causes import Cause, cause_of
from countersign.console.pages import blueprint
from countersign.console.unchanged import unless_unchanged
from countersign.console.wording import USE_CASE_WORDS
from countersign.decide.policy import USE_CASES
from countersign.language.locales import LOCALES, Locale
from countersign.store import approvals
from countersign.web.narratives import asked_locale

MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A task on one line of the inbox."""

    task: Row[Any]
    is_overdue: bool
    handled_by: str


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks that came for the same reason."""

    code: str
    cause: Cause
    entries: tuple[Entry, ...]


@blueprint.get("/")
def inbox() -> str:
    """Show the inbox."""
    return render_template("console/inbox.html", **_content())


@blueprint.get("/inbox/tasks")
def inbox_tasks() -> Any:
    """Return the list alone, for the page that refreshes itself; nothing if nothing changed."""
    return unless_unchanged("console/_inbox_tasks.html", **_content())


def group_by_cause(
    tasks: Sequence[Row[Any]], now: datetime, locale: Locale = LOCALES[0]
) -> list[Group]:
    """Group tasks that are sorted by deadline; the group with the oldest deadline comes first."""
    entries: dict[str, list[Entry]] = {}
    for task in tasks:
        is_held = task.claimed_until is not None and task.claimed_until > now
        entry = Entry(task, task.due_at <= now, task.claimed_by if is_held else "")
        entries.setdefault(task.cause, []).append(entry)
    return [Group(code, cause_of(code, locale), tuple(found)) for code, found in entries.items()]


def _content() -> dict[str, Any]:
    use_case = request.args.get("use_case", "")
    order_id = request.args.get("order_id", "").strip()
    with g.services.database.read() as connection:
        tasks = approvals.find(
            connection,
            use_case=use_case if use_case in USE_CASES else None,
            order_id=order_id or None,
            limit=MAX_SHOWN + 1,
        )
        total = sum(count for _, count, _ in approvals.count_by_cause(connection))
    return {
        "groups": group_by_cause(tasks[:MAX_SHOWN], datetime.now(UTC), asked_locale()),
        "shown": min(len(tasks), MAX_SHOWN),
        "has_more": len(tasks) > MAX_SHOWN,
        "total": total,
        "use_cases": {name: USE_CASE_WORDS[name] for name in USE_CASES},
        "use_case": use_case,
        "order_id": order_id,
    }
