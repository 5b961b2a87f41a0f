"""Learning causes: what people said about who mends a cause trains the model that reads errors.

None is shipped: trained on the texts of the error tables alone it told 0.62 to 0.71 macro-F1 on
codes that it had not seen, and little on an ERP's own words, where the words rule does better
(``post/error_words.py``). So it begins with what people of the plant have sorted, beside those
texts, and is put in use when it does no worse than what sorts now on the newest of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from countersign.audit.trail import open_trail
from countersign.erp.error_table import ErrorTable
from countersign.erp.registry import ERROR_TABLES
from countersign.journey.coding.cause_queues import TASK, said_by_erp
from countersign.journey.learning.nightly import take_night
from countersign.learn.text_reader import TextReader, load_active_reader
from countersign.model import registry
from countersign.nouns.cause_queue import CauseQueue
from countersign.post.error_words import queue_by_words
from countersign.store import cause_queues
from countersign.store.cause_queues import MovedCause
from countersign.store.database import Database

if TYPE_CHECKING:
    import pandas as pd

    from countersign.learn.table_model import Model

JOB = "learn causes"
FEWEST_LABELS = 30
HELD_BACK = 1 / 3
"""Share of the labels, the newest, that the gate rests on."""
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LearnedCauses:
    """What became of the model that reads errors; ``version`` is the one in use."""

    version: str | None
    text: str


def follow_causes(
    database: Database, models_dir: Path, time_zone: ZoneInfo, now: datetime | None = None
) -> LearnedCauses | None:
    """Once a night learn from what people sorted."""
    now = now or datetime.now(UTC)
    if not take_night(database, JOB, time_zone, now):
        return None
    return learn_causes(database, models_dir, actor="worker", now=now)


def learn_causes(
    database: Database, models_dir: Path, *, actor: str, now: datetime
) -> LearnedCauses:
    """Fit a model to what people sorted, and put it in use where it does no worse."""
    with database.read() as connection:
        labels = cause_queues.read_all(connection)
    reader = load_active_reader(models_dir, TASK)
    version = None if reader is None else reader.version
    if len(labels) < FEWEST_LABELS:
        text = f"{len(labels)} causes were sorted by people; {FEWEST_LABELS} are needed"
        return LearnedCauses(version, text)
    if version is not None and _learned_until(models_dir, version) >= labels[-1].moved_at:
        return LearnedCauses(version, "nobody has sorted a cause since")
    newest = labels[-round(len(labels) * HELD_BACK) :]
    trial = TextReader(_fit(labels[: -len(newest)]).scorer)
    told = sum(trial.read(_line(label)).label == label.queue for label in newest)
    known = sum(_sorted_now(label, reader) == label.queue for label in newest)
    text = f"{told} of the newest {len(newest)} were told rightly, {known} as things are sorted now"
    if told < known:
        return LearnedCauses(version, f"not put in use: {text}")
    model = _fit(labels)
    registry.save(
        models_dir,
        model.scorer.booster,
        {**model.card, "feedback": {"labelled_until": labels[-1].moved_at.isoformat()}},
    )
    registry.activate(models_dir, TASK, model.version)
    with database.write() as connection, open_trail(connection, now) as trail:
        body = {"task": TASK, "version": model.version, "labels": len(labels), "text": text}
        trail.add("causes_learned", actor, body)
    return LearnedCauses(model.version, text)


def _learned_until(models_dir: Path, version: str) -> datetime:
    card = registry.read_card(models_dir / TASK / version)
    told = card.get("feedback", {}).get("labelled_until")
    return BEFORE_ALL if told is None else datetime.fromisoformat(told)


def _sorted_now(label: MovedCause, reader: TextReader | None) -> CauseQueue | str | None:
    """Return where a cause would stand if no person had moved it and no table knew its code."""
    line = _line(label)
    return queue_by_words(line["text"]) if reader is None else reader.read(line).label


def _fit(labels: Sequence[MovedCause]) -> Model:
    from countersign.learn.fitting import fit
    from countersign.learn.task_file import read_spec

    spec = replace(read_spec(TASK), split_by="chance")
    return fit(spec, _frame(labels), accept_all=True)


def _frame(labels: Sequence[MovedCause]) -> pd.DataFrame:
    """Lay out the texts of the error tables, then what people sorted."""
    import pandas as pd

    rows = [{**line, "failed_at": BEFORE_ALL.isoformat()} for line in table_texts()]
    rows += [
        {**_line(label), "queue": label.queue, "failed_at": label.moved_at.isoformat()}
        for label in labels
    ]
    return pd.DataFrame(rows).drop_duplicates(["text", "erp", "document_kind", "failed_at"])


def table_texts() -> list[dict[str, str]]:
    """Return the texts of all shipped error tables with their queues; values are left out."""
    return [
        {"text": _without_values(row.text), "erp": "", "document_kind": "", "queue": row.queue}
        for home in sorted(set(ERROR_TABLES.values()))
        for row in ErrorTable.load(*home).rows.values()
        if row.queue is not None
    ]


def _without_values(text: str) -> str:
    return "".join(literal for literal, *_ in Formatter().parse(text))


def _line(label: MovedCause) -> dict[str, str]:
    return {
        "text": said_by_erp(label.text),
        "erp": label.erp,
        "document_kind": label.document_kind,
    }
