"""EDM values: what the SAP sandbox takes and how it shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.erp.sandbox.sap.edm import EdmError, from_json, from_literal, plain, to_json
from countersign.erp.sandbox.sap.tables import Property


def prop(type_: str, *, length: int | None = None, conversion: str = "") -> Property:
    return Property("Field", f"Edm.{type_}", length, 13, 3, False, True, conversion)


@given(st.decimals(min_value=0, max_value=9999999999, places=3))
def test_a_decimal_keeps_its_value_whichever_way_it_is_written(number: Decimal) -> None:
    for text in (format(number, "f"), plain(number)):
        assert Decimal(from_json(prop("Decimal"), text)) == number
    assert from_literal(prop("Decimal"), f"{number:f}M") == plain(number)


@pytest.mark.parametrize(
    "value",
    [5, 5.0, "", "5,0", "1e3", "+5", ".5", "5.", "1.2345", "12345678901", "NaN", " 5", None],
)
def test_what_is_no_decimal_of_the_field_is_refused(value: Any) -> None:
    if value is None:
        assert from_json(prop("Decimal"), value) == "0"
        return
    with pytest.raises(EdmError):
        from_json(prop("Decimal"), value)


@given(st.dates(min_value=date(1, 1, 2), max_value=date(9999, 12, 30)))
def test_a_day_stays_the_same_day(day: date) -> None:
    midnight = datetime.combine(day, time(), UTC)
    ticks = round((midnight - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    for text in (f"/Date({ticks})/", f"{day.isoformat()}T00:00:00"):
        assert from_json(prop("DateTime"), text) == day.isoformat()
    assert to_json(prop("DateTime"), day.isoformat()) == f"/Date({ticks})/"


@pytest.mark.parametrize(
    "text",
    [
        "/Date(1)/",
        "2026-11-20",
        "2026-11-20T00:00:00+01:00",
        "2026-11-20T08:00:00",
        "20.11.2026",
        "/Date(99999999999999999)/",
    ],
)
def test_what_is_not_midnight_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(EdmError):
        from_json(prop("DateTime"), text)


@given(st.times().map(lambda point: point.replace(microsecond=0)))
def test_a_time_of_day_comes_back_as_it_went(point: time) -> None:
    text = f"PT{point.hour:02d}H{point.minute:02d}M{point.second:02d}S"
    stored = from_json(prop("Time"), text)
    assert (stored, to_json(prop("Time"), stored)) == (point.isoformat(), text)


@pytest.mark.parametrize(
    ("conversion", "given_text", "stored"),
    [
        ("ALPHA", "000001000023", "1000023"),
        ("ALPHA", "1000023", "1000023"),
        ("ALPHA", "0000", "0"),
        ("ALPHA", "00A1", "00A1"),
        ("ALPHA", "", ""),
        ("UPPER", "csab12", "CSAB12"),
        ("", "0010", "0010"),
    ],
)
def test_conversions_are_saps(conversion: str, given_text: str, stored: str) -> None:
    assert from_json(prop("String", length=12, conversion=conversion), given_text) == stored


@given(st.text(max_size=60))
def test_a_text_is_taken_up_to_its_length(text: str) -> None:
    field = prop("String", length=40)
    if len(text) > 40:
        with pytest.raises(EdmError):
            from_json(field, text)
    else:
        assert from_json(field, text) == text
        quoted = "'" + text.replace("'", "''") + "'"
        assert from_literal(field, quoted) == text


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("Boolean", "X"),
        ("Boolean", 1),
        ("Boolean", "true"),
        ("Int32", "5"),
        ("Int32", True),
        ("Int32", 2**31),
        ("Guid", "6f1e2d3c"),
        ("Double", True),
        ("Double", "many"),
        ("String", 5),
        ("Time", "08:15:00"),
        ("Time", "PT"),
    ],
)
def test_another_type_is_refused(type_: str, value: Any) -> None:
    with pytest.raises(EdmError):
        from_json(prop(type_), value)


@pytest.mark.parametrize(
    ("type_", "literal"),
    [("Decimal", "'5'"), ("String", "5"), ("DateTime", "'2026-11-20'"), ("Boolean", "X")],
)
def test_a_literal_of_another_type_is_refused(type_: str, literal: str) -> None:
    with pytest.raises(EdmError):
        from_literal(prop(type_), literal)
