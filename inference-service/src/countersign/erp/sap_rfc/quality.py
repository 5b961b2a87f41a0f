"""Quality notifications by BAPI_QUALNOT_CREATE and _SAVE, found by their foreign reference."""

from __future__ import annotations

from countersign.erp.documents import QualityNotification
from countersign.erp.port import PostResult
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import cut, one_line, padded, short_id
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_rfc.fields import day, filled, material
from countersign.erp.sap_rfc.sessions import Sessions
from countersign.erp.sap_rfc.tables import Condition, Tables
from countersign.erp.sap_rfc.transport import Parameters

PRODUCTION_DEFECT = "F3"
"""The internal problem report; which types exist is customising."""


class Notifications:
    """Creates quality notifications; REFOBJECTKEY (REFNUM) holds the key."""

    def __init__(
        self, sessions: Sessions, tables: Tables, wording: Wording, triage: Triage
    ) -> None:
        self._sessions = sessions
        self._tables = tables
        self._wording = wording
        self._triage = triage

    def post(self, document: QualityNotification, key: str) -> PostResult:
        """Create a notification under a temporary number, save it, commit."""
        parameters = self.parameters(document, key)
        with self._sessions.unit_of_work(document) as unit:
            draft = unit.call("BAPI_QUALNOT_CREATE", **parameters)
            temporary = str(draft["NOTIFHEADER_EXPORT"]["NOTIF_NO"])
            saved = unit.call("BAPI_QUALNOT_SAVE", NUMBER=temporary)
            number = str(saved.get("NOTIFHEADER", {}).get("NOTIF_NO", ""))
            if not number.strip("0 "):
                raise self._triage.refusal("UNREADABLE_ANSWER", document)
            unit.commit()
        return PostResult("posted", document_id=short_id(number))

    def find(self, document: QualityNotification, key: str) -> PostResult | None:
        """Look for the notification with the key as foreign reference."""
        for row in self._tables.rows("QMEL", "QMNUM", Condition("REFNUM", key)):
            return PostResult("posted", document_id=short_id(row["QMNUM"]))
        return None

    def parameters(self, document: QualityNotification, key: str) -> Parameters:
        """Write a notification; its defect code stands in an item, which needs a sort number."""
        limits = self._wording.limits
        plant = self._wording.plant(document.site_id)
        order = limits.identifier(document.production_order_id, "production_order_id", 12)
        quantity, text = document.quantity, cut(one_line(document.text), 40)
        header = {
            "REFOBJECTKEY": key,
            "SHORT_TEXT": text,
            **material(limits.identifier(document.material_id, "material_id", 40)),
            "MATERIAL_PLANT": plant,
            "BATCH": limits.text(document.lot_id, "lot_id", 10),
            "PROD_ORDER": padded(order, 12) if order else "",
            "COMPL_QTY": limits.quantity(quantity.value) if quantity else "",
            "UNIT": self._wording.unit(quantity.unit) if quantity else "",
            "REPORTEDBY": self._wording.user(document.person_id),
            "NOTIF_DATE": day(document.posting_date),
        }
        item = {
            "ITEM_KEY": "0001",
            "ITEM_SORT_NO": "0001",
            "DESCRIPT": text,
            "D_CODEGRP": limits.text(document.defect_code_group, "defect_code_group", 8),
            "D_CODE": limits.text(document.defect_code, "defect_code", 4),
        }
        return {
            "NOTIF_TYPE": PRODUCTION_DEFECT,
            "NOTIFHEADER": filled(header),
            "NOTITEM": [filled(item)] if document.defect_code else [],
        }
