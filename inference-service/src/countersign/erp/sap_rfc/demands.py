"""Purchase requisitions by BAPI_PR_CREATE, found again by the tracking number of their items.

A field of the BAPI counts only where its X structure has an X. The tracking number (BEDNR) has ten
places, so it holds 50 bits of the key's reference.
"""

from __future__ import annotations

from countersign.erp.documents import DemandLine, PurchaseRequisition
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import reference_of
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import cut, one_line, padded, same_id, short_id
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_rfc.fields import day, filled, material
from countersign.erp.sap_rfc.sessions import Sessions
from countersign.erp.sap_rfc.tables import Condition, Tables
from countersign.erp.sap_rfc.transport import Parameters, Row

TRACKING_LENGTH = 10
FOR_ORDER, FOR_COST_CENTER = "F", "K"
_NUMBERS = frozenset({"PREQ_ITEM", "SERIAL_NO"})


class Requisitions:
    """Creates purchase requisitions."""

    def __init__(
        self,
        sessions: Sessions,
        tables: Tables,
        wording: Wording,
        triage: Triage,
        profile: Profile,
    ) -> None:
        self._sessions = sessions
        self._tables = tables
        self._wording = wording
        self._triage = triage
        self._profile = profile

    def post(self, document: PurchaseRequisition, key: str) -> PostResult:
        """Create a requisition with all its items."""
        parameters = self.parameters(document, key)
        with self._sessions.unit_of_work(document) as unit:
            answer = unit.call("BAPI_PR_CREATE", **parameters)
            number = str(answer.get("NUMBER", ""))
            if not number.strip("0 "):
                raise self._triage.refusal("UNREADABLE_ANSWER", document)
            unit.commit()
        return PostResult("posted", document_id=short_id(number))

    def find(self, document: PurchaseRequisition, key: str) -> PostResult | None:
        """Look for an item with the tracking number and the first material."""
        tracked = Condition("BEDNR", tracking_number(key))
        for row in self._tables.rows("EBAN", "BANFN MATNR LOEKZ", tracked):
            if same_id(row["MATNR"], document.lines[0].material_id) and not row["LOEKZ"]:
                return PostResult("posted", document_id=short_id(row["BANFN"]))
        return None

    def parameters(self, document: PurchaseRequisition, key: str) -> Parameters:
        """Write a requisition with the marks of its fields."""
        head = {"PR_TYPE": self._profile.requisition_type}
        numbered = [
            (f"{position * 10:05d}", line) for position, line in enumerate(document.lines, start=1)
        ]
        items = [self._item(document, line, number, key) for number, line in numbered]
        accounts = [self._account(document, number) for number, _ in numbered]
        accounts = [row for row in accounts if row.keys() > _NUMBERS]
        return {
            "PRHEADER": head,
            "PRHEADERX": {"PR_TYPE": "X"},
            "PRITEM": items,
            "PRITEMX": [_marks(row) for row in items],
            "PRACCOUNT": accounts,
            "PRACCOUNTX": [_marks(row) for row in accounts],
        }

    def _item(self, document: PurchaseRequisition, line: DemandLine, number: str, key: str) -> Row:
        limits = self._wording.limits
        group = document.purchasing_group or self._profile.purchasing_group
        category = FOR_ORDER if document.production_order_id else FOR_COST_CENTER
        is_assigned = document.production_order_id or document.cost_center
        item = {
            "PREQ_ITEM": number,
            **material(limits.identifier(line.material_id, "material_id", 40)),
            "SHORT_TEXT": cut(one_line(line.text or document.text), 40),
            "PLANT": self._wording.plant(document.site_id),
            "STORE_LOC": self._wording.storage_location(line.storage_location),
            "BATCH": limits.text(line.lot_id, "lot_id", 10),
            "QUANTITY": limits.quantity(line.quantity.value),
            "UNIT": self._wording.unit(line.quantity.unit),
            "DELIV_DATE": day(document.required_on),
            "PUR_GROUP": limits.text(group, "purchasing_group", 3),
            "PREQ_NAME": self._wording.user(document.person_id),
            "TRACKINGNO": tracking_number(key),
            "ACCTASSCAT": category if is_assigned else "",
        }
        return filled(item)

    def _account(self, document: PurchaseRequisition, number: str) -> Row:
        limits = self._wording.limits
        order = limits.identifier(document.production_order_id, "production_order_id", 12)
        center = "" if order else limits.identifier(document.cost_center, "cost_center", 10)
        account = limits.identifier(document.account_id, "account_id", 10)
        values = {
            "PREQ_ITEM": number,
            "SERIAL_NO": "01",
            "ORDERID": padded(order, 12) if order else "",
            "COSTCENTER": padded(center, 10) if center else "",
            "GL_ACCOUNT": padded(account, 10) if account and (order or center) else "",
        }
        return filled(values)


def tracking_number(key: str) -> str:
    """Return what the tracking number of a key's items is."""
    return reference_of(key)[:TRACKING_LENGTH]


def _marks(row: Row) -> Row:
    """Return the X structure of a row: its keys as they are and marked, the rest marked."""
    numbers = {name: value for name, value in row.items() if name in _NUMBERS}
    return {
        **numbers,
        **{f"{name}X": "X" for name in numbers},
        **{name: "X" for name in row if name not in _NUMBERS},
    }
