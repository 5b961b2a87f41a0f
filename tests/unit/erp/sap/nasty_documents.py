"""Documents that are legal and nasty: long names, umlauts, huge and tiny numbers, odd times."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from countersign.erp.documents import (
    DemandLine,
    Document,
    GoodsIssue,
    GoodsIssueLine,
    GoodsMovement,
    GoodsMovementLine,
    InspectionResult,
    InventoryCount,
    InventoryCountLine,
    JournalEntry,
    JournalLine,
    MaintenanceNotification,
    OrderStatusChange,
    ProductionConfirmation,
    PurchaseRequisition,
    QualityNotification,
    Reservation,
    ScrapReport,
    UsageDecision,
)
from countersign.erp.sap.movements import MOVEMENTS
from countersign.nouns.quantity import Quantity

_NAME = string.ascii_letters + string.digits + "._-"
_WIDE = st.characters(
    blacklist_categories=["Cc", "Cs"], blacklist_characters=["\ufffe", "\uffff"]
) | st.sampled_from("äöüÄÖÜßéñ漢字\U0001f600\u2028 ")


def _names(longest: int, usual: int) -> st.SearchStrategy[str]:
    """Give names, most of them short enough for SAP and some as long as ours may be."""
    return st.text(_NAME, min_size=1, max_size=usual) | st.text(_NAME, min_size=1, max_size=longest)


def _lines_of_text(longest: int, usual: int) -> st.SearchStrategy[str]:
    return st.text(_WIDE, min_size=1, max_size=usual) | st.text(_WIDE, min_size=1, max_size=longest)


NUMBERS = st.one_of(
    st.sampled_from(
        [
            "0.001",
            "0.000001",
            "1234567890123",
            "9999999999.999",
            "9999999999999",
            "1E+2",
            "0",
            "12.50",
        ]
    ).map(Decimal),
    st.integers(0, 10**10 - 1).map(Decimal),
    st.decimals(0, 9_999_999, places=3),
    st.decimals(0, 9_999_999_999_999, places=6),
)
UNITS = st.sampled_from(["H87", "KGM", "LTR", "MIN", "HUR", "BOX", "X9", "Z"])
QUANTITIES = st.builds(Quantity, NUMBERS, UNITS)
TIMES = st.one_of(
    st.sampled_from(
        [
            datetime(2026, 3, 2, tzinfo=UTC),
            datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=14))),
            datetime(1000, 1, 2, tzinfo=UTC),
        ]
    ),
    st.datetimes(
        datetime(1001, 1, 1), datetime(2999, 12, 30), timezones=st.just(UTC), allow_imaginary=False
    ),
)
DATES = st.sampled_from([date(2024, 2, 29), date(2026, 12, 31), date(1000, 1, 1)]) | st.dates(
    date(1000, 1, 1), date(2999, 12, 31)
)
MATERIALS = st.sampled_from(["M" * 40, "0" * 39 + "7", "RM-100", "000000000000004711"]) | (
    _lines_of_text(40, 18)
)
LOTS = st.none() | st.sampled_from(["B-2026-11", "GRÜN-Ö1", "0000000001"]) | _lines_of_text(40, 10)
PLACES = st.none() | _lines_of_text(20, 4)
ORDERS = st.sampled_from(["1000023", "000001000023", "A/1"]) | _names(40, 12)
OPERATIONS = st.sampled_from(["10", "0020", "9999", "A1"]) | _names(20, 4)
SITES = st.sampled_from(["1010", "1"]) | _names(20, 4)
CENTERS = st.none() | _names(20, 10)
REASONS = st.sampled_from(["SURFACE", "DIM", "OTHER"]) | _names(20, 4)
PEOPLE = st.none() | st.sampled_from(["4711", "12345678", "123456789"]) | _lines_of_text(64, 12)
TEXTS = st.just("") | st.text(_WIDE | st.just("\n"), max_size=500)
CODES = _names(20, 4)


def _many(line: st.SearchStrategy[object], most: int = 5) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(line, min_size=1, max_size=most).map(tuple)


ISSUE_LINES = st.builds(GoodsIssueLine, MATERIALS, QUANTITIES, LOTS, PLACES)
MOVEMENT_LINES = st.builds(
    GoodsMovementLine,
    MATERIALS,
    QUANTITIES,
    LOTS,
    PLACES,
    st.none() | SITES,
    PLACES,
    st.none() | MATERIALS,
    LOTS,
    st.none() | _names(40, 10),
    st.none() | _names(20, 5),
    CENTERS,
    st.none() | REASONS,
)
DEMAND_LINES = st.builds(DemandLine, MATERIALS, QUANTITIES, LOTS, PLACES, TEXTS)
SAME_UNIT = UNITS.flatmap(
    lambda unit: st.tuples(*[st.builds(Quantity, NUMBERS, st.just(unit)) for _ in range(3)])
)


@st.composite
def confirmations(draw: st.DrawFn) -> ProductionConfirmation:
    """Give confirmations, with and without the consumption that they may carry."""
    good, scrap, rework = draw(SAME_UNIT)
    return ProductionConfirmation(
        site_id=draw(SITES),
        order_id=draw(ORDERS),
        operation_id=draw(OPERATIONS),
        material_id=draw(MATERIALS),
        yield_quantity=good,
        posting_date=draw(DATES),
        final=draw(st.booleans()),
        scrap_quantity=draw(st.sampled_from([None, scrap])),
        rework_quantity=draw(st.sampled_from([None, rework])),
        scrap_reason_code=draw(st.none() | REASONS),
        setup_time=draw(st.none() | QUANTITIES),
        machine_time=draw(st.none() | QUANTITIES),
        labor_time=draw(st.none() | QUANTITIES),
        started_at=draw(st.none() | TIMES),
        finished_at=draw(st.none() | TIMES),
        work_center_id=draw(st.none() | _lines_of_text(64, 8)),
        person_id=draw(PEOPLE),
        lot_id=draw(LOTS),
        storage_location=draw(PLACES),
        consumed=draw(st.just(()) | _many(ISSUE_LINES)),
        text=draw(TEXTS),
    )


DOCUMENTS: dict[str, st.SearchStrategy[Document]] = {
    "production_confirmation": confirmations(),
    "goods_issue": st.builds(
        GoodsIssue, SITES, ORDERS, OPERATIONS, DATES, _many(ISSUE_LINES), PEOPLE, TEXTS
    ),
    "scrap_report": st.builds(
        ScrapReport,
        SITES,
        ORDERS,
        OPERATIONS,
        MATERIALS,
        QUANTITIES,
        DATES,
        REASONS,
        CENTERS,
        LOTS,
        PLACES,
        PEOPLE,
        TEXTS,
    ),
    "goods_movement": st.builds(
        GoodsMovement,
        SITES,
        st.sampled_from(sorted(MOVEMENTS)),
        DATES,
        _many(MOVEMENT_LINES),
        st.none() | ORDERS,
        st.none() | OPERATIONS,
        PEOPLE,
        TEXTS,
    ),
    "inventory_count": st.builds(
        InventoryCount,
        SITES,
        _lines_of_text(20, 4),
        DATES,
        _many(st.builds(InventoryCountLine, MATERIALS, QUANTITIES, LOTS)),
        PEOPLE,
        TEXTS,
    ),
    "purchase_requisition": st.builds(
        PurchaseRequisition,
        SITES,
        DATES,
        _many(DEMAND_LINES),
        st.none() | ORDERS,
        CENTERS,
        st.none() | _names(20, 10),
        st.none() | _names(20, 3),
        PEOPLE,
        TEXTS,
    ),
    "reservation": st.builds(
        Reservation, SITES, DATES, _many(DEMAND_LINES), st.none() | ORDERS, CENTERS, PEOPLE
    ),
    "inspection_result": st.builds(
        InspectionResult,
        SITES,
        _names(20, 12),
        _names(20, 8),
        CODES,
        st.none() | st.decimals(-9_999_999_999_999, 9_999_999_999_999, places=6),
        st.none() | st.booleans(),
        st.none() | TIMES,
        PEOPLE,
        TEXTS,
    ),
    "usage_decision": st.builds(
        UsageDecision,
        SITES,
        _names(20, 12),
        _names(20, 8),
        CODES,
        st.none() | _names(20, 8),
        st.none() | st.integers(0, 100),
        PEOPLE,
    ),
    "quality_notification": st.builds(
        QualityNotification,
        SITES,
        MATERIALS,
        TEXTS,
        DATES,
        st.none() | ORDERS,
        st.none() | OPERATIONS,
        st.none() | QUANTITIES,
        LOTS,
        st.none() | _names(20, 12),
        st.none() | _names(20, 8),
        st.none() | CODES,
        st.none() | _lines_of_text(64, 8),
        PEOPLE,
    ),
    "maintenance_notification": st.builds(
        MaintenanceNotification,
        SITES,
        _lines_of_text(64, 40),
        TEXTS,
        st.booleans(),
        st.none() | TIMES,
        st.none() | TIMES,
        st.none() | _names(20, 1),
        st.none() | _names(20, 2),
        PEOPLE,
    ),
    "order_status_change": st.builds(
        OrderStatusChange,
        SITES,
        ORDERS,
        st.sampled_from(["release", "technical_completion", "hold"]),
        st.none() | OPERATIONS,
        PEOPLE,
        TEXTS,
    ),
    "journal_entry": st.builds(
        lambda amount, account, center, text, day: JournalEntry(
            company_code="1010",
            posting_date=day,
            document_date=day,
            currency="EUR",
            lines=(
                JournalLine(account, amount, center, text),
                JournalLine("893010", -amount, center, text),
            ),
            text=text,
        ),
        NUMBERS,
        _names(20, 10),
        CENTERS,
        TEXTS,
        DATES,
    ),
}
