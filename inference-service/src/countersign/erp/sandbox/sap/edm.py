"""An EDM value: how SAP writes it in JSON and in addresses, and which values a field takes.

Stored values are plain JSON: decimals as the shortest decimal string, dates ``2025-11-20``, times
``08:15:00``, points in time RFC 3339 in UTC, absent dates and GUIDs None.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap.tables import Property

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")
_DURATION = re.compile(r"PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})S)?")
_DECIMAL = re.compile(r"-?(\d{1,31})(?:\.(\d{1,31}))?")
_LITERAL = re.compile(r"(datetimeoffset|datetime|time|guid)'([^']*)'")


class EdmError(ValueError):
    """A value that the field does not take."""


def from_json(prop: Property, value: Any) -> Any:
    """Read a value from a JSON body (OData V2)."""
    if value is None:
        return prop.default
    if prop.type == "Edm.Boolean":
        return _expect(value, bool)
    if prop.type == "Edm.Int32":
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**31:
            raise EdmError(f"{value!r} is no Edm.Int32")
        return value
    if prop.type == "Edm.Double":
        return _double(value)
    return _from_text(prop, _expect(value, str))


def from_literal(prop: Property, text: str) -> Any:
    """Read a value of an address: ``'X'``, ``datetime'2025-11-20T00:00:00'``, ``98M``, ``true``."""
    match = _LITERAL.fullmatch(text)
    if match:
        return _from_text(prop, match[2])
    if text.startswith("'") and text.endswith("'") and len(text) >= 2:
        if prop.type != "Edm.String":
            raise EdmError(f"{text} is no {prop.type}")
        return _from_text(prop, text[1:-1].replace("''", "'"))
    if prop.type == "Edm.Boolean" and text in ("true", "false"):
        return text == "true"
    if prop.type == "Edm.Decimal":
        return _from_text(prop, text.rstrip("Mm"))
    if prop.type == "Edm.Int32" and re.fullmatch(r"-?\d{1,10}", text):
        return int(text)
    if prop.type == "Edm.Double":
        return _double(text.rstrip("Dd"))
    raise EdmError(f"{text} is no {prop.type}")


def to_json(prop: Property, value: Any) -> Any:
    """Write a stored value as OData V2 JSON."""
    if value is None:
        return None
    if prop.type == "Edm.DateTime":
        return f"/Date({_ticks(datetime.combine(date.fromisoformat(value), time(), UTC))})/"
    if prop.type == "Edm.DateTimeOffset":
        return f"/Date({_ticks(datetime.fromisoformat(value))}+0000)/"
    if prop.type == "Edm.Time":
        return f"PT{value[0:2]}H{value[3:5]}M{value[6:8]}S"
    if prop.type == "Edm.Double":
        return repr(value)
    return value


def to_literal(prop: Property, value: Any) -> str:
    """Write a stored value as it stands in an address."""
    if prop.type == "Edm.Guid":
        return f"guid'{value}'"
    if prop.type == "Edm.DateTime":
        return f"datetime'{value}T00:00:00'"
    return "'" + str(value).replace("'", "''") + "'"


def plain(number: Decimal) -> str:
    """Write a decimal the short way, as SAP does: ``98``, ``5.25``."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def converted(prop: Property, text: str) -> str:
    """Apply SAP's conversion of a field to a text."""
    if prop.conversion == "UPPER":
        return text.upper()
    if prop.conversion == "ALPHA" and text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    return text


def _from_text(prop: Property, text: str) -> Any:
    if prop.type == "Edm.String":
        if prop.length is not None and len(text) > prop.length:
            raise EdmError(f"{text!r} is longer than {prop.length}")
        return converted(prop, text)
    if prop.type == "Edm.Decimal":
        return _decimal(prop, text)
    if prop.type == "Edm.DateTime":
        return _date(text)
    if prop.type == "Edm.DateTimeOffset":
        return _instant(text)
    if prop.type == "Edm.Time":
        return _time(text)
    if prop.type == "Edm.Guid":
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise EdmError(f"{text!r} is no Edm.Guid") from None
    raise EdmError(f"{text!r} is no {prop.type}")


def _decimal(prop: Property, text: str) -> str:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise EdmError(f"{text!r} is no Edm.Decimal")
    if len(match[1].lstrip("0")) > prop.precision - prop.scale or len(match[2] or "") > prop.scale:
        raise EdmError(f"{text!r} does not fit {prop.precision},{prop.scale}")
    return plain(Decimal(text))


def _double(value: Any) -> float:
    if isinstance(value, bool):
        raise EdmError(f"{value!r} is no Edm.Double")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise EdmError(f"{value!r} is no Edm.Double") from None


def _date(text: str) -> str:
    """Read a day; a time of day other than midnight UTC is refused, it would shift the day."""
    point = datetime.fromisoformat(_instant(text))
    if point.time() != time():
        raise EdmError(f"{text!r} is not midnight")
    return point.date().isoformat()


def _instant(text: str) -> str:
    match = _TICKS.fullmatch(text)
    try:
        if match:
            return (_EPOCH + timedelta(milliseconds=int(match[1]))).isoformat()
        point = datetime.fromisoformat(text)
    except (OverflowError, ValueError):
        raise EdmError(f"{text!r} is no date") from None
    if len(text) < len("2025-11-20T00:00:00"):
        raise EdmError(f"{text!r} is no Edm.DateTime")
    return (point if point.tzinfo else point.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _time(text: str) -> str:
    match = _DURATION.fullmatch(text)
    if match is None or text == "PT":
        raise EdmError(f"{text!r} is no Edm.Time")
    try:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return time(hours, minutes, seconds).isoformat()
    except ValueError:
        raise EdmError(f"{text!r} is no time of day") from None


def _ticks(point: datetime) -> int:
    return (point - _EPOCH) // timedelta(milliseconds=1)


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise EdmError(f"{value!r} is no {kind.__name__}")
    return value
