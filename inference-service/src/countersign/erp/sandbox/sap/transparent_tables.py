"""Transparent tables by RFC_READ_TABLE: what is booked and planned, in ABAP's own table fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from countersign.erp.sandbox.sap.bapi_fields import ParameterError
from countersign.erp.sandbox.sap.store import Row, Store
from countersign.erp.sandbox.sap.tables import rows_of

MAX_WIDTH = 512

_TERM = re.compile(r"(\w+)\s*(=|<>|>=|<=|>|<|EQ|NE|GE|LE|GT|LT)\s*'((?:[^']|'')*)'", re.IGNORECASE)
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
}
_UNRESTRICTED_ONLY = ("MARD", "MCHB")
_NAMES = {"EQ": "=", "NE": "<>", "GE": ">=", "LE": "<=", "GT": ">", "LT": "<"}


class TableError(Exception):
    """A table, field or condition that the function does not take; ``key`` is ABAP's exception."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


def read_table(store: Store, given: dict[str, Any]) -> dict[str, Any]:
    """Do RFC_READ_TABLE.

    Raises:
        TableError: the table, a field or the condition is not right.
    """
    name = str(given.get("QUERY_TABLE", ""))
    columns = _tables().get(name)
    if columns is None:
        raise TableError("TABLE_NOT_AVAILABLE", f"Table {name} not available")
    wanted = [str(row.get("FIELDNAME", "")) for row in given.get("FIELDS", [])] or list(columns)
    for field in wanted:
        if field not in columns:
            raise TableError("FIELD_NOT_VALID", f"Field {field} not valid")
    holds = _condition(
        " ".join(str(row.get("TEXT", "")) for row in given.get("OPTIONS", [])), columns
    )
    delimiter = str(given.get("DELIMITER", ""))[:1]
    lines = []
    for row in store.find(next(iter(columns.values()))["entity_set"]):
        if name in _UNRESTRICTED_ONLY and row["InventoryStockType"] != "01":
            continue
        values = {field: _shown(column, row) for field, column in columns.items()}
        if holds(values):
            lines.append({"WA": _line(values, wanted, columns, delimiter)})
    skip, count = int(given.get("ROWSKIPS", 0)), int(given.get("ROWCOUNT", 0))
    chosen = lines[skip : skip + count] if count else lines[skip:]
    return {"DATA": chosen, "FIELDS": _described(wanted, columns), "OPTIONS": []}


def _condition(text: str, columns: dict[str, dict[str, str]]) -> Callable[[dict[str, str]], bool]:
    terms = []
    for part in re.split(r"\bAND\b", text, flags=re.IGNORECASE) if text.strip() else []:
        match = _TERM.fullmatch(part.strip().strip("()").strip())
        if match is None or match[1].upper() not in columns:
            raise TableError("OPTION_NOT_VALID", f"Condition not valid: {part.strip()}")
        operator = _NAMES.get(match[2].upper(), match[2])
        terms.append((match[1].upper(), _COMPARE[operator], match[3].replace("''", "'")))
    return lambda values: all(
        compare(values[field].rstrip(), value.rstrip()) for field, compare, value in terms
    )


def _shown(column: dict[str, str], row: Row) -> str:
    """Write a value as ABAP keeps it: dates without hyphens, numbers padded, flags X."""
    if column["entity_field"].startswith("="):
        return column["entity_field"][1:]
    value = row.get(column["entity_field"]) if column["entity_field"] else ""
    if value is None:
        return "00000000" if column["type"] == "DATS" else ""
    if isinstance(value, bool):
        return "X" if value else ""
    text = str(value)
    if column["type"] in ("DATS", "TIMS"):
        digits = text.replace("-", "").replace(":", "")
        return digits[:8] if column["type"] == "DATS" else digits[-6:]
    if column["type"] in ("ALPHA", "NUMC"):
        return text.zfill(int(column["length"])) if text.isdigit() else text
    return text


def _line(
    values: dict[str, str], wanted: list[str], columns: dict[str, dict[str, str]], delimiter: str
) -> str:
    cells = [values[field].ljust(int(columns[field]["length"])) for field in wanted]
    line = delimiter.join(cells).rstrip()
    if len(line) > MAX_WIDTH:
        raise TableError("DATA_BUFFER_EXCEEDED", "Selected fields do not fit into 512 characters")
    return line


def _described(wanted: list[str], columns: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    offset = 0
    rows = []
    for field in wanted:
        length = int(columns[field]["length"])
        rows.append(
            {
                "FIELDNAME": field,
                "OFFSET": f"{offset:06d}",
                "LENGTH": f"{length:06d}",
                "TYPE": {"DATS": "D", "TIMS": "T", "NUMC": "N", "QUAN": "P"}.get(
                    columns[field]["type"], "C"
                ),
                "FIELDTEXT": field,
            }
        )
        offset += length
    return rows


def require_known(given: dict[str, Any]) -> None:
    """Refuse parameters that RFC_READ_TABLE does not have."""
    known = "QUERY_TABLE DELIMITER NO_DATA ROWSKIPS ROWCOUNT OPTIONS FIELDS DATA"
    for name in given:
        if name not in known.split():
            raise ParameterError(f"field '{name}' not found")


@cache
def _tables() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows_of("transparent_tables.csv"):
        found.setdefault(row["table"], {})[row["field"]] = row
    return found
