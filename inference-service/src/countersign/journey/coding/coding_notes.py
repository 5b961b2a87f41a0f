"""Coding notes: what is unusual about the accounts and cost centres of a document.

The ERP team decides; a note never blocks, and there is none where nothing is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.erp.documents import Document, from_data
from countersign.journey.coding.code_suggestions import (
    CodeSuggester,
    columns_of,
    determined_account,
)
from countersign.journey.coding.code_words import keys_of_table, percent, these, times, why
from countersign.journey.coding.coded_lines import CODED_KINDS, lines_of
from countersign.learn.ranker import Ranker, Ranking, Usage
from countersign.model.codes import canonical
from countersign.nouns.coding import ACCOUNTS, COST_OBJECTS, CodingFacts, CodingLine, CodingNote
from countersign.store import codings
from countersign.store.postings import PostingRecord

FEWEST_BOOKINGS = 5
"""Bookings under the same keys below which nothing is called unusual."""
RARE_SHARE = 0.05
SURE_ENOUGH = 0.7
"""Confidence in the usual code from which another one is worth a note: on half a year of a ledger
1 in 100 right lines got one, and 7 in 10 lines with another line's code."""
FIELD_OF: Mapping[str, str] = {ACCOUNTS: "account_id", COST_OBJECTS: "cost_center"}
WORD_OF: Mapping[str, str] = {"account_id": "Account", "cost_center": "Cost centre"}


def notes_on(
    suggester: CodeSuggester,
    connection: Connection,
    document: Document,
    facts: CodingFacts,
    today: date,
) -> list[CodingNote]:
    """Say what is unusual about the coding of a document; nothing where that is not known."""
    numbered = lines_of(document, facts, today)
    if not numbered:
        return []
    found = [
        note
        for number, line in numbered
        if (note := _against_table(number, line, determined_account(connection, line)))
    ]
    decided = {note.line for note in found}
    for task, field in FIELD_OF.items():
        asked = suggester.ask(task, [line for _, line in numbered])
        if asked.ranker is None:
            continue
        for (number, line), ranking in zip(numbered, asked.rankings, strict=True):
            note = _against_history(asked.ranker, number, line, ranking, field)
            if note is not None and not (field == "account_id" and number in decided):
                found.append(note)
    return sorted(found, key=lambda note: (note.line or 0, note.field))


def keep_notes(
    connection: Connection,
    trail: Trail,
    record: PostingRecord,
    facts: CodingFacts,
    notes: Sequence[CodingNote],
) -> None:
    """Keep what is known and what is unusual beside a new posting that people code."""
    if record.kind in CODED_KINDS and codings.read(connection, record.posting_id) is None:
        data = [note.to_data() for note in notes]
        codings.add(connection, record.posting_id, record.document, facts.to_data(), data)
        _record(trail, record, notes)


def check_again(
    suggester: CodeSuggester,
    connection: Connection,
    trail: Trail,
    record: PostingRecord,
    today: date,
) -> None:
    """Look at a document again after it was corrected."""
    coding = codings.read(connection, record.posting_id)
    if coding is None:
        return
    document, facts = from_data(json.loads(record.document)), CodingFacts.from_data(coding.facts)
    notes = notes_on(suggester, connection, document, facts, today)
    codings.change_notes(connection, record.posting_id, [note.to_data() for note in notes])
    _record(trail, record, notes)


def _record(trail: Trail, record: PostingRecord, notes: Sequence[CodingNote]) -> None:
    if notes:
        trail.add(
            "coding_noted",
            "service",
            {"notes": [note.to_data() for note in notes]},
            order_id=record.order_id,
            posting_id=record.posting_id,
        )


def _against_table(
    number: int | None, line: CodingLine, account_id: str | None
) -> CodingNote | None:
    said = line.account_id
    if account_id is None or said is None or canonical(said) == canonical(account_id):
        return None
    text = (
        f"Account {said} is not the one of the account determination: it gives {account_id} "
        f"for {keys_of_table(line)}."
    )
    return CodingNote(number, "account_id", said, account_id, None, text, "table")


def _against_history(
    ranker: Ranker, number: int | None, line: CodingLine, ranking: Ranking, field: str
) -> CodingNote | None:
    """Compare the code of a line with what is booked under the narrowest keys that are known."""
    code: str | None = getattr(line, field)
    if code is None or not ranking or canonical(ranking[0].code) == canonical(code):
        return None
    usual, columns = ranking[0], columns_of(ranker, line)
    booked = _narrowest(ranker, ranker.usages(columns, code))
    if booked is None or usual.confidence < SURE_ENOUGH or not _is_rare(booked):
        return None
    often = f"only {times(booked)}" if booked.times else "never"
    count = "" if booked.times else f" ({booked.of:,} bookings)"
    text = (
        f"{WORD_OF[field]} {code} was {often} booked for {these(booked.columns)}{count}. "
        f"Usual is {usual.code} ({why(ranker.usages(columns, usual.code))}), "
        f"{percent(usual.confidence)} sure."
    )
    told_by = f"{ranker.name} {ranker.version}"
    return CodingNote(number, field, code, usual.code, round(usual.confidence, 4), text, told_by)


def _narrowest(ranker: Ranker, usages: list[Usage]) -> Usage | None:
    """Return the narrowest keys that are known; the very same amount is no key of its own."""
    amounts = set(ranker.history.amounts)
    known = [usage for usage in usages if usage.columns and not amounts & set(usage.columns)]
    return known[0] if known else None


def _is_rare(booked: Usage) -> bool:
    return booked.of >= FEWEST_BOOKINGS and booked.times <= RARE_SHARE * booked.of
