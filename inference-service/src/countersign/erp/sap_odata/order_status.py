"""Order status: release, technical completion, and a note that holds an order.

A status has no field for a key and needs none: an order that is released is released once.
"""

from __future__ import annotations

from countersign.erp.documents import OrderStatusChange
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import keyed_text
from countersign.erp.sap.triage import Message, Triage, severity_of
from countersign.erp.sap.values import short_id
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_odata.answers import Row
from countersign.erp.sap_odata.client import Client, Done
from countersign.erp.sap_odata.orders import FORMS, OrderBook, OrderForm
from countersign.erp.sap_odata.query import Literal, entity, equal

HELD = "HOLD"
_STATUS_FLAG = {"release": "OrderIsReleased", "technical_completion": "OrderIsTechnicallyCompleted"}


class OrderStatuses:
    """Changes what may happen to an order."""

    def __init__(
        self, client: Client, wording: Wording, triage: Triage, order_book: OrderBook
    ) -> None:
        self._client = client
        self._wording = wording
        self._triage = triage
        self._order_book = order_book

    def post(self, document: OrderStatusChange, key: str) -> PostResult:
        """Release, complete technically, or write the note that holds the order."""
        form = FORMS[self._order_book.category(document.order_id)]
        order = self._order(document)
        if document.action == "hold":
            self._hold(document, key, form)
        else:
            done = self._invoked(document, form)
            self._refuse_if_told(done, document)
        self._order_book.forget(document.order_id)
        return PostResult("posted", document_id=order)

    def find(self, document: OrderStatusChange, key: str) -> PostResult | None:
        """Look whether the order, or its operation, has the status or the note."""
        form = FORMS[self._order_book.category(document.order_id)]
        if document.action == "release" and document.operation_id:
            is_done = self._operation_is_released(document, form)
        else:
            row = self._client.row(form.service, self._path(document, form)) or {}
            if document.action == "hold":
                is_done = key in (row.get("OrderLongText") or "")
            else:
                is_done = bool(row.get(_STATUS_FLAG[document.action]))
        return PostResult("posted", document_id=self._order(document)) if is_done else None

    def _function(
        self, document: OrderStatusChange, form: OrderForm
    ) -> tuple[str, dict[str, Literal]]:
        """Return the function and its values that change the status."""
        order = self._order(document)
        if document.action == "technical_completion":
            return "TechlyCmpltOrder", {"ManufacturingOrder": order}
        if document.operation_id is None:
            return "ReleaseOrder", {"ManufacturingOrder": order}
        if form is FORMS["process"]:
            raise self._triage.refusal("NO_OPERATION_RELEASE", document)
        return "ReleaseOperation", {
            "ManufacturingOrder": order,
            "ManufacturingOrderOperation": self._wording.limits.operation(document.operation_id),
            "ManufacturingOrderSequence": "0",
        }

    def _invoked(self, document: OrderStatusChange, form: OrderForm) -> Done:
        function, values = self._function(document, form)
        return self._client.invoke(form.service, function, values, document)

    def _hold(self, document: OrderStatusChange, key: str, form: OrderForm) -> None:
        path = self._path(document, form)
        row = self._client.row(form.service, path)
        if row is None:
            raise self._triage.refusal("ORDER_MISSING", document)
        note = f"{HELD} {keyed_text(key, document.text, 200)}"
        before = row.get("OrderLongText") or ""
        text = f"{before}\n{note}" if before else note
        self._client.change(form.service, path, {"OrderLongText": text}, document)

    def _refuse_if_told(self, done: Done, document: OrderStatusChange) -> None:
        """Raise what a function tells in its answer though the call itself succeeded."""
        message = _function_message(done.row)
        if message is not None and message.is_error:
            raise self._triage.error([message], document)

    def _operation_is_released(self, document: OrderStatusChange, form: OrderForm) -> bool:
        operation = self._wording.limits.operation(document.operation_id)
        query = {"$filter": equal("ManufacturingOrder", self._order(document))}
        entity_set = form.component_set.replace("Component", "Operation")
        rows = self._client.rows(form.service, entity_set, query)
        return any(
            row["OperationIsReleased"]
            for row in rows
            if short_id(row["ManufacturingOrderOperation"]) == short_id(operation)
        )

    def _path(self, document: OrderStatusChange, form: OrderForm) -> str:
        return entity(form.entity_set, ManufacturingOrder=self._order(document))

    def _order(self, document: OrderStatusChange) -> str:
        return self._wording.limits.identifier(document.order_id, "order_id", 12)


def _function_message(row: Row) -> Message | None:
    name, number = row.get("SystemMessageIdentification"), row.get("SystemMessageNumber")
    if not (name and number):
        return None
    variables = tuple(str(row.get(f"SystemMessageVariable{n}") or "") for n in range(1, 5))
    text = row.get("SystemMessageLongText") or row.get("SystemMessageText") or ""
    return Message(
        code=f"{name}/{str(number).zfill(3)}",
        text=text or " ".join(filter(None, variables)),
        severity=severity_of(str(row.get("SystemMessageType") or "S")),
        variables=variables,
    )
