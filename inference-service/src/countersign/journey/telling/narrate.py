"""Narrating: what happened, told to a person in their language.

The template's text is there at once. Where a language model is set up, the worker asks it about
what people have before them now, behind their backs: a page never waits for a model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

from sqlalchemy import Connection, Row

from countersign.audit.trail import open_trail
from countersign.journey.telling.narrative_facts import (
    exception_facts,
    journal_facts,
    variance_facts,
)
from countersign.language.endpoint import Endpoint
from countersign.language.facts import Facts
from countersign.language.locales import Locale
from countersign.language.template import Kind, render
from countersign.language.writer import Exchange, Narrative, narrative_id, rephrase
from countersign.settings import Settings
from countersign.store import approvals, events, narratives, postings
from countersign.store.database import Database
from countersign.store.narratives import NarrativeRow
from countersign.store.postings import PostingRecord

STUCK_STATES = ("rejected", "outcome_unknown", "awaiting_approval")
MOST_IN_A_ROUND = 3
"""Few, so that a worker that is told to stop does not wait long for a slow model."""
ASKED_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about: its kind and its facts, and whose they are."""

    kind: Kind
    facts: Facts
    event_id: str | None
    order_id: str
    posting_id: str | None = None


def subject_of_event(stored: Row[object], settings: Settings) -> Subject | None:
    """Return what there is to tell of an event's quantities."""
    event = json.loads(stored.body)
    facts = variance_facts(event, json.loads(stored.assessment), settings.currency)
    if facts is None:
        return None
    return Subject("variance", facts, stored.event_id, stored.order_id)


def subject_of_posting(
    connection: Connection, record: PostingRecord, settings: Settings
) -> Subject | None:
    """Return what there is to tell of a posting: why it is stuck, or what a journal entry says."""
    waiting = postings.count_behind(connection, record)
    kind: Kind = "exception"
    facts = exception_facts(record, waiting, settings.time_zone)
    if facts is None:
        kind, facts = "journal", journal_facts(record)
    if facts is None:
        return None
    return Subject(kind, facts, record.event_id, record.order_id, record.posting_id)


def narrate(
    connection: Connection, subject: Subject, locale: Locale, settings: Settings
) -> Narrative:
    """Return the text about a subject: a model's where one passed, else the template's."""
    if settings.language.url:
        identity = narrative_id(subject.kind, subject.facts, locale, settings.language.model)
        row = narratives.read(connection, identity)
        if row is not None and row.text:
            return Narrative(row.text, f"{row.prompt} {row.prompt_version}, {row.model}")
    return Narrative(render(subject.kind, subject.facts, locale), "template")


def rephrase_what_people_see(database: Database, settings: Settings) -> int:
    """Ask the model about open tasks and stuck postings; return how many texts were asked for.

    Stops for the day when the limit is spent. Each question is recorded in the audit whole.
    """
    language = settings.language
    if not language.url:
        return 0
    endpoint = Endpoint(
        url=language.url,
        model=language.model,
        key=language.key,
        timeout_s=language.timeout_s,
        price_per_1000_tokens=language.price_per_1000_tokens,
    )
    with database.read() as connection:
        wanted = list(_wanted(connection, settings))
    for asked, (subject, locale) in enumerate(wanted):
        if _is_spent(database, language.daily_limit):
            return asked
        exchange = rephrase(subject.kind, subject.facts, locale, endpoint)
        _keep(database, subject, exchange)
    return len(wanted)


def _wanted(connection: Connection, settings: Settings) -> Iterator[tuple[Subject, Locale]]:
    count = 0
    for subject in _subjects(connection, settings):
        for locale in cast(tuple[Locale, ...], settings.language.locales):
            identity = narrative_id(subject.kind, subject.facts, locale, settings.language.model)
            if _is_answered(narratives.read(connection, identity)):
                continue
            yield subject, locale
            count += 1
            if count == MOST_IN_A_ROUND:
                return


def _subjects(connection: Connection, settings: Settings) -> Iterator[Subject]:
    for task in approvals.find(connection):
        stored = events.read(connection, task.event_id)
        subject = None if stored is None else subject_of_event(stored, settings)
        if subject is not None:
            yield subject
    for record in postings.find(connection, states=STUCK_STATES):
        subject = subject_of_posting(connection, record, settings)
        if subject is not None:
            yield subject


def _is_answered(row: NarrativeRow | None) -> bool:
    """Tell whether a text need not be asked for: it was answered, or refused a short while ago."""
    return row is not None and (
        bool(row.text) or row.asked_at > datetime.now(UTC) - ASKED_AGAIN_AFTER
    )


def _is_spent(database: Database, daily_limit: Decimal) -> bool:
    since = datetime.now(UTC) - timedelta(days=1)
    with database.read() as connection:
        return narratives.spent_since(connection, since) >= daily_limit


def _keep(database: Database, subject: Subject, exchange: Exchange) -> None:
    now = datetime.now(UTC)
    row = NarrativeRow(
        narrative_id=exchange.narrative_id,
        kind=exchange.kind,
        locale=exchange.locale,
        prompt=exchange.prompt,
        prompt_version=exchange.prompt_version,
        model=exchange.model,
        text=exchange.text,
        refused_for=exchange.refused_for[:300],
        tokens=exchange.tokens,
        cost=exchange.cost,
        asked_at=now,
    )
    body = {
        "prompt": f"{exchange.prompt} {exchange.prompt_version}",
        "model": exchange.model,
        "question": exchange.question,
        "answer": exchange.answer,
        "refused_for": exchange.refused_for,
        "tokens": exchange.tokens,
        "cost": format(exchange.cost, "f"),
    }
    with database.write() as connection:
        narratives.put(connection, row)
        with open_trail(connection, now) as trail:
            trail.add(
                "language_model_asked",
                "worker",
                body,
                event_id=subject.event_id,
                order_id=subject.order_id,
                posting_id=subject.posting_id,
            )
