"""Movements: which goods movement code and type of SAP stands for what happens to the stock.

``movements.csv`` has one row per business word: the goods movement code of the transaction
(GM_CODE), the movement type, the reference document type that SAP demands with it (``F`` order,
``B`` purchase order), and what a document of it needs. ``verified`` is yes for what was seen in
real systems.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MovementType:
    """How SAP calls one movement of stock."""

    code: str
    type: str
    ref_doc_type: str
    needs: str


def _read_table() -> Mapping[str, MovementType]:
    text = files("countersign.erp.sap").joinpath("movements.csv").read_text(encoding="utf-8")
    return {
        row["movement"]: MovementType(row["code"], row["type"], row["ref_doc_type"], row["needs"])
        for row in csv.DictReader(text.splitlines())
    }


MOVEMENTS: Mapping[str, MovementType] = _read_table()
"""The rows by our word for the movement."""

CONSUMING = frozenset({"261"})
"""Movement types that count as consumption of an order."""

REVERSING = frozenset({"102", "262", "532", "552"})
"""Movement types that take another one back."""
