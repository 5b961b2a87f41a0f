"""Order posting: a goods issue or a confirmation booked on its production order, once.

The first call that writes creates the movements together with their key (see ``ledger``). What
follows is driven by the state that is read back, or that a call is sure to lead to (see
``steps``). A refusal on the way takes the movements and the key away again, so that nothing of a
refused document stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from countersign.erp.documents import ProductionConfirmation
from countersign.erp.errors import BusinessRejection, ContractError, Transient
from countersign.erp.port import PostResult
from countersign.erp.tryton import steps
from countersign.erp.tryton.client import Client
from countersign.erp.tryton.movements import Movements, OrderDocument
from countersign.erp.tryton.questions import (
    UNDER_TOLERANCE,
    answers_itself,
    name_of,
    under_tolerance_names,
)
from countersign.erp.tryton.refusal import Question, Refusals
from countersign.erp.tryton.scrap_posting import REVERSED
from countersign.erp.tryton.steps import Step
from countersign.erp.tryton.work_order import WorkOrder, read_work_orders

Answers = Callable[[Question, Step], bool]
"""Tells whether a warning may be skipped on the way of a step."""


class OrderPosting:
    """Books documents whose movements stand on a production order."""

    def __init__(
        self, client: Client, movements: Movements, refusals: Refusals, *, closes_orders: bool
    ) -> None:
        self._client = client
        self._movements = movements
        self._refusals = refusals
        self._closes_orders = closes_orders

    def post(self, document: OrderDocument, key: str, approved: Collection[str]) -> PostResult:
        """Book the document, or go on where an earlier call was cut off."""
        order = self._read(document.order_id)
        if order.ledger.entry(key) is None:
            order = self._begin(document, key, order)
        return self._finish(document, key, order, approved)

    def find(self, document: OrderDocument, key: str) -> PostResult | None:
        """Finish what was begun under the key; ``None`` when nothing is booked under it.

        A refusal on the way, which undoes what was begun, is ``None`` too: posting again will
        meet it and tell.
        """
        found = read_work_orders(self._client, [["number", "=", document.order_id]])
        if not found or _is_absent(found[0], key):
            return None
        order = found[0]
        try:
            result = self._finish(document, key, order, ())
        except (BusinessRejection, ContractError):
            return None
        return result if result.status == "posted" else None

    def reverse(self, document: OrderDocument, key: str, document_id: str) -> PostResult:
        """Cancel the movements of the key, which books them and their journal entries back."""
        order = self._read(document.order_id)
        moves = order.moves_of(key)
        is_known = order.ledger.entry(key) is not None
        if not is_known and not order.ledger.is_reversed(key):
            raise self._refusals.error("DOCUMENT_UNKNOWN", {"document": document_id})
        standing = [move.move_id for move in moves if move.state != "cancelled"]
        if standing:
            self._client.call("stock.move.cancel", standing)
        elif is_known and not moves:
            self._write(order, {"reference": order.ledger.with_reversed(key).reference})
        return PostResult("posted", document_id=f"{_document_id(order, key)}{REVERSED}")

    def _begin(self, document: OrderDocument, key: str, order: WorkOrder) -> WorkOrder:
        """Create the movements and the key in one call, in place of the planned movements."""
        self._require_open(order)
        created = self._movements.compose(document, order)
        if order.state == "assigned" and order.planned("inputs"):
            self._call("wait", order)
            order = self._read(document.order_id)
        changes: dict[str, list[object]] = {
            "inputs": [["delete", order.planned("inputs")]],
            "outputs": [["delete", order.planned("outputs")]],
        }
        if created:
            changes[self._movements.side(document)].append(["create", created])
        reference = order.ledger.with_key(key, order.mark).reference
        self._write(order, {**changes, "reference": reference})
        return self._reread(document, order)

    def _require_open(self, order: WorkOrder) -> None:
        if order.state in steps.OPEN_ORDERS:
            return
        code = "ORDER_CLOSED" if order.state in ("done", "cancelled") else "ORDER_NOT_RELEASED"
        raise self._refusals.error(code, {"order": order.number, "state": order.state})

    def _finish(
        self, document: OrderDocument, key: str, order: WorkOrder, approved: Collection[str]
    ) -> PostResult:
        products = {move.product_id for move in order.moves_of(key)}

        def answers(question: Question, step: Step) -> bool:
            return name_of(question) in approved or answers_itself(
                question, step, order.production_id, products
            )

        def next_step(now: WorkOrder) -> Step | None:
            return self._next_step(document, key, now)

        try:
            last = steps.last_step_of_issue()
            if isinstance(document, ProductionConfirmation):
                last = steps.last_step_of_confirmation(final=self._closes(document))
            order = self._walk(document, key, order, next_step, answers, last)
        except Question as question:
            self._undo(document, key)
            return _needs_approval(question, approved, order)
        except (BusinessRejection, ContractError):
            self._undo(document, key)
            raise
        except Transient as error:
            raise self._half_done(order, error) from error
        return PostResult("posted", document_id=_document_id(order, key))

    def _next_step(self, document: OrderDocument, key: str, order: WorkOrder) -> Step | None:
        if isinstance(document, ProductionConfirmation):
            return steps.next_step_of_confirmation(order, key, final=self._closes(document))
        return steps.next_step_of_issue(order, key)

    def _closes(self, document: ProductionConfirmation) -> bool:
        return self._closes_orders and document.final and document.to_stock

    def _walk(
        self,
        document: OrderDocument,
        key: str,
        order: WorkOrder,
        next_step: Callable[[WorkOrder], Step | None],
        answers: Answers,
        last: Step,
    ) -> WorkOrder:
        """Take step after step until none is left, and return the order as it was read last.

        A call is one transaction, so what it leads to need not be read where nothing else can
        come of it: after ``wait`` the order waits, and after the ``last`` step all is done.
        """
        while (step := next_step(order)) is not None:
            self._take(step, key, order, answers)
            if step == last:
                return order
            if step == "wait":
                order = replace(order, state="waiting")
                continue
            order = self._reread(document, order)
            if step == "assign_try" and order.state == "waiting":
                raise self._deficit(order)
        return order

    def _take(self, step: Step, key: str, order: WorkOrder, answers: Answers) -> None:
        skipped: set[str] = set()
        while True:
            try:
                self._call(step, order, key)
                return
            except Question as question:
                if question.name in skipped or not answers(question, step):
                    raise
                for name, always in _asked_with(question, order).items():
                    self._client.call("res.user.warning.skip", name, always)
                skipped.add(question.name)

    def _call(self, step: Step, order: WorkOrder, key: str = "") -> None:
        if step == "do_moves":
            moves = [move.move_id for move in order.moves_of(key) if move.is_open]
            self._client.call("stock.move.do", moves)
        else:
            self._client.call(f"production.{step}", [order.production_id])

    def _undo(self, document: OrderDocument, key: str) -> None:
        """Take the movements and the key away again; the order goes on running without them."""
        try:
            order = self._read(document.order_id)
            moves = order.moves_of(key)
            if any(move.state == "assigned" for move in moves):
                self._call("wait", order)
                order = self._read(document.order_id)
            self._write(
                order,
                {
                    self._movements.side(document): [["delete", [move.move_id for move in moves]]],
                    "reference": order.ledger.without_key(key).reference,
                },
            )
            order = self._reread(document, order)
            self._walk(document, key, order, steps.next_step_to_start, lambda *_: True, "run")
        except (Question, BusinessRejection, ContractError, Transient) as error:
            raise self._half_done(order, error) from error

    def _write(self, order: WorkOrder, changes: dict[str, object]) -> None:
        """Write the order, unless someone else has written it since it was read."""
        stamp = {"_timestamp": {f"production,{order.production_id}": order.timestamp}}
        self._client.call("production.write", [order.production_id], changes, context=stamp)

    def _read(self, order_id: str) -> WorkOrder:
        found = read_work_orders(self._client, [["number", "=", order_id]])
        if not found:
            raise self._refusals.error("ORDER_UNKNOWN", {"order": order_id})
        return found[0]

    def _reread(self, document: OrderDocument, before: WorkOrder) -> WorkOrder:
        """Read the order after a write: from here on a failure leaves the posting half done."""
        try:
            return self._read(document.order_id)
        except Transient as error:
            raise self._half_done(before, error) from error

    def _deficit(self, order: WorkOrder) -> Exception:
        short = [move for move in order.moves if move.side == "inputs" and move.state == "draft"]
        item = short[0].product if short else order.product
        return self._refusals.error("STOCK_DEFICIT", {"item": item, "order": order.number})

    def _half_done(self, order: WorkOrder, error: Exception) -> Exception:
        return self._refusals.error("HALF_DONE", {"order": order.number, "text": str(error)})


def _asked_with(question: Question, order: WorkOrder) -> dict[str, bool]:
    """Return the warnings to skip with a question, and whether for good.

    Tryton asks about one material after the other, and refuses the whole call each time.
    """
    if question.kind != UNDER_TOLERANCE:
        return {question.name: False}
    inputs = {move.product_id for move in order.moves if move.side == "inputs"}
    names = under_tolerance_names(order.production_id, inputs)
    return dict.fromkeys([question.name, *names], True)


def _is_absent(order: WorkOrder, key: str) -> bool:
    """Tell whether nothing stands under the key: never booked, or booked and reversed."""
    moves = order.moves_of(key)
    if not moves:
        return order.ledger.entry(key) is None
    return all(move.state == "cancelled" for move in moves)


def _document_id(order: WorkOrder, key: str) -> str:
    """Name a document by its first movement, or by its key where nothing moved."""
    moves = [str(move.move_id) for move in order.moves_of(key)]
    return f"{order.number}/{min(moves, key=int) if moves else key}"


def _needs_approval(question: Question, approved: Collection[str], order: WorkOrder) -> PostResult:
    return PostResult(
        "needs_approval",
        code=question.kind,
        text=question.text,
        entity=order.number,
        warnings=(*approved, name_of(question)),
    )
