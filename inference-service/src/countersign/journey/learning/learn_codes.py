"""Learning codes: what was booked goes into the histories that accounts and cost centres come from.

A code is believed when it has stood for the label delay of the spec. So the months that ended that
long ago are learned, through the library's data-quality gate; what was reversed later is taken
back. The new version takes over unless it is surely worse on the newest lines, which neither has
seen: the trees stay, only the history moves on, and nothing is booked by it without a person.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from countersign.audit.trail import open_trail
from countersign.erp.documents import from_data
from countersign.journey.coding.coded_lines import lines_of
from countersign.journey.learning.nightly import take_night
from countersign.model import registry
from countersign.model.bounds import lower_bound
from countersign.model.codes import canonical
from countersign.nouns.coding import CODING_TASKS, CodingFacts
from countersign.store import codings
from countersign.store.codings import BookedCoding
from countersign.store.database import Database

if TYPE_CHECKING:
    import pandas as pd

    from countersign.learn.ranking_model import RankingModel

logger = logging.getLogger(__name__)

JOB = "learn codes"
HELD_BACK = 0.25
FEWEST_HELD_BACK = 20
"""Newest lines from which the gate says anything."""
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LearnedCodes:
    """What became of the history of a task; ``version`` is the one in use."""

    task: str
    version: str | None
    text: str


def follow_codings(
    database: Database, models_dir: Path, time_zone: ZoneInfo, now: datetime | None = None
) -> list[LearnedCodes]:
    """Note what was booked and what did not stand; once a night learn the months that are due."""
    now = now or datetime.now(UTC)
    with database.write() as connection:
        codings.follow_postings(connection)
    if not take_night(database, JOB, time_zone, now):
        return []
    return [
        learn_codes(database, models_dir, task, time_zone, actor="worker", now=now)
        for task in CODING_TASKS
    ]


def learn_codes(
    database: Database,
    models_dir: Path,
    task: str,
    time_zone: ZoneInfo,
    *,
    actor: str,
    now: datetime,
    accept: Iterable[str] = (),
) -> LearnedCodes:
    """Learn what was booked since the version in use; ``accept`` lets quarantined months in."""
    version = registry.active_version(models_dir, task)
    if version is None:
        return LearnedCodes(task, None, "no model is in use; train one first")
    from countersign.learn.loading import load

    model = cast("RankingModel", load(models_dir / task / version))
    due = _read_due(database, model, time_zone, now, frozenset(accept))
    if not due.booked and not due.withdrawn:
        return LearnedCodes(task, version, "nothing new has stood long enough")
    grown = _grown(model, due, now)
    if (models_dir / task / grown.version).exists():
        text = f"{grown.version} was tried before: it was rolled back, or found worse"
        return LearnedCodes(task, version, text)
    text, is_worse = _compare(model, grown, due)
    for alarm in grown.alarms:
        logger.warning("%s: %s", task, alarm)
    grown.save(models_dir)
    if is_worse:
        _record(database, "codes_not_learned", actor, task, version, text, grown.alarms, now)
        return LearnedCodes(task, version, f"not learned: {text}")
    registry.activate(models_dir, task, grown.version)
    _record(database, "codes_learned", actor, task, grown.version, text, grown.alarms, now)
    return LearnedCodes(task, grown.version, text)


@dataclass(frozen=True, slots=True)
class _Due:
    """What is to be learned: documents booked and withdrawn, and up to when they were read."""

    booked: Sequence[BookedCoding]
    withdrawn: Sequence[BookedCoding]
    booked_until: datetime
    left_out: Sequence[str]
    accept: frozenset[str]


def _read_due(
    database: Database,
    model: RankingModel,
    time_zone: ZoneInfo,
    now: datetime,
    accept: frozenset[str],
) -> _Due:
    """Read the months that are over for longer than the label delay, and what was taken back."""
    from countersign.learn.times import seconds_of

    feedback = model.card.get("feedback", {})
    trained_until = datetime.fromtimestamp(model.history.origin, UTC) + timedelta(days=1)
    after = datetime.fromisoformat(feedback.get("booked_until", trained_until.isoformat()))
    looked = datetime.fromisoformat(feedback.get("withdrawn_until", after.isoformat()))
    stood = (now - timedelta(seconds=seconds_of(model.task.label_delay))).astimezone(time_zone)
    until = stood.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    until = max(until, after)
    left_out = list(feedback.get("left_out", ()))
    with database.read() as connection:
        booked = codings.read_booked(connection, after, until)
        withdrawn = codings.read_withdrawn(connection, after, looked, now)
        wanted = accept & set(left_out)
        earlier = codings.read_booked(connection, LONG_AGO, after) if wanted else []
    booked = [row for row in earlier if _month(row) in wanted] + booked
    withdrawn = [row for row in withdrawn if _month(row) not in left_out]
    return _Due(booked, withdrawn, until, [one for one in left_out if one not in wanted], accept)


def _grown(model: RankingModel, due: _Due, now: datetime) -> RankingModel:
    """Return the next version: more booked, what did not stand taken back, the card brought on."""
    from countersign.learn.table import read_table
    from countersign.learn.updating import next_version

    booked, withdrawn = _frame(model, due.booked), _frame(model, due.withdrawn)
    grown = model
    if len(booked):
        grown = cast("RankingModel", grown.update(booked, due.accept))
    if len(withdrawn):
        grown = grown.forget(withdrawn)
    version = grown.version
    if version == model.version:
        version = next_version(model.version, read_table(model.task, booked, with_target=True))
    feedback = {
        "booked_until": due.booked_until.isoformat(),
        "withdrawn_until": now.isoformat(),
        "left_out": sorted({*due.left_out, *_quarantined(grown.alarms)}),
        "corrected": sum(row.origin == codings.CORRECTED for row in due.booked),
    }
    alarms = [*model.card["alarms"], *grown.alarms]
    return grown.noted({"feedback": feedback, "alarms": alarms}, version)


def _quarantined(alarms: Sequence[str]) -> list[str]:
    """Return the months that the gate has left out; its alarms begin with them."""
    return [alarm.split()[0] for alarm in alarms if " quarantined, " in alarm]


def _compare(model: RankingModel, grown: RankingModel, due: _Due) -> tuple[str, bool]:
    """Hold the newest lines against both: the model in use, and one that learned all the others."""
    lines = _frame(model, due.booked)
    back = len(_frame(model, due.withdrawn))
    learned = grown.history.rows - model.history.rows + back
    taken = f"{learned} lines learned, {back} taken back"
    if learned < len(lines):
        taken += f"; left out: {'; '.join(grown.alarms)}"
    newest = round(len(lines) * HELD_BACK)
    if newest < FEWEST_HELD_BACK:
        return f"{taken}; too few to compare", False
    asked, truth = lines.iloc[-newest:], lines[model.task.target].iloc[-newest:]
    right = [canonical(code) for code in truth]
    before = _told(model, asked)
    after = _told(cast("RankingModel", model.update(lines.iloc[:-newest], due.accept)), asked)
    won = sum(new == code != old for new, old, code in zip(after, before, right, strict=True))
    lost = sum(old == code != new for new, old, code in zip(after, before, right, strict=True))
    hits = sum(new == code for new, code in zip(after, right, strict=True))
    text = (
        f"{taken}; of the newest {newest} lines {hits} were told rightly, "
        f"{hits - won + lost} without them"
    )
    return text, lost > won and lower_bound(lost, won + lost) > 0.5


def _told(model: RankingModel, lines: pd.DataFrame) -> list[str | None]:
    return [canonical(label) for label in model.predict(lines)["label"]]


def _frame(model: RankingModel, booked: Sequence[BookedCoding]) -> pd.DataFrame:
    """Lay booked documents out as the spec of a model wants them, oldest first."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for coding in booked:
        document = from_data(coding.document)
        facts = CodingFacts.from_data(coding.facts)
        for _, line in lines_of(document, facts, coding.created_at.date()):
            columns = line.columns()
            columns[model.ranker.time_column] = line.posting_date.isoformat()
            if columns.get(model.task.target) is not None:
                rows.append({name: _text(value) for name, value in columns.items()})
    wanted = {*(name for names in model.history.levels for name in names), *model.history.amounts}
    wanted |= {model.task.target, model.ranker.time_column}
    return pd.DataFrame(rows, columns=sorted(wanted), dtype=object)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _month(coding: BookedCoding) -> str:
    day = coding.document.get("posting_date") or coding.created_at.date().isoformat()
    return str(day)[:7]


def _record(
    database: Database,
    step: str,
    actor: str,
    task: str,
    version: str,
    text: str,
    alarms: Sequence[str],
    now: datetime,
) -> None:
    with database.write() as connection, open_trail(connection, now) as trail:
        body = {"task": task, "version": version, "text": text, "alarms": list(alarms)}
        trail.add(step, actor, body)
