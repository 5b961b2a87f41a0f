"""Composing: which ERP documents a decided event asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from countersign.erp.documents import GoodsIssue, ProductionConfirmation, ScrapReport
from countersign.nouns.event import Event, event_id_of
from countersign.nouns.order import ProductionOrder
from countersign.nouns.quantity import Quantity
from countersign.post.compose import CannotCompose, compose

BERLIN = ZoneInfo("Europe/Berlin")
PLACE = {"site_id": "1000", "order_id": "100234", "operation_id": "0010"}
ORDER = ProductionOrder("100234", "1000", "PUMP", Quantity(Decimal(50), "C62"), "released")


def an_event(use_case: str, occurred_at: datetime, **data: Any) -> Event:
    return Event(
        event_id=event_id_of("/gw1", "key-0001"),
        source="/gw1",
        key="key-0001",
        type="",
        use_case=use_case,
        occurred_at=occurred_at,
        received_at=occurred_at,
        site_id="1000",
        order_id="100234",
        operation_id="0010",
        digest="",
        text="",
        body={"data": {**PLACE, **data}},
    )


def pieces(text: str) -> dict[str, str]:
    return {"quantity_string": text, "unit_of_measure": "C62"}


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_confirmation_carries_quantities_times_and_finality() -> None:
    event = an_event(
        "production_confirmation",
        NOON,
        yield_quantity=pieces("48"),
        scrap_quantity=pieces("2"),
        confirmation="final",
        machine_time={"quantity_string": "95.5", "unit_of_measure": "MIN"},
        actual_start_time="2026-03-02T10:00:00+01:00",
        equipment_id="WC-7",
        note="second shift",
    )
    (composed,) = compose(event, event.data, order=ORDER, time_zone=BERLIN)
    document = composed.document
    assert isinstance(document, ProductionConfirmation)
    assert document.material_id == "PUMP"
    assert document.yield_quantity == Quantity(Decimal("48"), "C62")
    assert document.scrap_quantity == Quantity(Decimal("2"), "C62")
    assert document.machine_time == Quantity(Decimal("95.5"), "MIN")
    assert document.final
    assert document.started_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert document.work_center_id == "WC-7"
    assert document.text == "second shift"


def test_consumption_leaves_out_lines_of_nothing() -> None:
    event = an_event(
        "material_consumption",
        NOON,
        material_actual=[
            {"material_id": "STEEL", "quantity": pieces("12.5"), "material_lot_id": "L1"},
            {"material_id": "PAINT", "quantity": pieces("0")},
        ],
    )
    (composed,) = compose(event, event.data, order=None, time_zone=BERLIN)
    assert isinstance(composed.document, GoodsIssue)
    assert [(line.material_id, line.lot_id) for line in composed.document.lines] == [
        ("STEEL", "L1")
    ]


@pytest.mark.parametrize(
    ("use_case", "data"),
    [
        (
            "material_consumption",
            {"material_actual": [{"material_id": "STEEL", "quantity": pieces("0.000")}]},
        ),
        ("scrap_report", {"material_id": "STEEL", "quantity": pieces("0")}),
    ],
)
def test_nothing_used_or_scrapped_needs_no_document(use_case: str, data: dict[str, Any]) -> None:
    event = an_event(use_case, NOON, **data)
    assert compose(event, event.data, order=ORDER, time_zone=BERLIN) == ()


def test_scrap_report_carries_reason_and_cost_center() -> None:
    event = an_event(
        "scrap_report",
        NOON,
        material_id="STEEL",
        quantity=pieces("3"),
        scrap_reason_code="CRACK",
        cost_center="4711",
    )
    (composed,) = compose(event, event.data, order=None, time_zone=BERLIN)
    assert isinstance(composed.document, ScrapReport)
    assert (composed.document.reason_code, composed.document.cost_center) == ("CRACK", "4711")


@pytest.mark.parametrize(
    ("use_case", "data", "pointer"),
    [
        (
            "production_confirmation",
            {"yield_quantity": pieces("1"), "confirmation": "partial"},
            "/data/material_id",
        ),
        (
            "scrap_report",
            {"material_id": "STEEL", "quantity": pieces("3")},
            "/data/scrap_reason_code",
        ),
    ],
)
def test_a_missing_field_is_named(use_case: str, data: dict[str, Any], pointer: str) -> None:
    event = an_event(use_case, NOON, **data)
    with pytest.raises(CannotCompose) as refused:
        compose(event, event.data, order=None, time_zone=BERLIN)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("occurred_at", "wish", "booked_on"),
    [
        (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), None, date(2026, 3, 1)),
        (datetime(2026, 3, 1, 23, 0, tzinfo=UTC), None, date(2026, 3, 2)),
        (datetime(2026, 3, 1, 23, 0, tzinfo=UTC), "2026-02-28", date(2026, 2, 28)),
    ],
)
def test_the_site_s_midnight_divides_the_days(
    occurred_at: datetime, wish: str | None, booked_on: date
) -> None:
    data: dict[str, Any] = {"yield_quantity": pieces("1"), "confirmation": "partial"}
    if wish:
        data["posting_date"] = wish
    event = an_event("production_confirmation", occurred_at, **data)
    (composed,) = compose(event, event.data, order=ORDER, time_zone=BERLIN)
    assert composed.document.posting_date == booked_on


def test_correction_keeps_the_key_and_a_new_revision_changes_it() -> None:
    event = an_event(
        "production_confirmation", NOON, yield_quantity=pieces("48"), confirmation="final"
    )
    corrected = {**event.data, "yield_quantity": pieces("84")}
    (first,) = compose(event, event.data, order=ORDER, time_zone=BERLIN)
    (second,) = compose(event, corrected, order=ORDER, time_zone=BERLIN)
    (after_reversal,) = compose(event, corrected, order=ORDER, time_zone=BERLIN, revision=1)
    assert first.key == second.key
    assert first.key != after_reversal.key
    assert len(first.key) == 24
