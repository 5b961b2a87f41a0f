"""Order status: release and technical completion of production orders.

A status has no field for a key and needs none: an order that is released is released once.
"""

from __future__ import annotations

from countersign.erp.documents import OrderStatusChange
from countersign.erp.port import PostResult
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_rfc.orders import OrderBook
from countersign.erp.sap_rfc.sessions import Sessions
from countersign.erp.sap_rfc.tables import Condition, Tables, order_key

_FUNCTIONS = {
    "release": ("BAPI_PRODORD_RELEASE", "PHAS1"),
    "technical_completion": ("BAPI_PRODORD_COMPLETE_TECH", "PHAS2"),
}


class OrderStatuses:
    """Changes what may happen to an order; holding one, or one operation, has no BAPI."""

    def __init__(
        self,
        sessions: Sessions,
        tables: Tables,
        wording: Wording,
        triage: Triage,
        order_book: OrderBook,
    ) -> None:
        self._sessions = sessions
        self._tables = tables
        self._limits = wording.limits
        self._triage = triage
        self._order_book = order_book

    def post(self, document: OrderStatusChange, key: str) -> PostResult:
        """Release or complete technically."""
        function, _ = self._function(document)
        order = self._order(document)
        with self._sessions.unit_of_work(document) as unit:
            unit.call(function, ORDERS=[{"ORDER_NUMBER": order_key(order)}])
            unit.commit()
        self._order_book.forget(document.order_id)
        return PostResult("posted", document_id=order)

    def find(self, document: OrderStatusChange, key: str) -> PostResult | None:
        """Look whether the order has the status, or one that follows it."""
        _, flag = self._function(document)
        order = self._order(document)
        wanted = Condition("AUFNR", order_key(order))
        for row in self._tables.rows("AUFK", f"AUFNR {flag}", wanted):
            if row[flag]:
                return PostResult("posted", document_id=order)
        return None

    def _order(self, document: OrderStatusChange) -> str:
        return self._limits.identifier(document.order_id, "order_id", 12)

    def _function(self, document: OrderStatusChange) -> tuple[str, str]:
        if document.action not in _FUNCTIONS or document.operation_id:
            raise self._triage.refusal("NO_SUCH_BAPI", document)
        return _FUNCTIONS[document.action]
