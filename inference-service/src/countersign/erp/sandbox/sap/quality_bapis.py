"""Quality notifications by BAPI: created under a temporary number, then saved."""

from __future__ import annotations

from typing import Any

from countersign.erp.sandbox.sap import bapi_fields, orders
from countersign.erp.sandbox.sap.bapis import Parameters, return_row
from countersign.erp.sandbox.sap.messages import Refusal, message
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

KIND = "_quality_notification"
FIRST_NUMBER = 200_000_001
TEMPORARY = "%00000000001"


def create(work: Work, given: Parameters, drafts: dict[str, Row]) -> Parameters:
    """Do BAPI_QUALNOT_CREATE: keep a draft in this session; nothing is saved yet."""
    head = bapi_fields.read("BAPI2078_NOTHDRI", given.get("NOTIFHEADER", {}))
    items = bapi_fields.read_table("BAPI2078_NOTITEMI", given.get("NOTITEM", []))
    try:
        _require_right(work, given, head, items)
    except Refusal as refused:
        return {"RETURN": [return_row(one) for one in refused.messages]}
    drafts[TEMPORARY] = {"type": given["NOTIF_TYPE"], "header": head, "items": items}
    return {"NOTIFHEADER_EXPORT": {"NOTIF_NO": TEMPORARY}, "RETURN": []}


def save(work: Work, given: Parameters, drafts: dict[str, Row]) -> Parameters:
    """Do BAPI_QUALNOT_SAVE: the draft gets its number; the next commit writes it."""
    draft = drafts.get(str(given.get("NUMBER", "")))
    if draft is None:
        missing = message("IM/002", str(given.get("NUMBER", "")))
        return {"RETURN": [return_row(missing)]}
    number = work.system.store.next_number("quality_notification", FIRST_NUMBER)
    row = {
        **draft,
        "number": number,
        "_reference": draft["header"].get("REFOBJECTKEY", ""),
        "user": work.user,
        "entered": work.instant,
    }
    work.system.store.put(KIND, (number,), row)
    return {"NOTIFHEADER": {"NOTIF_NO": bapi_fields.padded(number, 12)}, "RETURN": []}


def _require_right(work: Work, given: Parameters, head: Row, items: list[Row]) -> None:
    if not given.get("NOTIF_TYPE"):
        raise Refusal([message("M7/018", "Notification Type")])
    material = head.get("MATERIAL_LONG") or head.get("MATERIAL", "")
    if material and work.system.store.get("A_Product", material) is None:
        raise Refusal([message("M3/305", material, target="MATERIAL")])
    order = head.get("PROD_ORDER", "")
    if order and orders.find_order(work, order) is None:
        raise Refusal([message("RU/010", order, target="PROD_ORDER")])
    for item in items:
        _require_item(work, item)


def _require_item(work: Work, item: dict[str, Any]) -> None:
    if not item.get("ITEM_SORT_NO"):
        raise Refusal([message("M7/018", "Sort number of the item", target="ITEM_SORT_NO")])
    key = (item.get("D_CODEGRP", ""), item.get("D_CODE", ""))
    if any(key) and work.system.store.get("_defect_code", *key) is None:
        raise Refusal([message("QM/001", *key, target="D_CODE")])
