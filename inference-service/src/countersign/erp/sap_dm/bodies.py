"""The bodies: our documents as the requests of Digital Manufacturing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal

from countersign.erp.documents import FloorDocument, ProductionConfirmation
from countersign.erp.sap.limits import Limits
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Triage
from countersign.erp.sap_dm.client import Row
from countersign.erp.sap_dm.shop_orders import ShopOrder
from countersign.nouns.quantity import Quantity

NOON = time(12)
REASON_LENGTH = 38
LOT_LENGTH = 10


class Bodies:
    """Writes requests; what S/4HANA has no room for is refused here, as S/4HANA gets it in the end.

    Quantities are JSON numbers. They have 13 digits at most, so a double holds each exactly as far
    as its decimal text goes.
    """

    def __init__(self, profile: Profile, triage: Triage) -> None:
        self._profile = profile
        self._triage = triage
        self._limits = Limits(triage)

    def quantities(self, document: ProductionConfirmation, order: ShopOrder, *, final: bool) -> Row:
        """Write the good and bad pieces of a confirmation; the unit must be one."""
        scrap = document.scrap_quantity
        if scrap is not None and scrap.unit != document.yield_quantity.unit:
            units = f"{document.yield_quantity.unit} and {scrap.unit}"
            raise self._triage.refusal("UNIT_DIFFERS", document, units=units)
        body: Row = {
            **self.operation(document, order),
            "workCenter": self._work_center(document, order),
            "yieldQuantity": self._number(document.yield_quantity, "yield_quantity"),
            "yieldQuantityUnit": self._unit(document.yield_quantity),
            "postedBy": self._posted_by(document),
            "postingDateTime": self._moment(document).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        if scrap is not None and scrap.value:
            body["scrapQuantity"] = self._number(scrap, "scrap_quantity")
            body["scrapQuantityUnit"] = self._unit(scrap)
        if document.scrap_reason_code:
            reason = self._profile.codes.to_sap("variance_reason", document.scrap_reason_code)
            body["reasonCodeKey"] = self._limits.text(reason, "scrap_reason_code", REASON_LENGTH)
        if document.lot_id:
            body["batchNumber"] = self._limits.text(document.lot_id, "lot_id", LOT_LENGTH)
        if document.storage_location:
            place = self._profile.codes.to_sap("storage_location", document.storage_location)
            body["storageLocation"] = self._limits.text(place, "storage_location", 4)
        if final:
            body["finalConfirmation"] = True
        return body

    def operation(self, document: FloorDocument, order: ShopOrder) -> Row:
        """Write which operation of which SFC it is about."""
        return {
            "plant": order.plant,
            "shopOrder": order.number,
            "sfc": order.sfc,
            "operationActivity": self._step(document, order)[0],
        }

    def activities(
        self,
        document: ProductionConfirmation,
        order: ShopOrder,
        times: Iterable[tuple[str, Quantity]],
    ) -> Row:
        """Write the times of a confirmation."""
        moment = self._moment(document).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {
            **self.operation(document, order),
            "stepId": str(self._step(document, order)[1]["stepId"]),
            "workCenter": self._work_center(document, order),
            "activities": [
                {
                    "activityId": activity,
                    "quantity": self._number(spent, "quantity"),
                    "unitOfMeasure": self._unit(spent),
                    "postedBy": self._posted_by(document),
                    "postingDateTime": moment,
                }
                for activity, spent in times
            ],
        }

    def goods_issue(
        self,
        document: FloorDocument,
        order: ShopOrder,
        material_id: str,
        quantity: Quantity,
        comments: str,
    ) -> Row:
        """Write the issue of one material."""
        line = order.component(material_id)
        name = self._limits.identifier(material_id, "material_id", 40)
        component: Row = {"material": line["material"] if line else {"material": name}}
        body: Row = {
            "plant": order.plant,
            "order": order.number,
            "charge": order.sfc,
            "phase": self._step(document, order)[0],
            "workCenter": self._work_center(document, order),
            "component": component,
            "isBomComponent": line is not None,
            "quantity": self._number(quantity, "quantity"),
            "unitOfMeasure": self._unit(quantity),
            "postedBy": self._posted_by(document),
            "postingDateTime": self._moment(document).strftime("%Y-%m-%d %H:%M:%S"),
            "comments": comments,
        }
        if line is not None:
            component["sequence"] = line["sequence"]
            body["bom"] = order.bom
        return body

    def _step(self, document: FloorDocument, order: ShopOrder) -> tuple[str, Row]:
        name = self._limits.operation(document.operation_id)
        step = order.steps.get(name)
        if step is None:
            raise self._triage.refusal("DM_NO_OPERATION", document)
        return name, step

    def _work_center(self, document: FloorDocument, order: ShopOrder) -> str:
        given = getattr(document, "work_center_id", None)
        if given:
            return self._profile.codes.to_sap("work_center", given)
        return str(self._step(document, order)[1]["workCenter"]["workCenter"])

    def _posted_by(self, document: FloorDocument) -> str:
        return document.person_id or self._profile.external_user

    def _moment(self, document: FloorDocument) -> datetime:
        """Return when it is posted: at noon of the posting date, where the day is sure."""
        local = datetime.combine(document.posting_date, NOON, self._profile.time_zone)
        return local.astimezone(UTC)

    def _number(self, quantity: Quantity, field: str) -> int | float:
        text = self._limits.quantity(quantity.value, field)
        return float(text) if "." in text else int(Decimal(text))

    def _unit(self, quantity: Quantity) -> str:
        unit = self._profile.codes.to_sap("unit", quantity.unit)
        return self._limits.text(unit, "unit_of_measure", 3)
