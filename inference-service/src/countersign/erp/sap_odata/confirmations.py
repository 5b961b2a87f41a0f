"""Confirmations: what an operation produced, posted, found again and cancelled.

SAP may save a confirmation and fail to move its goods: the movement then waits in COGI. The
confirmation exists, so it is never sent again; reading back tells, and a person posts from COGI.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from countersign.erp.documents import GoodsIssueLine, ProductionConfirmation
from countersign.erp.errors import ErpError
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import guid_of, keyed_text, reversal_key
from countersign.erp.sap.movements import CONSUMING
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import odata_date, odata_time, read_decimal, same_id, short_id
from countersign.erp.sap.wording import (
    Confirmation,
    MovementRow,
    OrderComponent,
    Wording,
)
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row, nested
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.orders import OrderBook
from countersign.erp.sap_odata.query import Literal, equal
from countersign.erp.sap_odata.services import Service


@dataclass(frozen=True, slots=True)
class Form:
    """How production and process orders differ where they are confirmed."""

    service: Service
    entity_set: str
    movements: str
    cancel: str
    is_process: bool


FORMS = {
    "production": Form(
        services.CONFIRMATION,
        "ProdnOrdConf2",
        "to_ProdnOrdConfMatlDocItm",
        "CancelProdnOrdConf",
        is_process=False,
    ),
    "process": Form(
        services.PROCESS_CONFIRMATION,
        "ProcOrdConf2",
        "to_ProcOrdConfMatlDocItm",
        "CancelProcOrdConf",
        is_process=True,
    ),
}


class Confirmations:
    """Confirms operations of production and process orders."""

    def __init__(
        self, client: Client, wording: Wording, triage: Triage, order_book: OrderBook
    ) -> None:
        self._client = client
        self._wording = wording
        self._triage = triage
        self._order_book = order_book

    def post(self, document: ProductionConfirmation, key: str) -> PostResult:
        """Confirm once; raises ``OutcomeUnknown`` where goods are not moved yet."""
        form = self._form(document)
        components = self._components(document)
        confirmation = self._wording.confirmation(document, key, components)
        if form.is_process and confirmation.rework_quantity != "0":
            raise self._triage.refusal("NO_REWORK", document, value=confirmation.rework_quantity)
        body = body_of(confirmation, form)
        done = self._client.create(form.service, form.entity_set, body, document)
        document_id = id_of(done.row)
        awaited = self._awaited(confirmation, document, components)
        if awaited:
            row = self._standing(document, key, form)
            missing = _missing(awaited, row, form) if row else ""
            if missing:
                raise self._pending("MOVEMENT_PENDING", document, document_id, missing)
        return PostResult("posted", document_id=document_id, text=done.warnings)

    def find(self, document: ProductionConfirmation, key: str) -> PostResult | None:
        """Look for the confirmation that stands; raises a rejection where goods hang in COGI."""
        form = self._form(document)
        row = self._standing(document, key, form)
        if row is None:
            return None
        components = self._components(document)
        confirmation = self._wording.confirmation(document, key, components)
        missing = _missing(self._awaited(confirmation, document, components), row, form)
        if missing:
            raise self._pending("COGI", document, id_of(row), missing)
        return PostResult("posted", document_id=id_of(row))

    def reverse(self, document: ProductionConfirmation, key: str, document_id: str) -> PostResult:
        """Cancel what stands under the key; what is cancelled already stays so."""
        form = self._form(document)
        row = self._standing(document, key, form)
        if row is not None:
            values = {
                "ConfirmationGroup": row["ConfirmationGroup"],
                "ConfirmationCount": row["ConfirmationCount"],
                "PostingDate": document.posting_date,
                "ConfirmationText": keyed_text(key, "reversed", 40),
                "ExternalSystemConfirmation": guid_of(reversal_key(key)),
            }
            self._client.invoke(form.service, form.cancel, values, document)
        reversal = self._rows(form, guid_of(reversal_key(key)))
        if not reversal:
            raise self._triage.refusal("DOCUMENT_UNKNOWN", document, document=document_id)
        return PostResult("posted", document_id=id_of(reversal[0]))

    def expected_consumption(
        self, order_id: str, operation_id: str, good: Decimal, scrap: Decimal
    ) -> Iterator[GoodsIssueLine]:
        """Return what SAP proposes as consumption of so much yield and scrap."""
        form = FORMS[self._order_book.category(order_id)]
        values: dict[str, Literal] = {
            "OrderID": self._wording.limits.identifier(order_id, "order_id", 12),
            "OrderOperation": self._wording.limits.operation(operation_id),
            "ConfirmationYieldQuantity": good,
            "ConfirmationScrapQuantity": scrap,
        }
        if not form.is_process:
            values["Sequence"] = "0"
        for row in self._client.ask(form.service, "GetGdsMvtProposal", values):
            if row["GoodsMovementType"] in CONSUMING:
                yield self._wording.issue_line(
                    row["Material"],
                    read_decimal(row["QuantityInEntryUnit"]),
                    row["EntryUnit"],
                    row.get("Batch") or "",
                    row.get("StorageLocation") or "",
                )

    def _form(self, document: ProductionConfirmation) -> Form:
        return FORMS[self._order_book.category(document.order_id)]

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

    def _standing(self, document: ProductionConfirmation, key: str, form: Form) -> Row | None:
        rows = self._rows(form, guid_of(key))
        return next((row for row in rows if not (row["IsReversed"] or row["IsReversal"])), None)

    def _rows(self, form: Form, guid: UUID) -> list[Row]:
        query = {
            "$filter": equal("ExternalSystemConfirmation", guid),
            "$expand": form.movements,
        }
        return list(self._client.rows(form.service, form.entity_set, query))

    def _pending(
        self, code: str, document: ProductionConfirmation, document_id: str, material: str
    ) -> ErpError:
        error = self._triage.refusal(code, document, document=document_id, material=material)
        error.entity = material
        return error


def body_of(confirmation: Confirmation, form: Form) -> Row:
    """Write a confirmation in the words of OData."""
    body: Row = {
        "OrderID": confirmation.order,
        "OrderOperation": confirmation.operation,
        "ConfirmationText": confirmation.text,
        "IsFinalConfirmation": confirmation.is_final,
        "FinalConfirmationType": "X" if confirmation.is_final else "",
        "OpenReservationsIsCleared": False,
        "PostingDate": odata_date(confirmation.posting_date),
        "Plant": confirmation.plant,
        "ConfirmationUnit": confirmation.unit,
        "ConfirmationYieldQuantity": confirmation.yield_quantity,
        "ConfirmationScrapQuantity": confirmation.scrap_quantity,
        "EnteredByExternalUser": confirmation.external_user,
        "ExternalSystemConfirmation": confirmation.guid,
        "APIConfHasNoGoodsMovements": confirmation.moves_nothing,
        "VarianceReasonCode": confirmation.reason,
        "WorkCenter": confirmation.work_center,
        "Personnel": confirmation.personnel,
    }
    if not form.is_process:
        body["Sequence"] = "0"
        body["ConfirmationReworkQuantity"] = confirmation.rework_quantity
    for activity in confirmation.activities:
        body[f"OpWorkQuantityUnit{activity.position}"] = activity.unit
        body[f"OpConfirmedWorkQuantity{activity.position}"] = activity.quantity
    for moment, name in ((confirmation.started, "Start"), (confirmation.finished, "End")):
        if moment:
            body[f"ConfirmedExecution{name}Date"] = odata_date(moment[0])
            body[f"ConfirmedExecution{name}Time"] = odata_time(moment[1])
    if confirmation.rows:
        body[form.movements] = {"results": [_movement(row) for row in confirmation.rows]}
    return {name: value for name, value in body.items() if value != "" or name in _KEPT_EMPTY}


_KEPT_EMPTY = frozenset({"FinalConfirmationType"})


def _movement(row: MovementRow) -> Row:
    body = {
        "OrderID": row.order,
        "Material": row.material,
        "Plant": row.plant,
        "Reservation": row.reservation,
        "ReservationItem": row.reservation_item,
        "StorageLocation": row.storage_location,
        "Batch": row.batch,
        "GoodsMovementType": row.movement_type,
        "GoodsMovementRefDocType": row.ref_doc_type,
        "EntryUnit": row.unit,
        "QuantityInEntryUnit": row.quantity,
    }
    return {name: value for name, value in body.items() if value}


def id_of(row: Row) -> str:
    """Return the number of a confirmation as people write it: group and counter."""
    return f"{short_id(row['ConfirmationGroup'])}/{short_id(row['ConfirmationCount'])}"


def _missing(awaited: Sequence[str], row: Row, form: Form) -> str:
    """Return the first material that should have been consumed and was not."""
    moved = [
        item["Material"]
        for item in nested(row, form.movements)
        if item["GoodsMovementType"] in CONSUMING and item["MaterialDocument"]
    ]
    for material in awaited:
        if not any(same_id(material, other) for other in moved):
            return material
    return ""
