"""What a document becomes in Tryton, and what Tryton asks or refuses on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from integration.erp_conformance import (
    OrderFacts,
    confirmation_of,
    consumed,
    document_of,
    issue_of,
    new_key,
    stock_of,
)
from integration.tryton.subject import KEY_IN_TEXT, TrytonSubject

from countersign.erp.documents import (
    GoodsIssue,
    GoodsIssueLine,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.erp.errors import BusinessRejection, ContractError, ErpError
from countersign.nouns.quantity import Quantity

pytestmark = pytest.mark.timeout(300, func_only=True)  # the plant may have to be built first


def tolerant(subject: TrytonSubject) -> OrderFacts:
    """Return an order of 100 valves: 100 bodies, 200 seals, 20 % tolerance."""
    facts = subject.facts_of(subject.take_order("tolerant"))
    return replace(
        facts,
        material_id="VALVE-55",
        component_id="BODY-55",
        component_unit="C62",
        second_component_id="SEAL-12",
        second_component_unit="C62",
    )


def test_use_is_reported_bit_by_bit_without_questions(subject: TrytonSubject) -> None:
    order = tolerant(subject)
    for quantity in (30, 40, 50):
        result = subject.connector.post(issue_of(order, quantity=Decimal(quantity)), new_key())
        assert result.status == "posted"
    assert consumed(subject.connector, order) == {"BODY-55": Decimal(120)}


def test_use_over_the_tolerance_is_asked_about_and_leaves_nothing_until_approved(
    subject: TrytonSubject,
) -> None:
    order, key = tolerant(subject), new_key()
    document = issue_of(order, quantity=Decimal(121))
    asked = subject.connector.post(document, key)
    assert (asked.status, asked.code) == ("needs_approval", "over_tolerance")
    assert "121.0 u consumed > 120.0 u" in asked.text
    assert not KEY_IN_TEXT.search(asked.text)
    assert subject.standing(key) == 0
    assert subject.open_movements(order.order_id) == 0
    assert subject.order_state(order.order_id) == "running"
    assert subject.connector.find(key, document) is None
    approved = subject.connector.post(document, key, asked.warnings)
    assert approved.status == "posted"
    assert subject.standing(key) == 1


def test_an_approval_is_for_one_material_and_one_posting(subject: TrytonSubject) -> None:
    order = tolerant(subject)
    document, key = issue_of(order, quantity=Decimal(130)), new_key()
    asked = subject.connector.post(document, key)
    subject.connector.post(document, key, asked.warnings)
    other = issue_of(order, component_id="SEAL-12", quantity=Decimal(10))
    assert subject.connector.post(other, new_key()).status == "posted"
    more = issue_of(order, quantity=Decimal(1))
    assert subject.connector.post(more, new_key()).status == "needs_approval"


def test_several_questions_come_one_after_the_other_and_each_answer_is_kept(
    subject: TrytonSubject,
) -> None:
    order, key = tolerant(subject), new_key()
    both = replace(
        issue_of(order, quantity=Decimal(500)),
        lines=(
            GoodsIssueLine("BODY-55", Quantity(Decimal(500), "C62")),
            GoodsIssueLine("SEAL-12", Quantity(Decimal(900), "C62")),
        ),
    )
    first = subject.connector.post(both, key)
    second = subject.connector.post(both, key, first.warnings)
    assert (first.status, second.status) == ("needs_approval", "needs_approval")
    assert set(first.warnings) < set(second.warnings)
    assert subject.connector.post(both, key, second.warnings).status == "posted"


@pytest.mark.parametrize(("good", "code"), [("121", "over_tolerance"), ("79", "under_tolerance")])
def test_a_final_delivery_outside_the_tolerance_is_asked_about(
    subject: TrytonSubject, good: str, code: str
) -> None:
    order, key = tolerant(subject), new_key()
    document = replace(confirmation_of(order, Decimal(good)), final=True)
    asked = subject.connector.post(document, key)
    assert (asked.status, asked.code) == ("needs_approval", code)
    assert subject.order_state(order.order_id) == "running"
    assert subject.connector.post(document, key, asked.warnings).status == "posted"
    assert subject.order_state(order.order_id) == "done"


def test_a_posting_date_in_the_future_is_asked_about(subject: TrytonSubject) -> None:
    order, key = subject.new_order(), new_key()
    document = issue_of(order, posting_date=subject.today + timedelta(days=3))
    asked = subject.connector.post(document, key)
    assert (asked.status, asked.code) == ("needs_approval", "effective_date_future")
    assert subject.connector.post(document, key, asked.warnings).status == "posted"


@pytest.mark.parametrize("state", ["waiting", "assigned", "running"])
def test_what_is_used_replaces_what_was_planned(subject: TrytonSubject, state: str) -> None:
    order = subject.facts_of(subject.take_order(state))
    subject.connector.post(issue_of(order, quantity=Decimal("0.125")), new_key())
    assert consumed(subject.connector, order) == {"GREASE-01": Decimal("0.125")}
    assert subject.open_movements(order.order_id) == 0


def test_a_confirmation_of_an_order_not_begun_consumes_nothing(subject: TrytonSubject) -> None:
    order = subject.facts_of(subject.take_order("waiting"))
    subject.connector.post(confirmation_of(order, Decimal(5)), new_key())
    assert consumed(subject.connector, order) == {}
    assert subject.order_state(order.order_id) == "running"


def test_yield_scrap_and_rework_go_to_their_places(subject: TrytonSubject) -> None:
    order, key = subject.new_order(), new_key()
    confirmation = replace(
        confirmation_of(order, Decimal(90), scrap=Decimal(3)),
        rework_quantity=Quantity(Decimal(7), order.unit),
    )
    subject.connector.post(confirmation, key)
    (booked,) = subject.connector.booked([order.order_id])
    assert sorted((line.movement, line.quantity) for line in booked.lines) == [
        ("rework", Decimal(7)),
        ("scrap", Decimal(3)),
        ("yield", Decimal(90)),
    ]


def test_a_final_confirmation_without_pieces_closes_the_order(subject: TrytonSubject) -> None:
    order, key = subject.new_order(), new_key()
    subject.connector.post(confirmation_of(order, Decimal(80)), new_key())
    document = replace(confirmation_of(order, Decimal(0)), final=True)
    assert subject.connector.post(document, key).status == "posted"
    assert subject.order_state(order.order_id) == "done"
    found = subject.connector.find(key, document)
    assert found is not None
    assert found.status == "posted"


def test_a_final_confirmation_leaves_the_order_open_unless_told_to_close_it(
    subject: TrytonSubject,
) -> None:
    order = subject.new_order()
    document = replace(confirmation_of(order, Decimal(100)), final=True)
    assert subject.lenient_connector.post(document, new_key()).status == "posted"
    assert subject.order_state(order.order_id) == "running"
    assert subject.lenient_connector.post(issue_of(order), new_key()).status == "posted"


def test_the_yield_of_an_earlier_operation_stays_in_the_order(subject: TrytonSubject) -> None:
    order, key = subject.new_order(), new_key()
    document = replace(confirmation_of(order, Decimal(20), scrap=Decimal(2)), to_stock=False)
    assert subject.connector.post(document, key).status == "posted"
    assert subject.movements(order.order_id) == {("output", "GEAR-12", "lost_found"): Decimal(2)}


def test_a_quantity_in_another_unit_of_the_same_kind_is_booked_as_reported(
    subject: TrytonSubject,
) -> None:
    order = subject.new_order()
    subject.connector.post(issue_of(order, component_unit="GRM", quantity=Decimal(750)), new_key())
    (booked,) = subject.connector.booked([order.order_id])
    assert [(line.quantity, line.unit) for line in booked.lines] == [(Decimal(750), "GRM")]


def test_a_lot_is_issued_and_another_is_made(subject: TrytonSubject) -> None:
    order = subject.new_order()
    line = GoodsIssueLine(order.lot_component_id, Quantity(Decimal(1), "KGM"), lot_id=order.lot_id)
    subject.connector.post(replace(issue_of(order), lines=(line,)), new_key())
    made = replace(confirmation_of(order, Decimal(5)), lot_id="G-1")
    assert subject.connector.post(made, new_key()).status == "posted"
    again = replace(confirmation_of(order, Decimal(6)), lot_id="G-1")
    assert subject.connector.post(again, new_key()).status == "posted"


def refused(order: OrderFacts) -> dict[str, GoodsIssue | ProductionConfirmation]:
    issue, confirmation = issue_of(order), confirmation_of(order, Decimal(1))
    line = issue.lines[0]
    return {
        "UOM_UNKNOWN": issue_of(order, component_unit="XXX"),
        "QTY_DIGITS": issue_of(
            order, component_id="SHAFT-08", component_unit="C62", quantity=Decimal("1.5")
        ),
        "QTY_NEGATIVE": issue_of(order, quantity=Decimal(-1)),
        "LOT_UNKNOWN": replace(issue, lines=(replace(line, lot_id="NO-LOT"),)),
        "LOCATION_UNKNOWN": replace(issue, lines=(replace(line, storage_location="NOWHERE"),)),
        "ITEM_NOT_PRODUCT": replace(confirmation, material_id="PUMP-20"),
    }


@pytest.mark.parametrize(
    "code",
    [
        "UOM_UNKNOWN",
        "QTY_DIGITS",
        "QTY_NEGATIVE",
        "LOT_UNKNOWN",
        "LOCATION_UNKNOWN",
        "ITEM_NOT_PRODUCT",
    ],
)
def test_what_is_refused_names_its_code_and_books_nothing(
    subject: TrytonSubject, code: str
) -> None:
    order, key = subject.new_order(), new_key()
    document = refused(order)[code]
    with pytest.raises((BusinessRejection, ContractError)) as caught:
        subject.connector.post(document, key)
    error: ErpError = caught.value
    assert error.code == code
    assert error.entity
    assert error.field
    assert subject.standing(key) == 0
    assert subject.open_movements(order.order_id) == 0
    assert subject.connector.find(key, document) is None


def test_words_that_others_put_into_the_reference_are_kept(
    subject: TrytonSubject,
) -> None:
    order, key = subject.new_order(), new_key()
    administrator = subject.administrator()
    (found,) = administrator.read(
        "production.search", [["number", "=", order.order_id]], 0, 1, None
    )
    administrator.call("production.write", [found], {"reference": "customer 4711"})
    subject.connector.post(issue_of(order), key)
    row = administrator.read("production.read", [found], ["reference"])[0]
    assert row["reference"].startswith("customer 4711 ")
    assert subject.standing(key) == 1


def test_movements_that_others_booked_come_without_a_key(subject: TrytonSubject) -> None:
    order = subject.new_order()
    administrator = subject.administrator()
    (found,) = administrator.read(
        "production.search_read",
        [["number", "=", order.order_id]],
        0,
        1,
        None,
        ["location", "warehouse.storage_location", "product"],
    )
    move = {
        "product": found["product"],
        "quantity": 4.0,
        "unit": 1,
        "from_location": found["location"],
        "to_location": found["warehouse."]["storage_location"],
        "unit_price": Decimal(1),
        "currency": 1,
    }
    administrator.call("production.write", [found["id"]], {"outputs": [["create", [move]]]})
    (booked_by_hand,) = administrator.read(
        "stock.move.search", [["production_output", "=", found["id"]]], 0, None, None
    )
    administrator.call("stock.move.do", [booked_by_hand])
    key = new_key()
    subject.connector.post(confirmation_of(order, Decimal(5)), key)
    documents = subject.connector.booked([order.order_id])
    assert {one.key: [line.quantity for line in one.lines] for one in documents} == {
        "": [Decimal(4)],
        key: [Decimal(5)],
    }


@pytest.mark.parametrize("kind", ["production_confirmation", "goods_issue", "scrap_report"])
def test_a_reversal_gives_the_stock_back(subject: TrytonSubject, kind: str) -> None:
    order, key = subject.new_order(), new_key()
    materials = [order.material_id, order.component_id]

    def stock() -> dict[str, Decimal]:
        return {name: stock_of(subject.connector, name) for name in materials}

    before = stock()
    document = document_of(kind, order)
    posted = subject.connector.post(document, key)
    assert stock() != before
    subject.connector.reverse(document, key, posted.document_id)
    assert stock() == before
    assert subject.connector.find(key, document) is None


def test_scrap_of_more_than_there_is_stays_refused_and_leaves_nothing(
    subject: TrytonSubject,
) -> None:
    order, key = subject.new_order(), new_key()
    report = document_of("scrap_report", order)
    assert isinstance(report, ScrapReport)
    more = replace(report, quantity=Quantity(Decimal(90_000_000), order.component_unit))
    for _ in range(2):
        with pytest.raises(BusinessRejection) as refusal:
            subject.connector.post(more, key)
        assert refusal.value.code == "STOCK_DEFICIT"
        assert subject.connector.find(key, more) is None
    assert not list(subject.connector.booked([order.order_id]))
    assert subject.connector.post(report, key).status == "posted"
    assert subject.standing(key) == 1


def test_every_journal_entry_of_a_posting_balances(subject: TrytonSubject) -> None:
    order = subject.new_order()
    subject.connector.post(issue_of(order, quantity=Decimal("12.345")), new_key())
    final = replace(confirmation_of(order, Decimal(7), scrap=Decimal(2)), final=True)
    subject.connector.post(final, new_key())
    unbalanced = subject.plant.cluster.sql(
        "SELECT m.id FROM account_move m JOIN account_move_line l ON l.move = m.id"
        " GROUP BY m.id HAVING SUM(l.debit) <> SUM(l.credit)",
        "plant",
    )
    assert unbalanced == ""
