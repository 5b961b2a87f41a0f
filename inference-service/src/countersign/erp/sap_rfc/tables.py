"""Tables: what SAP keeps, read by RFC_READ_TABLE.

BAPIs do not find a document by a reference, and none shows what is confirmed, so SAP's tables are
read: AFRU, AFWI, MKPF, MSEG, EBAN, BKPF, QMEL and those of orders and materials. The user needs
``S_TABU_NAM`` for each of them and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from countersign.erp.sap.values import padded, short_id
from countersign.erp.sap_rfc.sessions import Sessions

ROWS_PER_CALL = 5000

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """A field compared with a value."""

    field: str
    value: str
    operator: str = "="

    def __str__(self) -> str:
        """Return it as ABAP writes it."""
        quoted = self.value.replace("'", "''")
        return f"{self.field} {self.operator} '{quoted}'"


class Tables:
    """Reads SAP's tables."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def rows(self, table: str, fields: str, *conditions: Condition) -> Iterator[Record]:
        """Read the rows that meet all conditions; values come without blanks at their ends.

        ``fields`` are names between blanks. Long results come in several calls.
        """
        names = fields.split()
        skipped = 0
        while True:
            answer = self._sessions.read(
                "RFC_READ_TABLE",
                QUERY_TABLE=table,
                FIELDS=[{"FIELDNAME": name} for name in names],
                OPTIONS=_options(conditions),
                ROWSKIPS=skipped,
                ROWCOUNT=ROWS_PER_CALL,
            )
            lines = answer["DATA"]
            places = [(row["FIELDNAME"], _place(row)) for row in answer["FIELDS"]]
            for line in lines:
                yield {name: line["WA"][place].strip() for name, place in places}
            if len(lines) < ROWS_PER_CALL:
                return
            skipped += len(lines)


def order_key(order_id: str) -> str:
    """Return the number of an order as tables keep it."""
    return padded(order_id, 12)


def material_keys(material_id: str) -> tuple[str, ...]:
    """Return the forms in which tables may keep a material number.

    A number of digits only is filled up to 18 places, or to 40 where long numbers are in use.
    """
    short = short_id(material_id)
    return tuple(dict.fromkeys((padded(short, 18), padded(short, 40))))


def read_number(text: str) -> Decimal:
    """Read a number of a table; the sign of a negative one stands behind it."""
    text = text.strip()
    if text.endswith("-"):
        return -Decimal(text[:-1])
    return Decimal(text or "0")


def read_day(text: str) -> date | None:
    """Read a day of a table; zeros are none."""
    return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}") if text.strip("0") else None


def read_moment(day: str, clock: str, zone: ZoneInfo) -> datetime | None:
    """Read a day and a time of a table in a time zone."""
    if not day.strip("0"):
        return None
    moment = datetime.strptime(day + (clock or "000000"), "%Y%m%d%H%M%S")
    return moment.replace(tzinfo=zone)


def _place(field: Record) -> slice:
    """Return where a field stands in a line."""
    offset = int(field["OFFSET"])
    return slice(offset, offset + int(field["LENGTH"]))


def _options(conditions: tuple[Condition, ...]) -> list[dict[str, str]]:
    """Write conditions one to a line; a line has 72 places."""
    lines = [
        f"{'AND ' if position else ''}{condition}" for position, condition in enumerate(conditions)
    ]
    return [{"TEXT": line} for line in lines]
