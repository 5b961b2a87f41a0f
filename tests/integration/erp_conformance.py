"""What every connector must do, rule by rule, against an ERP that runs.

A connector's tests subclass :class:`ErpConformance` and give a fixture ``subject``. Each test is a
rule of the connector's ``quality.yaml``: ``test_a_lock_is_transient`` is ``a-lock-is-transient``.
A rule that is exempt there is skipped with its reason; every other one has to pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from integration.erp_documents import (
    KINDS,
    confirmation_of,
    document_of,
    issue_of,
    new_key,
    two_line_issue_of,
)
from integration.erp_subject import Fault, OrderFacts, Subject

from countersign.erp.documents import Document, ProductionConfirmation
from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ErpError,
    OutcomeUnknown,
    Transient,
)
from countersign.erp.port import ErpPort
from countersign.nouns.quantity import Quantity


class ErpConformance:
    """The rules."""

    @pytest.fixture(autouse=True)
    def _skip_exempt_rule(self, request: pytest.FixtureRequest, subject: Subject) -> Iterator[None]:
        reason = subject.exempt.get(rule_of(request.node.originalname))
        if reason is not None:
            pytest.skip(reason)
        subject.clear()
        yield
        subject.clear()

    @pytest.mark.parametrize("kind", KINDS)
    def test_posts_each_kind_once(self, subject: Subject, kind: str) -> None:
        key, document = new_key(), document_of(kind, subject.new_order())
        result = subject.connector.post(document, key)
        assert result.status == "posted"
        assert result.document_id
        assert subject.standing(key) == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_finds_what_is_posted_by_its_key(self, subject: Subject, kind: str) -> None:
        key, document = new_key(), document_of(kind, subject.new_order())
        posted = subject.connector.post(document, key)
        found = subject.connector.find(key, document)
        assert found is not None
        assert (found.status, found.document_id) == ("posted", posted.document_id)

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_absent_key_is_none(self, subject: Subject, kind: str) -> None:
        order = subject.new_order()
        subject.connector.post(document_of(kind, order), new_key())
        assert subject.connector.find(new_key(), document_of(kind, order)) is None

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_call_lost_before_booking_is_unknown_and_then_absent(
        self, subject: Subject, kind: str
    ) -> None:
        key, document = new_key(), document_of(kind, subject.new_order())
        subject.inject("lost_before_booking")
        with pytest.raises(OutcomeUnknown):
            subject.connector.post(document, key)
        assert subject.connector.find(key, document) is None
        assert subject.connector.post(document, key).status == "posted"
        assert subject.standing(key) == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_answer_lost_after_booking_is_unknown_and_then_found(
        self, subject: Subject, kind: str
    ) -> None:
        assert_unknown_then_found(subject, "lost_after_booking", kind)

    def test_an_answer_cut_in_the_middle_is_unknown_and_then_found(self, subject: Subject) -> None:
        assert_unknown_then_found(subject, "lost_in_answer", "production_confirmation")

    def test_an_html_page_for_an_answer_is_unknown(self, subject: Subject) -> None:
        assert_unknown_then_found(subject, "html_answer", "goods_issue")

    def test_a_late_booking_appears_within_the_settling_time(self, subject: Subject) -> None:
        key, document = new_key(), document_of("goods_issue", subject.new_order())
        subject.inject("late_booking")
        with pytest.raises(OutcomeUnknown):
            subject.connector.post(document, key)
        wait_until(
            lambda: subject.connector.find(key, document) is not None,
            within_s=subject.connector.capabilities().settle_s,
        )
        assert subject.standing(key) == 1

    def test_a_lock_is_transient(self, subject: Subject) -> None:
        assert_transient_then_posted(subject, "lock")

    def test_a_rate_limit_is_transient_and_says_how_long(self, subject: Subject) -> None:
        assert assert_transient_then_posted(subject, "rate_limit").retry_after_s

    def test_an_outage_is_transient(self, subject: Subject) -> None:
        assert_transient_then_posted(subject, "unavailable")

    def test_a_refused_connection_is_transient(self, subject: Subject) -> None:
        assert_transient_then_posted(subject, "connection_refused")

    def test_a_read_without_an_answer_is_transient(self, subject: Subject) -> None:
        key, document = new_key(), document_of("goods_issue", subject.new_order())
        subject.inject("connection_refused")
        with pytest.raises(Transient):
            subject.connector.find(key, document)

    def test_an_unknown_material_is_named(self, subject: Subject) -> None:
        document = issue_of(subject.new_order(), component_id="NO-SUCH-MATERIAL")
        error = assert_rejected(subject, document)
        assert (error.entity, error.field) == ("NO-SUCH-MATERIAL", "material_id")
        assert "NO-SUCH-MATERIAL" in error.text

    def test_a_wrong_unit_is_named(self, subject: Subject) -> None:
        order = subject.new_order()
        error = assert_rejected(subject, issue_of(order, component_unit=order.wrong_unit))
        assert (error.entity, error.field) == (order.component_id, "unit_of_measure")
        assert order.wrong_unit in error.text

    def test_an_unknown_order_is_named(self, subject: Subject) -> None:
        order = replace(subject.new_order(), order_id="99999999")
        error = assert_rejected(subject, document_of("production_confirmation", order))
        assert (error.entity, error.field) == ("99999999", "order_id")

    def test_an_order_that_is_not_released_is_named(self, subject: Subject) -> None:
        order = subject.new_order(released=False)
        error = assert_rejected(subject, document_of("production_confirmation", order))
        assert (error.entity, error.field) == (order.order_id, "order_id")

    def test_a_closed_period_is_named(self, subject: Subject) -> None:
        order = subject.new_order()
        error = assert_rejected(subject, issue_of(order, posting_date=order.closed_date))
        assert error.field == "posting_date"
        assert "period" in error.text

    def test_a_missing_lot_is_named(self, subject: Subject) -> None:
        order = subject.new_order()
        error = assert_rejected(subject, issue_of(order, component_id=order.lot_component_id))
        assert (error.entity, error.field) == (order.lot_component_id, "lot_id")

    def test_a_deficit_of_stock_is_named(self, subject: Subject) -> None:
        order = subject.new_order()
        error = assert_rejected(subject, issue_of(order, quantity=Decimal(900_000_000)))
        assert (error.entity, error.field) == (order.component_id, "quantity")

    def test_a_final_confirmation_closes_the_operation(self, subject: Subject) -> None:
        order = subject.new_order()
        document = document_of("production_confirmation", order)
        assert isinstance(document, ProductionConfirmation)
        subject.connector.post(replace(document, final=True), new_key())
        error = assert_rejected(subject, document)
        assert error.entity == order.order_id

    def test_over_delivery_asks_and_is_posted_once_approved(self, subject: Subject) -> None:
        order, key = subject.new_order(), new_key()
        document = confirmation_of(order, order.most + 1)
        asked = subject.connector.post(document, key)
        assert asked.status == "needs_approval"
        assert asked.warnings
        assert asked.text
        assert subject.standing(key) == 0
        posted = subject.connector.post(document, key, approved_warnings=asked.warnings)
        assert posted.status == "posted"
        assert subject.standing(key) == 1

    def test_an_expired_session_is_renewed(self, subject: Subject) -> None:
        key, document = new_key(), document_of("goods_issue", subject.new_order())
        subject.connector.check()
        subject.inject("expired_session")
        assert subject.connector.post(document, key).status == "posted"
        assert subject.standing(key) == 1

    def test_a_refused_login_stops(self, subject: Subject) -> None:
        connector = subject.with_wrong_password()
        with pytest.raises(ConfigurationError):
            connector.check()

    def test_a_partial_success_is_finished(self, subject: Subject) -> None:
        order, key = subject.new_order(), new_key()
        document = two_line_issue_of(order)
        subject.inject("partial_success")
        assert subject.connector.post(document, key).status == "posted"
        assert consumed(subject.connector, order) == {
            order.component_id: Decimal(2),
            order.second_component_id: Decimal(3),
        }

    def test_a_rest_that_is_refused_leaves_nothing_booked(self, subject: Subject) -> None:
        order, key = subject.new_order(), new_key()
        subject.inject("refused_after_partial_success")
        with pytest.raises(BusinessRejection):
            subject.connector.post(two_line_issue_of(order), key)
        assert subject.standing(key) == 0
        assert consumed(subject.connector, order) == {}

    @pytest.mark.parametrize("kind", KINDS)
    def test_reverses_once(self, subject: Subject, kind: str) -> None:
        key, document = new_key(), document_of(kind, subject.new_order())
        posted = subject.connector.post(document, key)
        first = subject.connector.reverse(document, key, posted.document_id)
        again = subject.connector.reverse(document, key, posted.document_id)
        assert first.status == again.status == "posted"
        assert first.document_id == again.document_id != posted.document_id
        assert subject.standing(key) == 0

    def test_a_reversal_whose_answer_is_lost_reverses_once(self, subject: Subject) -> None:
        order, key = subject.new_order(), new_key()
        document = issue_of(order)
        posted = subject.connector.post(document, key)
        subject.inject("lost_after_reversal")
        with pytest.raises(OutcomeUnknown):
            subject.connector.reverse(document, key, posted.document_id)
        assert subject.connector.reverse(document, key, posted.document_id).status == "posted"
        assert consumed(subject.connector, order) == {}

    def test_reversing_what_is_not_there_is_refused(self, subject: Subject) -> None:
        document = issue_of(subject.new_order())
        with pytest.raises(BusinessRejection):
            subject.connector.reverse(document, new_key(), "4711")

    def test_reads_orders_with_components_and_operations(self, subject: Subject) -> None:
        facts = subject.new_order()
        order = {order.order_id: order for order in subject.connector.orders()}[facts.order_id]
        assert (order.site_id, order.material_id) == (facts.site_id, facts.material_id)
        assert order.quantity == Quantity(facts.quantity, facts.unit)
        assert order.state == "released"
        assert facts.component_id in {component.material_id for component in order.components}
        assert facts.operation_id in {operation.operation_id for operation in order.operations}

    def test_reads_only_orders_changed_since(self, subject: Subject) -> None:
        facts = subject.new_order()
        recent = datetime.now(UTC) - timedelta(hours=1)
        future = datetime.now(UTC) + timedelta(hours=1)
        assert facts.order_id in {order.order_id for order in subject.connector.orders(recent)}
        assert list(subject.connector.orders(future)) == []

    def test_reads_materials(self, subject: Subject) -> None:
        facts = subject.new_order()
        materials = {material.material_id: material for material in subject.connector.materials()}
        assert materials[facts.material_id].unit == facts.unit
        assert materials[facts.component_id].unit == facts.component_unit
        assert materials[facts.lot_component_id].lot_managed

    def test_reads_stock_that_postings_move(self, subject: Subject) -> None:
        order = subject.new_order()
        before = stock_of(subject.connector, order.component_id)
        subject.connector.post(issue_of(order, quantity=Decimal("2.5")), new_key())
        assert stock_of(subject.connector, order.component_id) == before - Decimal("2.5")

    def test_reads_periods(self, subject: Subject) -> None:
        facts = subject.new_order()
        covering = {
            day: [
                period.is_open
                for period in subject.connector.periods()
                if period.starts_on <= day <= period.ends_on
            ]
            for day in (facts.open_date, facts.closed_date)
        }
        assert any(covering[facts.open_date])
        assert not any(covering[facts.closed_date])

    def test_reads_back_what_is_booked(self, subject: Subject) -> None:
        order, key = subject.new_order(), new_key()
        confirmation = confirmation_of(order, Decimal(5), scrap=Decimal(1))
        posted = subject.connector.post(confirmation, key)
        (booked,) = subject.connector.booked([order.order_id])
        assert (booked.key, booked.document_id) == (key, posted.document_id)
        assert (booked.kind, booked.order_id) == ("production_confirmation", order.order_id)
        assert not booked.reversed
        lines = [(line.movement, line.material_id, line.quantity) for line in booked.lines]
        assert ("yield", order.material_id, Decimal(5)) in lines
        assert ("scrap", order.material_id, Decimal(1)) in lines

    def test_marks_what_is_reversed(self, subject: Subject) -> None:
        order, key = subject.new_order(), new_key()
        document = issue_of(order)
        posted = subject.connector.post(document, key)
        subject.connector.reverse(document, key, posted.document_id)
        (booked,) = subject.connector.booked([order.order_id])
        assert booked.reversed

    def test_serves_several_threads(self, subject: Subject) -> None:
        orders = [subject.new_order() for _ in range(4)]
        keys = [new_key() for _ in orders]
        with ThreadPoolExecutor(len(orders)) as pool:
            results = list(pool.map(subject.connector.post, map(issue_of, orders), keys))
        assert {result.status for result in results} == {"posted"}
        assert len({result.document_id for result in results}) == len(orders)


def rules() -> set[str]:
    """Return the names of all rules."""
    return {rule_of(name) for name in vars(ErpConformance) if name.startswith("test_")}


def rule_of(test_name: str) -> str:
    """Return the rule that a test checks."""
    return test_name.removeprefix("test_").replace("_", "-")


def assert_unknown_then_found(subject: Subject, fault: Fault, kind: str) -> None:
    """Lose the answer of a call that was booked; reading back must find it."""
    key, document = new_key(), document_of(kind, subject.new_order())
    subject.inject(fault)
    with pytest.raises(OutcomeUnknown):
        subject.connector.post(document, key)
    found = subject.connector.find(key, document)
    assert found is not None
    assert found.status == "posted"
    assert subject.standing(key) == 1


def assert_transient_then_posted(subject: Subject, fault: Fault) -> Transient:
    """Let a call fail before it is booked; the same call must succeed later."""
    key, document = new_key(), document_of("goods_issue", subject.new_order())
    subject.inject(fault)
    with pytest.raises(Transient) as caught:
        subject.connector.post(document, key)
    assert caught.value.code
    assert caught.value.text
    subject.clear()
    assert subject.standing(key) == 0
    assert subject.connector.post(document, key).status == "posted"
    assert subject.standing(key) == 1
    return caught.value


def assert_rejected(subject: Subject, document: Document) -> ErpError:
    """Post what the ERP must refuse, and see that nothing of it is booked."""
    key = new_key()
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(document, key)
    error = caught.value
    assert error.code
    assert error.text.endswith(".")
    assert "{" not in error.text
    assert "?" not in error.text
    assert subject.standing(key) == 0
    if subject.connector.capabilities().searchable_key:
        assert subject.connector.find(key, document) is None
    return error


def consumed(connector: ErpPort, order: OrderFacts) -> dict[str, Decimal]:
    """Add up what stands as consumed for an order."""
    totals: dict[str, Decimal] = {}
    for document in connector.booked([order.order_id]):
        if document.reversed:
            continue
        for line in document.lines:
            if line.movement == "consumed":
                totals[line.material_id] = totals.get(line.material_id, Decimal(0)) + line.quantity
    return totals


def stock_of(connector: ErpPort, material_id: str) -> Decimal:
    """Add up the stock of a material."""
    return sum((level.quantity for level in connector.stock([material_id])), Decimal(0))


def wait_until(condition: Callable[[], bool], within_s: float) -> None:
    """Wait for a condition; fail when it does not come true in time."""
    deadline = time.monotonic() + within_s
    pause = 0.01
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(pause)
        pause = min(pause * 2, 0.2)
