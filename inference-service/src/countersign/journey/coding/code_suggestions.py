"""Suggesting codes: which account and cost centre a line is usually booked to.

Where the plant has loaded its ERP's account determination, that table says the account, and the
model only checks it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from countersign.journey.coding.code_words import keys_of_table, percent, why
from countersign.learn.ranker import Ranker, Ranking, load_active_ranker
from countersign.model.codes import canonical
from countersign.model.shelf import Shelf
from countersign.nouns.coding import ACCOUNTS, CODING_TASKS, COST_OBJECTS, CodingLine
from countersign.store import account_determinations

DecidedBy = Literal["table", "model", "nothing"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SuggestedCode:
    """A code with its confidence and how it was booked before, in words."""

    code: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Determined:
    """What the table of the plant says; ``agrees`` is ``None`` where no model checks it."""

    code: str
    agrees: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class CodeSuggestion:
    """The answer about one line; ``reason`` says why there are no codes, where there are none."""

    codes: tuple[SuggestedCode, ...]
    decided_by: DecidedBy
    reason: str
    model_name: str
    model_version: str
    determined: Determined | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a ranker said about lines; without a ranker the reason says why."""

    ranker: Ranker | None
    rankings: Sequence[Ranking]
    reason: str = ""


def open_rankers(models_dir: Path) -> Shelf[Ranker]:
    """Load the rankers in use."""
    loaders = {task: partial(load_active_ranker, models_dir, task) for task in CODING_TASKS}
    return Shelf(models_dir, loaders)


class CodeSuggester:
    """Answers about lines that people write; safe to call from several threads."""

    def __init__(self, shelf: Shelf[Ranker]) -> None:
        self._shelf = shelf

    def accounts(self, connection: Connection, lines: Sequence[CodingLine]) -> list[CodeSuggestion]:
        """Rank the accounts of lines."""
        return [
            _with_table(suggestion, line, determined_account(connection, line))
            for suggestion, line in zip(self._suggest(ACCOUNTS, lines), lines, strict=True)
        ]

    def cost_objects(self, lines: Sequence[CodingLine]) -> list[CodeSuggestion]:
        """Rank the cost centres of lines."""
        return self._suggest(COST_OBJECTS, lines)

    def ask(self, task: str, lines: Sequence[CodingLine]) -> Asked:
        """Ask the model in use; one whose spec a line cannot answer is passed over, with a log."""
        self._shelf.refresh()
        ranker = self._shelf.get(task)
        if ranker is None:
            reason = (
                "No model is in use that ranks these codes. Train one from the ledger: "
                f"countersign train {task} LEDGER.csv --promote"
            )
            return Asked(None, (), reason)
        try:
            return Asked(ranker, ranker.rank([columns_of(ranker, line) for line in lines]))
        except ValueError as error:
            logger.warning("model %s %s cannot be asked: %s", task, ranker.version, error)
            return Asked(None, (), f"The model in use cannot be asked about lines: {error}")

    def _suggest(self, task: str, lines: Sequence[CodingLine]) -> list[CodeSuggestion]:
        asked = self.ask(task, lines)
        ranker = asked.ranker
        if ranker is None:
            return [CodeSuggestion((), "nothing", asked.reason, task, "")] * len(lines)
        return [
            _suggestion(ranker, line, ranking)
            for line, ranking in zip(lines, asked.rankings, strict=True)
        ]


def columns_of(ranker: Ranker, line: CodingLine) -> dict[str, object]:
    """Return a line under the names of a ranker's spec."""
    return {**line.columns(), ranker.time_column: line.posting_date}


def determined_account(connection: Connection, line: CodingLine) -> str | None:
    """Return the account that the plant's table gives, ``None`` where it gives none."""
    movement, valuation = canonical(line.movement_type), canonical(line.valuation_class)
    if movement is None or valuation is None:
        return None
    return account_determinations.read(connection, (movement, valuation))


def _suggestion(ranker: Ranker, line: CodingLine, ranking: Ranking) -> CodeSuggestion:
    columns = columns_of(ranker, line)
    codes = tuple(
        SuggestedCode(one.code, one.confidence, why(ranker.usages(columns, one.code)))
        for one in ranking
    )
    reason = "" if codes else "Nothing was booked yet that is like this line."
    decided_by: DecidedBy = "model" if codes else "nothing"
    return CodeSuggestion(codes, decided_by, reason, ranker.name, ranker.version)


def _with_table(
    suggestion: CodeSuggestion, line: CodingLine, account_id: str | None
) -> CodeSuggestion:
    """Let the table decide, and say what the model thinks of it."""
    if account_id is None:
        return suggestion
    text = f"The account determination gives {account_id} for {keys_of_table(line)}."
    agrees = None
    if suggestion.codes:
        first = suggestion.codes[0]
        agrees = canonical(first.code) == canonical(account_id)
        if not agrees:
            text += f" Usual is {first.code} ({first.why}), {percent(first.confidence)} sure."
    determined = Determined(account_id, agrees, text)
    return replace(suggestion, decided_by="table", determined=determined)
