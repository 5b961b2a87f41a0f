"""Confirmations by BAPI_PRODORDCONF_CREATE_TT and _HDR: posted, found again, cancelled.

A time ticket has no field for a foreign key, so the key begins the confirmation's text, and is
found there among the confirmations of the order. Goods that could not be moved wait in COGI: the
confirmation exists and is never sent again.
"""

from __future__ import annotations

from collections.abc import Sequence

from countersign.erp.documents import ProductionConfirmation
from countersign.erp.errors import ErpError
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import key_in, keyed_text
from countersign.erp.sap.movements import CONSUMING
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import padded, same_id, short_id
from countersign.erp.sap.wording import Confirmation, OrderComponent, Wording
from countersign.erp.sap_rfc.fields import day, header_level, movement_item, time_ticket
from countersign.erp.sap_rfc.orders import OrderBook
from countersign.erp.sap_rfc.sessions import Sessions
from countersign.erp.sap_rfc.tables import Condition, Record, Tables, order_key
from countersign.erp.sap_rfc.transport import Parameters, Row

NOTHING_TO_ERROR_POOL = "0"
"""POST_WRONG_ENTRIES: otherwise SAP's error pool and our own retry would both post."""

FIELDS = "RUECK RMZHL AUFNR VORNR LTXA1 LMNGA XMNGA RMNGA MEINH STOKZ STZHL"


class Confirmations:
    """Confirms operations of production orders."""

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
        self._wording = wording
        self._triage = triage
        self._order_book = order_book

    def post(self, document: ProductionConfirmation, key: str) -> PostResult:
        """Confirm once; raises ``OutcomeUnknown`` where goods are not moved yet."""
        components = self._components(document)
        confirmation = self._wording.confirmation(document, key, components)
        with self._sessions.unit_of_work(document) as unit:
            answer = unit.call(function_of(confirmation), **parameters_of(confirmation))
            saved = _saved(answer)
            if saved is None:
                raise self._triage.refusal("UNREADABLE_ANSWER", document)
            unit.commit()
        missing = self._missing(self._awaited(confirmation, document, components), saved)
        if missing:
            raise self._pending("MOVEMENT_PENDING", document, id_of(*saved), missing)
        return PostResult("posted", document_id=id_of(*saved))

    def find(self, document: ProductionConfirmation, key: str) -> PostResult | None:
        """Look for the confirmation that stands; raises a rejection where goods hang in COGI."""
        row = self._standing(document, key)
        if row is None:
            return None
        saved = (row["RUECK"], row["RMZHL"])
        components = self._components(document)
        confirmation = self._wording.confirmation(document, key, components)
        missing = self._missing(self._awaited(confirmation, document, components), saved)
        if missing:
            raise self._pending("COGI", document, id_of(*saved), missing)
        return PostResult("posted", document_id=id_of(*saved))

    def reverse(self, document: ProductionConfirmation, key: str, document_id: str) -> PostResult:
        """Cancel what stands under the key; what is cancelled already stays so."""
        row = self._standing(document, key)
        if row is not None:
            with self._sessions.unit_of_work(document) as unit:
                unit.call(
                    "BAPI_PRODORDCONF_CANCEL",
                    CONFIRMATION=padded(row["RUECK"], 10),
                    CONFIRMATIONCOUNTER=padded(row["RMZHL"], 8),
                    POSTG_DATE=day(document.posting_date),
                    CONF_TEXT=keyed_text(key, "reversed", 40),
                )
                unit.commit()
        for reversal in self._rows(document, key):
            if is_reversal(reversal):
                return PostResult("posted", document_id=id_of(reversal["RUECK"], reversal["RMZHL"]))
        raise self._triage.refusal("DOCUMENT_UNKNOWN", document, document=document_id)

    def _components(self, document: ProductionConfirmation) -> Sequence[OrderComponent]:
        if not (document.consumed or self._order_book.backflushes):
            return ()
        return self._order_book.components(document.order_id)

    def _awaited(
        self,
        confirmation: Confirmation,
        document: ProductionConfirmation,
        components: Sequence[OrderComponent],
    ) -> list[str]:
        """Return the materials that the confirmation has to consume."""
        if confirmation.rows:
            consumed = [row for row in confirmation.rows if row.movement_type in CONSUMING]
            return [row.material for row in consumed]
        if confirmation.moves_nothing or not document.yield_quantity.value:
            return []
        return [
            row.material_id
            for row in components
            if row.backflushed and short_id(row.operation_id) == short_id(document.operation_id)
        ]

    def _missing(self, awaited: Sequence[str], saved: tuple[str, str]) -> str:
        """Return the first material that should have been consumed and was not."""
        if not awaited:
            return ""
        moved = [
            item["MATNR"]
            for item in movements_of(self._tables, *saved)
            if item["BWART"] in CONSUMING
        ]
        for material in awaited:
            if not any(same_id(material, other) for other in moved):
                return material
        return ""

    def _standing(self, document: ProductionConfirmation, key: str) -> Record | None:
        rows = self._rows(document, key)
        return next((row for row in rows if not (row["STOKZ"] or is_reversal(row))), None)

    def _rows(self, document: ProductionConfirmation, key: str) -> list[Record]:
        order = self._wording.limits.identifier(document.order_id, "order_id", 12)
        rows = self._tables.rows("AFRU", FIELDS, Condition("AUFNR", order_key(order)))
        return [row for row in rows if key_in(row["LTXA1"]) == key]

    def _pending(
        self, code: str, document: ProductionConfirmation, document_id: str, material: str
    ) -> ErpError:
        error = self._triage.refusal(code, document, document=document_id, material=material)
        error.entity = material
        return error


def function_of(confirmation: Confirmation) -> str:
    """Return the BAPI: time tickets confirm an operation, headers a whole order."""
    if confirmation.operation:
        return "BAPI_PRODORDCONF_CREATE_TT"
    return "BAPI_PRODORDCONF_CREATE_HDR"


def parameters_of(confirmation: Confirmation) -> Parameters:
    """Write a confirmation with its goods movements.

    Without a link SAP moves goods as the order says; a link to movement 0 forbids that.
    """
    rows: list[Row] = [movement_item(row) for row in confirmation.rows]
    links = range(1, len(rows) + 1) if rows else range(1) if confirmation.moves_nothing else ()
    parameters: Parameters = {
        "POST_WRONG_ENTRIES": NOTHING_TO_ERROR_POOL,
        "GOODSMOVEMENTS": rows,
        "LINK_CONF_GOODSMOV": [
            {"INDEX_CONFIRM": 1, "INDEX_GOODSMOV": number, "INDEX_GM_DEPEND": 0} for number in links
        ],
    }
    if confirmation.operation:
        return {**parameters, "TIMETICKETS": [time_ticket(confirmation)]}
    return {**parameters, "ATHDRLEVELS": [header_level(confirmation)]}


def movements_of(tables: Tables, group: str, count: str) -> list[Record]:
    """Return the items of the material documents that a confirmation made."""
    links = tables.rows(
        "AFWI",
        "MBLNR MJAHR MBLPO",
        Condition("RUECK", padded(group, 10)),
        Condition("RMZHL", padded(count, 8)),
    )
    found: list[Record] = []
    for link in links:
        found += tables.rows(
            "MSEG",
            "MBLNR MJAHR ZEILE BWART MATNR ERFMG ERFME",
            Condition("MBLNR", link["MBLNR"]),
            Condition("MJAHR", link["MJAHR"]),
            Condition("ZEILE", link["MBLPO"]),
        )
    return found


def is_reversal(row: Record) -> bool:
    """Tell whether a confirmation cancels another one."""
    return bool(row["STZHL"].strip("0")) and not row["STOKZ"]


def id_of(group: str, count: str) -> str:
    """Return the number of a confirmation as people write it: group and counter."""
    return f"{short_id(group)}/{short_id(count)}"


def _saved(answer: Parameters) -> tuple[str, str] | None:
    """Return group and counter of the ticket that was saved."""
    for row in answer.get("DETAIL_RETURN", []):
        group, count = str(row.get("CONF_NO", "")), str(row.get("CONF_CNT", ""))
        if group.strip("0") and count.strip("0"):
            return group, count
    return None
