"""Values: numbers, dates, times and identifiers as SAP writes them, and back.

Identifiers come back from SAP without the zeros that fill them up, and have to be filled up again
for BAPIs and IDocs; so they are compared without them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ODATA_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_ODATA_TIME = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?")


def short_id(identifier: str) -> str:
    """Return an identifier as OData shows it: digits without leading zeros.

    >>> short_id("000001000023"), short_id("RM-0100"), short_id("000")
    ('1000023', 'RM-0100', '0')
    """
    if identifier.isascii() and identifier.isdigit():
        return identifier.lstrip("0") or "0"
    return identifier


def padded(identifier: str, length: int) -> str:
    """Return an identifier as BAPIs want it: digits filled up with zeros, others as they are."""
    short = short_id(identifier)
    return short.zfill(length) if short.isascii() and short.isdigit() else short


def same_id(one: str, other: str) -> bool:
    """Tell whether two identifiers name the same thing, whatever zeros fill them up."""
    return short_id(one.strip()).upper() == short_id(other.strip()).upper()


def one_line(text: str) -> str:
    """Return a text on one line; SAP's short texts have no line breaks."""
    return " ".join(text.split())


def width(text: str) -> int:
    """Return how many places a text takes in SAP: characters beyond the BMP take two."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, length: int) -> str:
    """Return the beginning of a text that fits into so many places of SAP."""
    while width(text) > length:
        text = text[:-1]
    return text.rstrip()


def odata_date(day: date) -> str:
    """Write a day as OData V2 does: milliseconds of its midnight in UTC."""
    midnight = datetime.combine(day, time(), UTC)
    return f"/Date({(midnight - _EPOCH) // timedelta(milliseconds=1)})/"


def odata_time(moment: time) -> str:
    """Write a time of day as OData V2 does, to the second."""
    return f"PT{moment.hour:02}H{moment.minute:02}M{moment.second:02}S"


def read_odata_date(value: str | None) -> date | None:
    """Read a day of an OData V2 answer."""
    moment = read_odata_moment(value)
    return moment.date() if moment else None


def read_odata_moment(value: str | None) -> datetime | None:
    """Read a moment of an OData V2 answer; an ISO text is understood, too."""
    if not value:
        return None
    found = _ODATA_DATE.fullmatch(value)
    if found:
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_odata_time(value: str | None) -> time | None:
    """Read a time of day of an OData V2 answer."""
    found = _ODATA_TIME.fullmatch(value or "")
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(hour % 24, minute, second)


def read_stamp(value: str | None) -> datetime | None:
    """Read SAP's ``YYYYMMDDhhmmss`` in UTC; ``None`` for an empty one.

    >>> read_stamp("20251120081500")
    datetime.datetime(2025, 11, 20, 8, 15, tzinfo=datetime.timezone.utc)
    """
    if not value or not value.strip("0"):
        return None
    return datetime.strptime(value[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as SAP's ``YYYYMMDDhhmmss`` in UTC."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def read_decimal(value: object) -> Decimal:
    """Read a number of an answer, text or JSON; nothing is zero."""
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)
