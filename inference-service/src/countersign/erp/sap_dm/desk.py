"""The desk: carries a document out, which may take several calls.

Digital Manufacturing has no field that could be searched for the posting's key, and no call that
takes a confirmation back. So nothing is ever sent twice: whatever is unsure goes to a person, with
what is booked and what is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from countersign.erp.documents import (
    FloorDocument,
    GoodsIssue,
    GoodsIssueLine,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.erp.errors import ErpError, OutcomeUnknown
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import keyed_text
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.scrap import confirmed
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import same_id
from countersign.erp.sap_dm.activities import Activities
from countersign.erp.sap_dm.bodies import Bodies
from countersign.erp.sap_dm.client import Client, Row
from countersign.erp.sap_dm.shop_orders import ShopOrder, ShopOrders

QUANTITY = "/quantityConfirmation/v1/confirm"
FINAL = "/quantityConfirmation/v1/reportOperationActivityFinalConfirmation"
ACTIVITY = "/activityConfirmation/v1/confirm"
GOODS_ISSUE = "/processorder/v1/goodsissue"
COMMENT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a document, and what it does in the words of a clerk."""

    path: str
    body: Row
    words: str


class Desk:
    """Posts the documents of the floor."""

    def __init__(
        self, client: Client, orders: ShopOrders, profile: Profile, activities: Activities
    ) -> None:
        self._client = client
        self._orders = orders
        self._profile = profile
        self._triage: Triage = profile.triage
        self._activities = activities
        self._bodies = Bodies(profile, profile.triage)

    def post(self, document: FloorDocument, key: str) -> PostResult:
        """Carry out all calls of a document.

        Raises:
            OutcomeUnknown: a call after the first failed, or its answer is lost.
        """
        order = self._orders.of(document)
        steps = self.steps(document, key, order)
        for position, step in enumerate(steps):
            try:
                self._client.post(step.path, step.body, document)
            except ErpError as error:
                if position == 0:
                    raise
                raise self._half_done(document, steps, position, error) from error
        left = ""
        if isinstance(document, ProductionConfirmation):
            left = self._activities.unsent(document)
        place = f"{order.number}/{document.operation_id}/{order.sfc}"
        return PostResult("posted", document_id=place, text=left)

    def steps(self, document: FloorDocument, key: str, order: ShopOrder) -> list[Step]:
        """Return the calls that a document takes, all checked before the first is sent."""
        comments = keyed_text(key, document.text, COMMENT_LENGTH)
        if isinstance(document, ScrapReport):
            if same_id(document.material_id, order.material):
                return self._confirmation(confirmed(document), order)
            line = GoodsIssueLine(document.material_id, document.quantity, document.lot_id)
            reason = keyed_text(key, f"scrap {document.reason_code}", COMMENT_LENGTH)
            return [self._issue(document, line, order, reason)]
        if isinstance(document, GoodsIssue):
            return [self._issue(document, line, order, comments) for line in document.lines]
        return self._confirmation(document, order)

    def _confirmation(self, document: ProductionConfirmation, order: ShopOrder) -> list[Step]:
        if document.rework_quantity is not None and document.rework_quantity.value:
            raise self._triage.refusal("DM_NO_REWORK", document)
        final = document.final and self._profile.closes_operations
        scrap = document.scrap_quantity.value if document.scrap_quantity else Decimal(0)
        times = list(self._activities.times(document))
        steps = []
        if times:
            body = self._bodies.activities(document, order, times)
            steps.append(Step(ACTIVITY, body, "the times"))
        if document.yield_quantity.value or scrap:
            body = self._bodies.quantities(document, order, final=final)
            steps.append(Step(QUANTITY, body, "the quantities"))
        elif final:
            body = self._bodies.operation(document, order)
            steps.append(Step(FINAL, body, "the end of the operation"))
        if not steps:
            raise self._triage.refusal("DM_NOTHING", document)
        return steps

    def _issue(
        self, document: FloorDocument, line: GoodsIssueLine, order: ShopOrder, comments: str
    ) -> Step:
        body = self._bodies.goods_issue(document, order, line.material_id, line.quantity, comments)
        if line.lot_id:
            body["inventoryId"] = self._inventory(order, line)
        return Step(GOODS_ISSUE, body, f"material {line.material_id}")

    def _inventory(self, order: ShopOrder, line: GoodsIssueLine) -> str:
        """Return the inventory in which a lot lies, at the place named if one is."""
        query = {
            "plant": order.plant,
            "material": line.material_id,
            "batchNumber": line.lot_id or "",
        }
        wanted = self._profile.codes.to_sap("storage_location", line.storage_location or "")
        for row in self._client.rows("/inventory/v1/inventories", query):
            if not wanted or row.get("storageLocation") == wanted:
                return str(row["inventoryId"])
        raise self._triage.refusal("DM_NO_LOT", lot=line.lot_id, material=line.material_id)

    def _half_done(
        self, document: FloorDocument, steps: list[Step], position: int, cause: ErpError
    ) -> ErpError:
        error = self._triage.refusal(
            "DM_HALF_DONE",
            document,
            done=_listed(steps[:position]),
            rest=_listed(steps[position:]),
            cause=cause.text.rstrip("."),
        )
        return error if isinstance(error, OutcomeUnknown) else OutcomeUnknown(error.text)


def _listed(steps: list[Step]) -> str:
    return ", ".join(step.words for step in steps)
