"""The wording: codes, places, reservations and keys as SAP gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.erp.documents import (
    GoodsIssue,
    GoodsIssueLine,
    GoodsMovement,
    GoodsMovementLine,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.erp.errors import BusinessRejection, ConfigurationError
from countersign.erp.sap.codes import Codes
from countersign.erp.sap.keys import guid_of, key_in, keyed_text, reference_of, text_with_reference
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import (
    cut,
    odata_date,
    padded,
    read_odata_date,
    read_stamp,
    same_id,
    width,
)
from countersign.erp.sap.wording import OrderComponent, Wording
from countersign.nouns.quantity import Quantity

KEY = "CSABCDEFGHIJKLMNOPQRSTUV"
DAY = date(2026, 3, 2)
WORDING = Wording(Profile())
CONFIRMATION = ProductionConfirmation(
    site_id="1010",
    order_id="000001000023",
    operation_id="20",
    material_id="FG-1",
    yield_quantity=Quantity(Decimal("98"), "H87"),
    posting_date=DAY,
    final=False,
)
COMPONENTS = (
    OrderComponent("RM-100", "0010", "1010", "101A", "", "81", "1"),
    OrderComponent("RM-100", "0020", "1010", "101B", "B7", "82", "2", backflushed=True),
    OrderComponent("4711", "0010", "1020", "102A", "", "83", "3"),
)


def issue(*lines: GoodsIssueLine) -> GoodsIssue:
    return GoodsIssue("1010", "1000023", "0020", DAY, lines)


def kilograms(text: str) -> Quantity:
    return Quantity(Decimal(text), "KGM")


def test_a_component_is_issued_against_its_reservation_and_from_its_place() -> None:
    (row,) = WORDING.goods_issue(
        issue(GoodsIssueLine("RM-100", kilograms("5.250"))), KEY, COMPONENTS
    ).rows
    assert (row.reservation, row.reservation_item) == ("82", "2")
    assert (row.storage_location, row.batch) == ("101B", "B7")
    assert (row.quantity, row.unit, row.movement_type) == ("5.25", "KG", "261")


def test_what_the_floor_says_wins_over_the_order() -> None:
    line = GoodsIssueLine("RM-100", kilograms("1"), "B9", "WIP1")
    (row,) = WORDING.goods_issue(issue(line), KEY, COMPONENTS).rows
    assert (row.storage_location, row.batch, row.reservation) == ("WIP1", "B9", "82")


def test_a_component_of_another_operation_and_with_zeros_is_found() -> None:
    line = GoodsIssueLine("000000000000004711", kilograms("1"))
    (row,) = WORDING.goods_issue(issue(line), KEY, COMPONENTS).rows
    assert (row.reservation, row.plant, row.material) == ("83", "1020", "4711")


def test_an_unplanned_material_is_issued_without_a_reservation() -> None:
    line = GoodsIssueLine("RM-999", kilograms("1"))
    (row,) = WORDING.goods_issue(issue(line), KEY, COMPONENTS).rows
    assert (row.reservation, row.storage_location, row.order) == ("", "", "1000023")


def test_explicit_consumption_comes_with_the_receipt_it_replaces() -> None:
    document = replace(CONFIRMATION, consumed=(GoodsIssueLine("RM-100", kilograms("1")),))
    rows = WORDING.confirmation(document, KEY, COMPONENTS).rows
    assert [row.movement_type for row in rows] == ["261", "101"]
    inner = replace(document, to_stock=False)
    assert [row.movement_type for row in WORDING.confirmation(inner, KEY, COMPONENTS).rows] == [
        "261"
    ]


def test_without_backflush_a_confirmation_moves_nothing_of_its_own() -> None:
    wording = Wording(Profile.of({"goods_movements": "none"}))
    assert wording.confirmation(CONFIRMATION, KEY).moves_nothing
    carried = replace(CONFIRMATION, consumed=(GoodsIssueLine("RM-100", kilograms("1")),))
    assert not wording.confirmation(carried, KEY).moves_nothing
    assert not WORDING.confirmation(CONFIRMATION, KEY).moves_nothing


def test_operations_stay_open_where_a_person_may_decide_after_the_final_report() -> None:
    final = replace(CONFIRMATION, final=True)
    assert WORDING.confirmation(final, KEY).is_final
    keeping = Wording(Profile.of({"final_confirmations": "keep_open"}))
    assert not keeping.confirmation(final, KEY).is_final


def test_operations_and_persons_are_filled_up_and_orders_are_not() -> None:
    confirmation = WORDING.confirmation(replace(CONFIRMATION, person_id="4711"), KEY)
    assert (confirmation.operation, confirmation.order) == ("0020", "1000023")
    assert (confirmation.personnel, confirmation.external_user) == ("00004711", "COUNTERSIGN")


def test_a_name_that_fits_is_the_user_and_one_that_does_not_is_left_out() -> None:
    short = WORDING.confirmation(replace(CONFIRMATION, person_id="anna"), KEY)
    long = WORDING.confirmation(replace(CONFIRMATION, person_id="anna.kowalska"), KEY)
    assert (short.external_user, long.external_user) == ("anna", "COUNTERSIGN")


def test_times_are_those_of_the_clocks_of_the_plant() -> None:
    wording = Wording(Profile.of({"time_zone": "Europe/Berlin"}))
    midnight = datetime(2024, 2, 28, 23, 0, 0, 999999, tzinfo=UTC)
    confirmation = wording.confirmation(replace(CONFIRMATION, started_at=midnight), KEY)
    assert confirmation.started == (date(2024, 2, 29), time(0, 0, 0))


def test_times_go_to_the_positions_of_the_standard_values() -> None:
    minutes = Quantity(Decimal("12.5"), "MIN")
    document = replace(CONFIRMATION, machine_time=minutes, labor_time=minutes)
    wording = Wording(Profile.of({"activities": "machine,,setup,labor"}))
    rows = wording.confirmation(document, KEY).activities
    assert [(row.position, row.quantity, row.unit) for row in rows] == [
        (1, "12.5", "MIN"),
        (4, "12.5", "MIN"),
    ]


def test_good_and_scrap_in_different_units_are_refused() -> None:
    document = replace(CONFIRMATION, scrap_quantity=kilograms("1"))
    with pytest.raises(BusinessRejection) as caught:
        WORDING.confirmation(document, KEY)
    assert (caught.value.code, caught.value.field) == ("UNIT_DIFFERS", "unit_of_measure")
    assert "H87 and KGM" in caught.value.text


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"order_id": "1" * 13}, "TOO_LONG", "order_id"),
        ({"operation_id": "00200"}, "TOO_LONG", "operation_id"),
        ({"work_center_id": "WC-ASSY-05"}, "TOO_LONG", "work_center_id"),
        ({"site_id": "10100"}, "TOO_LONG", "site_id"),
        ({"scrap_reason_code": "SCRATCH"}, "TOO_LONG", "scrap_reason_code"),
        ({"yield_quantity": kilograms("0.0001")}, "TOO_MANY_DECIMALS", "yield_quantity"),
        ({"yield_quantity": kilograms("12345678901")}, "TOO_LARGE", "yield_quantity"),
    ],
)
def test_what_has_no_room_in_sap_is_refused_and_never_cut(
    change: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(BusinessRejection) as caught:
        WORDING.confirmation(replace(CONFIRMATION, **change), KEY)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.entity


def test_scrap_takes_the_cost_centre_of_the_report_or_that_of_the_installation() -> None:
    report = ScrapReport("1010", "1000023", "0020", "RM-100", kilograms("1"), DAY, "DIM")
    wording = Wording(Profile.of({"scrap_cost_center": "4200"}))
    assert wording.scrap_report(report, KEY, ()).rows[0].cost_center == "4200"
    own = replace(report, cost_center="4300")
    row = wording.scrap_report(own, KEY, COMPONENTS).rows[0]
    assert (row.cost_center, row.storage_location, row.unloading_point) == (
        "4300",
        "101B",
        "1000023",
    )


@pytest.mark.parametrize(
    ("movement", "field"),
    [
        ("issue_to_order", "production_order_id"),
        ("receipt_for_purchase_order", "purchase_order_id"),
        ("transfer_storage_location", "to_storage_location"),
        ("transfer_material", "to_material_id"),
    ],
)
def test_a_movement_that_lacks_what_it_is_about_is_refused(movement: str, field: str) -> None:
    line = GoodsMovementLine("RM-100", kilograms("1"))
    document = GoodsMovement("1010", movement, DAY, (line,))  # type: ignore[arg-type]
    with pytest.raises(BusinessRejection) as caught:
        WORDING.goods_movement(document, KEY)
    assert (caught.value.code, caught.value.field) == ("LINE_LACKS", field)


def test_a_receipt_names_what_it_refers_to() -> None:
    line = GoodsMovementLine(
        "RM-100", kilograms("1"), purchase_order_id="4500000001", purchase_order_item="10"
    )
    document = GoodsMovement("1010", "receipt_for_purchase_order", DAY, (line,))
    written = WORDING.goods_movement(document, KEY)
    assert (written.code, written.rows[0].movement_type, written.rows[0].ref_doc_type) == (
        "01",
        "101",
        "B",
    )


def test_names_of_the_installation_win_over_those_shipped(tmp_path: Path) -> None:
    own = tmp_path / "codes.csv"
    own.write_text(
        "kind,ours,sap,verified\nunit,C62,ST,yes\nwork_center,PRESS-LINE-01,PRESS01,yes\n",
        encoding="utf-8",
    )
    codes = Codes.load(own)
    assert (codes.to_sap("unit", "C62"), codes.to_ours("unit", "ST")) == ("ST", "C62")
    assert codes.to_sap("work_center", "PRESS-LINE-01") == "PRESS01"
    assert (codes.to_sap("unit", "KGM"), codes.to_ours("unit", "PC")) == ("KG", "H87")
    assert codes.to_sap("unit", "BOX") == "BOX"


def test_every_unit_that_is_shipped_comes_back_as_a_code_of_its_own_kind() -> None:
    codes = Codes.load()
    for ours in ("H87", "KGM", "LTR", "MIN", "HUR", "MTR", "EA"):
        assert codes.to_ours("unit", codes.to_sap("unit", ours)) == ours


@pytest.mark.parametrize(
    "text",
    [
        "kind,ours,sap\n",
        "kind,ours,sap,verified\ncolour,red,R,no\n",
        "kind,ours,sap,verified\nunit,,KG,no\n",
    ],
)
def test_a_file_of_names_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        Profile.of({"codes": str(path)})


@pytest.mark.parametrize(
    "options",
    [
        {"colour": "red"},
        {"time_zone": "Mars/Olympus"},
        {"orders": "all"},
        {"goods_movements": "some"},
        {"final_confirmations": "sometimes"},
        {"activities": "setup,cleaning"},
        {"call_timeout_s": "0"},
        {"settle_s": "soon"},
        {"triage": "/no/such/file"},
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Profile.of(options)
    assert caught.value.code == "ERP_ADDRESS"


def test_the_key_is_read_back_from_what_carries_it() -> None:
    assert key_in(keyed_text(KEY, "second shift\ntool changed", 40)) == KEY
    assert key_in("Frühschicht fertig") == ""
    assert text_with_reference(KEY, "ä" * 60, 40).endswith(reference_of(KEY))
    assert str(guid_of(KEY)) == str(guid_of(KEY)).lower()


@given(st.text(), st.integers(0, 50))
def test_a_text_that_is_cut_fits(text: str, length: int) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert width(cut(text, length)) <= length


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_days_come_back_as_they_went(day: date) -> None:
    assert read_odata_date(odata_date(day)) == day


def test_identifiers_are_the_same_with_and_without_zeros() -> None:
    assert same_id("000000000000004711", "4711")
    assert same_id("rm-100", "RM-100")
    assert not same_id("RM-0100", "RM-100")
    assert (padded("1000023", 12), padded("RM-100", 18)) == ("000001000023", "RM-100")
    assert read_stamp("00000000000000") is None
