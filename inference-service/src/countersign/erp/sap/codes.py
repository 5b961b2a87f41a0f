"""Codes: our names for units, reasons and places, and what SAP calls them.

``codes.csv`` is what is shipped: the units, and reasons that are only an example, because each
plant numbers its own. An installation's own file of the same columns wins over it, row by row.
A name without a row is passed on as it is, and refused where SAP has no room for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

CodeKind = Literal[
    "unit", "variance_reason", "movement_reason", "work_center", "storage_location", "plant"
]
COLUMNS = ("kind", "ours", "sap", "verified")


@dataclass(frozen=True, slots=True)
class Code:
    """One name in both vocabularies."""

    kind: str
    ours: str
    sap: str
    verified: bool


class Codes:
    """The names in both vocabularies."""

    def __init__(self, rows: Iterable[Code]) -> None:
        self._to_sap: dict[tuple[str, str], str] = {}
        self._to_ours: dict[tuple[str, str], str] = {}
        for row in rows:
            self._to_sap.setdefault((row.kind, row.ours), row.sap)
            self._to_ours.setdefault((row.kind, row.sap), row.ours)

    @classmethod
    def load(cls, own: Path | None = None) -> Codes:
        """Read what is shipped, and before it the installation's own file.

        Raises:
            ValueError: a file has other columns, an unknown kind, or an empty name.
        """
        shipped = files("countersign.erp.sap").joinpath("codes.csv").read_text(encoding="utf-8")
        rows = _rows(own.read_text(encoding="utf-8"), str(own)) if own else []
        return cls([*rows, *_rows(shipped, "codes.csv")])

    def to_sap(self, kind: CodeKind, name: str) -> str:
        """Return SAP's name for ours."""
        return self._to_sap.get((kind, name), name)

    def to_ours(self, kind: CodeKind, name: str) -> str:
        """Return our name for SAP's; the first row wins where several of ours share one."""
        return self._to_ours.get((kind, name), name)


def _rows(text: str, where: str) -> list[Code]:
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"{where}: the columns are not {', '.join(COLUMNS)}")
    return [_row(row, where) for row in reader]


def _row(row: Mapping[str, str], where: str) -> Code:
    if row["kind"] not in get_args(CodeKind):
        raise ValueError(f"{where}: {row['kind']} is none of {', '.join(get_args(CodeKind))}")
    if not (row["ours"] and row["sap"]):
        raise ValueError(f"{where}: a {row['kind']} has no name on one side")
    return Code(row["kind"], row["ours"], row["sap"], row["verified"] == "yes")
