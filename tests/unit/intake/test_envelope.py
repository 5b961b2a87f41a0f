"""What comes in is read strictly, and refused with the place and what to mend."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.intake.envelope import (
    NotJson,
    Refusal,
    parse_json,
    read_event,
    restore_event,
)
from countersign.nouns.event import Event

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENVELOPE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "evt-00000001",
    "source": "/sites/1000/gateways/gw1",
    "type": "countersign.scrap-report.v1",
    "time": "2026-11-20T13:00:00.250+01:00",
    "data": {
        "site_id": "1000",
        "order_id": "100234",
        "operation_id": "0010",
        "material_id": "SEAL-01",
        "quantity": {"quantity_string": "3", "unit_of_measure": "C62"},
    },
}


def envelope(**changes: Any) -> dict[str, Any]:
    return deepcopy(ENVELOPE) | changes


def test_an_event_is_read_with_its_identity_and_its_time_in_utc() -> None:
    event = read_event(envelope(), NOW)
    assert isinstance(event, Event)
    assert event.use_case == "scrap_report"
    assert event.occurred_at == datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
    assert len(event.event_id) == 32


def test_the_digest_does_not_depend_on_the_order_of_members() -> None:
    event = read_event(envelope(), NOW)
    turned = read_event(dict(reversed(list(envelope().items()))), NOW)
    assert isinstance(event, Event)
    assert isinstance(turned, Event)
    assert event.digest == turned.digest


def test_source_and_id_together_are_the_identity() -> None:
    one = read_event(envelope(), NOW)
    other = read_event(envelope(source="/sites/1000/gateways/gw2"), NOW)
    assert isinstance(one, Event)
    assert isinstance(other, Event)
    assert one.event_id != other.event_id


def test_a_stored_event_is_the_same_again() -> None:
    event = read_event(envelope(), NOW)
    assert isinstance(event, Event)
    assert restore_event(event.text, event.digest, NOW) == event
    with pytest.raises(ValueError, match="no longer passes"):
        restore_event(event.text.replace("SEAL-01", "SEAL-02"), event.digest, NOW)


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (envelope(time="2026-11-20T13:00:00"), "/time"),
        (envelope(data=ENVELOPE["data"] | {"note": "half \ud800 of a pair"}), ""),
        (envelope(id="x"), "/id"),
        ([], ""),
        (None, ""),
    ],
)
def test_a_broken_event_is_refused_with_the_place(value: Any, pointer: str) -> None:
    refusal = read_event(value, NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.errors[0][0].startswith(pointer)
    assert len(refusal.digest) == 64


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"a"', "line 1"),
        (b"", "line 1"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "digits"),
    ],
)
def test_bytes_that_are_not_strict_json_are_refused(body: bytes, says: str) -> None:
    with pytest.raises(NotJson, match=says):
        parse_json(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_whatever_json_comes_the_answer_is_an_event_or_a_refusal(value: Any) -> None:
    assert isinstance(read_event(parse_json(json.dumps(value).encode()), NOW), (Event, Refusal))
