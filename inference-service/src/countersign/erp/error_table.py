"""An error table: which code of an ERP means what, kept as data beside its connector.

A CSV file with the columns ``code, verdict, entity, field, text, verified``, and ``queue`` after
them where it is known who mends what the code stands for. ``entity`` names the
value of the ERP's answer that the error is about; ``field`` is the field of our document; ``text``
tells a clerk what to do, with the answer's values in braces; ``verified`` is ``yes`` when the code
was seen coming from the running ERP, ``no`` when it is taken from documentation.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ContractError,
    ErpError,
    OutcomeUnknown,
    Transient,
)
from countersign.nouns.cause_queue import CAUSE_QUEUES, CauseQueue

VERDICTS: dict[str, type[ErpError]] = {
    "retry": Transient,
    "unknown": OutcomeUnknown,
    "rejected": BusinessRejection,
    "contract": ContractError,
    "stop": ConfigurationError,
}
COLUMNS = ("code", "verdict", "entity", "field", "text", "verified")
QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """What one code means."""

    code: str
    verdict: str
    entity: str
    field: str
    text: str
    verified: bool
    queue: CauseQueue | None = None


class ErrorTable:
    """The meanings of an ERP's codes."""

    def __init__(self, rows: Iterable[ErrorRow]) -> None:
        self.rows = {row.code: row for row in rows}

    @classmethod
    def load(cls, package: str, name: str = "errors.csv") -> ErrorTable:
        """Read the table that a package carries.

        Raises:
            ValueError: a row has an unknown verdict, no text, or comes twice.
        """
        text = (files(package) / name).read_text(encoding="utf-8")
        return cls._parsed(text, f"{package}/{name}")

    @classmethod
    def read(cls, path: Path) -> ErrorTable:
        """Read a table that an installation keeps itself.

        Raises:
            ValueError: a row has an unknown verdict, no text, or comes twice.
        """
        return cls._parsed(path.read_text(encoding="utf-8"), str(path))

    @classmethod
    def _parsed(cls, text: str, where: str) -> ErrorTable:
        reader = csv.DictReader(text.splitlines())
        if tuple(reader.fieldnames or ()) not in (COLUMNS, (*COLUMNS, QUEUE)):
            raise ValueError(f"{where}: the columns are not {', '.join(COLUMNS)} (and {QUEUE})")
        rows = [_row(values, where) for values in reader]
        table = cls(rows)
        if len(table.rows) != len(rows):
            raise ValueError(f"{where}: a code comes twice")
        return table

    def overlaid(self, other: ErrorTable) -> ErrorTable:
        """Return this table with the rows of another one over its own.

        A row that names no queue leaves the cause in the one it had.
        """
        over = {
            code: replace(row, queue=row.queue or self.queue_of(code))
            for code, row in other.rows.items()
        }
        return ErrorTable({**self.rows, **over}.values())

    def queue_of(self, code: str) -> CauseQueue | None:
        """Return who mends what a code stands for, ``None`` where the code does not tell."""
        row = self.rows.get(code)
        return None if row is None else row.queue

    def error(
        self,
        code: str,
        *,
        values: Mapping[str, Any] | None = None,
        erp_text: str = "",
        field: str = "",
        retry_after_s: float | None = None,
        unlisted: str = "rejected",
    ) -> ErpError:
        """Make the error that a code stands for; ``unlisted`` is the verdict of other codes.

        An unlisted code shows what the ERP said, so that a person can judge it.
        """
        values = values or {}
        row = self.rows.get(code)
        if row is None:
            text = erp_text or "The ERP refused without saying why."
            row = ErrorRow(code, unlisted, "", field, _literal(f"{text} ({code})"), verified=False)
        return VERDICTS[row.verdict](
            _Lenient().vformat(row.text, (), dict(values)),
            code=code,
            entity=str(values.get(row.entity, "")) if row.entity else "",
            field=row.field,
            retry_after_s=retry_after_s,
        )


class _Lenient(Formatter):
    """Formats a text; a value that the ERP did not send shows as ``?``."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, "?")


def _row(values: Mapping[str, str], where: str) -> ErrorRow:
    code = values["code"]
    if values["verdict"] not in VERDICTS:
        raise ValueError(f"{where}: {code} has no verdict of {', '.join(VERDICTS)}")
    if not values["text"]:
        raise ValueError(f"{where}: {code} has no text")
    if values["verified"] not in ("yes", "no"):
        raise ValueError(f"{where}: {code} is verified neither yes nor no")
    queue = values.get(QUEUE) or None
    if queue is not None and queue not in CAUSE_QUEUES:
        raise ValueError(f"{where}: {code} has no queue of {', '.join(CAUSE_QUEUES)}")
    return ErrorRow(
        code=code,
        verdict=values["verdict"],
        entity=values["entity"],
        field=values["field"],
        text=values["text"],
        verified=values["verified"] == "yes",
        queue=queue,
    )


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
