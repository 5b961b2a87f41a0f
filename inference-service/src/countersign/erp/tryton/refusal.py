"""What Tryton's refusals mean: its messages carry no code, so they are recognised by their words.

``messages.csv`` names a code for each message that is known, as a pattern whose groups are the
values of the text in ``errors.csv``. The connector's user speaks English in Tryton.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from countersign.erp.error_table import ErrorTable
from countersign.erp.errors import ErpError

PACKAGE = "countersign.erp.tryton"

LEDGER = re.compile(r" \[[^\]]*@\d+[^\]]*\]")


class Question(Exception):
    """Tryton asks back (a ``UserWarning``): it books only once the warning ``name`` is skipped.

    The name is the digest of the records that the warning is about, a point, and its kind.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name
        self.text = text

    @property
    def kind(self) -> str:
        """Return the kind of warning, such as ``over_tolerance``."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Refusals:
    """The table of errors and the words by which they are recognised."""

    table: ErrorTable
    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def load(cls) -> Refusals:
        """Read the tables of this package."""
        text = (files(PACKAGE) / "messages.csv").read_text(encoding="utf-8")
        rows = csv.DictReader(text.splitlines())
        patterns = tuple((row["code"], re.compile(row["pattern"], re.DOTALL)) for row in rows)
        return cls(ErrorTable.load(PACKAGE), patterns)

    def error(
        self,
        code: str,
        known: Mapping[str, Any] | None = None,
        *,
        retry_after_s: float | None = None,
        unlisted: str = "contract",
    ) -> ErpError:
        """Make the error of a code of the table."""
        return self.table.error(code, values=known, retry_after_s=retry_after_s, unlisted=unlisted)

    def refusal(self, error: Sequence[Any]) -> Exception:
        """Return what the ``error`` of an answer means: a :class:`Question` or an ``ErpError``.

        Two shapes: the name of Tryton's exception with its arguments, or the text of a programming
        error with a traceback.
        """
        name, detail = str(error[0]), error[1] if len(error) > 1 else ""
        if name == "UserWarning":
            return Question(str(detail[0]), _plain(str(detail[1])))
        if name == "UserError":
            return self._recognised(_plain(str(detail[0])), "rejected")
        if name == "ConcurrencyException":
            return self.error("CHANGED_MEANWHILE")
        return self._recognised(_plain(name), "contract")

    def _recognised(self, text: str, otherwise: str) -> ErpError:
        for code, pattern in self.patterns:
            match = pattern.search(text)
            if match:
                return self.table.error(code, values=match.groupdict(), erp_text=text)
        code = "TRYTON_REFUSED" if otherwise == "rejected" else "TRYTON_FAILED"
        return self.table.error(code, values={"text": text})


def _plain(text: str) -> str:
    """Take out what a person cannot use: our keys, which Tryton shows behind an order's number."""
    return LEDGER.sub("", text.replace("\N{NO-BREAK SPACE}", " ")).strip()
