"""Sorting causes: who mends what keeps postings from being booked.

A person who moved the cause is right; else the ERP's error table tells by the code; else the
model that has learned from people; else the words of the text; else nobody, and a person sorts it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.erp.error_table import ErrorTable
from countersign.erp.registry import error_table
from countersign.learn.text_reader import TextReader, load_active_reader
from countersign.model.shelf import Shelf
from countersign.nouns.cause_queue import CauseQueue
from countersign.post import triage
from countersign.post.commands import CommandRefused
from countersign.post.error_words import queue_by_words
from countersign.post.triage import Cluster
from countersign.store import cause_queues, refusals
from countersign.store.cause_queues import MovedCause

TASK = "error_triage"
OWN_CODES: Mapping[str, CauseQueue] = {
    "worker_lost": "connection",
    "connector_defect": "connection",
    "not_reversible": "document",
    "kind_unsupported": "document",
    "consumed_unsupported": "document",
    "document_unreadable": "document",
}
"""Codes that the service itself gives, whatever the ERP."""
_SAID = (
    re.compile(r'SAP says: "(.*)"\.$', re.DOTALL),
    re.compile(r'message \S+: "(.*)"\. A person'),
)

ToldBy = Literal["person", "table", "model", "words", "nothing"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A queue, and who says so; ``text`` names the person or the version of the model."""

    queue: CauseQueue | None
    by: ToldBy
    text: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class SortedCause:
    """A cause with the queue that it stands in."""

    cluster: Cluster
    told: Told


def open_readers(models_dir: Path) -> Shelf[TextReader]:
    """Load the model in use that reads errors."""
    return Shelf(models_dir, {TASK: partial(load_active_reader, models_dir, TASK)})


class CauseSorter:
    """Sorts causes into queues; safe to call from several threads."""

    def __init__(self, erps: Mapping[str, str], shelf: Shelf[TextReader]) -> None:
        self._tables = {erp: _table(erp, url) for erp, url in erps.items()}
        self._shelf = shelf

    def sort(self, connection: Connection, clusters: Sequence[Cluster]) -> list[SortedCause]:
        """Return the causes with their queues, in the order given."""
        if not clusters:
            return []
        self._shelf.refresh()
        moved = cause_queues.read_all(connection)
        return [
            SortedCause(
                cluster, self._by_person(cluster, moved) or self._by_machine(connection, cluster)
            )
            for cluster in clusters
        ]

    def move(
        self,
        connection: Connection,
        trail: Trail,
        *,
        erp: str,
        fingerprint: str,
        queue: CauseQueue,
        actor: str,
        reason: str,
    ) -> MovedCause:
        """Put a cause into another queue; raises ``CommandRefused`` when nothing fails for it."""
        cluster = _find(triage.clusters(connection, erp), fingerprint)
        told = self._by_machine(connection, cluster)
        moved = MovedCause(
            erp=erp,
            fingerprint=fingerprint,
            queue=queue,
            code=cluster.code,
            text=cluster.text,
            document_kind=_kind(connection, cluster),
            told_queue=told.queue,
            told_by=None if told.by == "nothing" else told.by,
            told_confidence=told.confidence,
            failed_at=cluster.oldest_at,
            moved_at=trail.now,
            moved_by=actor,
            reason=reason,
        )
        cause_queues.put(connection, moved)
        facts = {"erp": erp, "fingerprint": fingerprint, "code": cluster.code, "queue": queue}
        told_facts = {"told_queue": told.queue, "told_by": told.by, "reason": reason}
        trail.add("cause_moved", actor, facts | told_facts)
        return moved

    def _by_person(self, cluster: Cluster, moved: Iterable[MovedCause]) -> Told | None:
        """Return where a person put this cause, or the last one with a code that no table knows."""
        found = None
        for one in moved:
            if one.erp != cluster.erp:
                continue
            if one.fingerprint == cluster.fingerprint:
                return Told(one.queue, "person", one.moved_by)
            if cluster.code and one.code == cluster.code and not self._knows(cluster):
                found = Told(one.queue, "person", one.moved_by)
        return found

    def _by_machine(self, connection: Connection, cluster: Cluster) -> Told:
        table = self._tables.get(cluster.erp)
        queue = OWN_CODES.get(cluster.code) or (table.queue_of(cluster.code) if table else None)
        if queue is not None:
            return Told(queue, "table")
        text, reader = said_by_erp(cluster.text), self._shelf.get(TASK)
        if reader is not None:
            kind = _kind(connection, cluster)
            read = reader.read({"text": text, "erp": cluster.erp, "document_kind": kind})
            label, version = cast("CauseQueue", read.label), f"{reader.name} {reader.version}"
            return Told(label, "model", version, read.confidence)
        queue = queue_by_words(text)
        return Told(queue, "words" if queue else "nothing")

    def _knows(self, cluster: Cluster) -> bool:
        """Tell whether the code is in a table, be it as one that does not tell by itself."""
        table = self._tables.get(cluster.erp)
        return cluster.code in OWN_CODES or (table is not None and cluster.code in table.rows)


def said_by_erp(text: str) -> str:
    """Return the ERP's own words out of the sentence that people read."""
    for pattern in _SAID:
        found = pattern.search(text)
        if found:
            return found[1]
    return text


def _table(erp: str, url: str) -> ErrorTable:
    try:
        return error_table(url)
    except (OSError, ValueError) as error:
        logger.error("the error table of %s cannot be read, so texts tell alone: %s", erp, error)
        return ErrorTable([])


def _find(clusters: Sequence[Cluster], fingerprint: str) -> Cluster:
    for cluster in clusters:
        if cluster.fingerprint == fingerprint:
            return cluster
    raise CommandRefused(
        "not_found", f"No posting is refused for the cause {fingerprint} any more."
    )


def _kind(connection: Connection, cluster: Cluster) -> str:
    kinds = refusals.kinds_refused(connection, cluster.erp, cluster.fingerprint)
    return kinds[0] if kinds else ""
