"""The fields of BAPI structures: SAP's documents written as ABAP wants them.

Numbers are filled up with zeros, empty fields are left out, days are ``YYYYMMDD``.
"""

from __future__ import annotations

from datetime import date

from countersign.erp.sap.values import padded, short_id, width
from countersign.erp.sap.wording import Confirmation, MaterialDocument, MovementRow
from countersign.erp.sap_rfc.transport import Row

SHORT_MATERIAL = 18


def day(moment: date) -> str:
    """Write a day as ABAP does."""
    return moment.strftime("%Y%m%d")


def material(number: str, name: str = "MATERIAL") -> Row:
    """Return a material in the field that has room for it: ECC knows the short one only."""
    if not number:
        return {}
    if width(short_id(number)) <= SHORT_MATERIAL:
        return {name: padded(number, SHORT_MATERIAL)}
    return {f"{name}_LONG": padded(number, 40)}


def filled(values: Row) -> Row:
    """Return the fields that say something."""
    return {name: value for name, value in values.items() if value not in ("", None)}


def time_ticket(confirmation: Confirmation) -> Row:
    """Write a confirmation as BAPI_PP_TIMETICKET."""
    ticket = {
        **header_level(confirmation),
        "SEQUENCE": "000000",
        "OPERATION": confirmation.operation,
        "PLANT": confirmation.plant,
        "WORK_CNTR": confirmation.work_center,
    }
    for activity in confirmation.activities:
        ticket[f"CONF_ACTI_UNIT{activity.position}"] = activity.unit
        ticket[f"CONF_ACTIVITY{activity.position}"] = activity.quantity
    return filled(ticket)


def header_level(confirmation: Confirmation) -> Row:
    """Write a confirmation of a whole order as BAPI_PP_HDRLEVEL."""
    row = {
        "ORDERID": padded(confirmation.order, 12),
        "FIN_CONF": "X" if confirmation.is_final else "",
        "POSTG_DATE": day(confirmation.posting_date),
        "DEV_REASON": confirmation.reason,
        "CONF_TEXT": confirmation.text,
        "EX_CREATED_BY": confirmation.external_user,
        "CONF_QUAN_UNIT": confirmation.unit,
        "YIELD": confirmation.yield_quantity,
        "SCRAP": confirmation.scrap_quantity,
        "REWORK": confirmation.rework_quantity,
        "PERS_NO": confirmation.personnel,
    }
    for moment, name in ((confirmation.started, "START"), (confirmation.finished, "FIN")):
        if moment:
            row[f"EXEC_{name}_DATE"] = day(moment[0])
            row[f"EXEC_{name}_TIME"] = moment[1].strftime("%H%M%S")
    return filled(row)


def movement_item(row: MovementRow) -> Row:
    """Write a goods movement as BAPI2017_GM_ITEM_CREATE."""
    item = {
        **material(row.material),
        "PLANT": row.plant,
        "STGE_LOC": row.storage_location,
        "BATCH": row.batch,
        "MOVE_TYPE": row.movement_type,
        "ENTRY_QNT": row.quantity,
        "ENTRY_UOM": row.unit,
        "PO_NUMBER": padded(row.purchase_order, 10) if row.purchase_order else "",
        "PO_ITEM": padded(row.purchase_order_item, 5) if row.purchase_order_item else "",
        "ITEM_TEXT": row.text,
        "UNLOAD_PT": row.unloading_point,
        "COSTCENTER": padded(row.cost_center, 10) if row.cost_center else "",
        "GL_ACCOUNT": padded(row.account, 10) if row.account else "",
        "ORDERID": padded(row.order, 12) if row.order else "",
        "RESERV_NO": padded(row.reservation, 10) if row.reservation else "",
        "RES_ITEM": padded(row.reservation_item, 4) if row.reservation_item else "",
        "MVT_IND": row.ref_doc_type,
        "MOVE_REAS": padded(row.reason, 4) if row.reason else "",
        **material(row.to_material, "MOVE_MAT"),
        "MOVE_PLANT": row.to_plant,
        "MOVE_STLOC": row.to_storage_location,
        "MOVE_BATCH": row.to_batch,
    }
    return filled(item)


def movement_header(document: MaterialDocument) -> Row:
    """Write the head of a material document as BAPI2017_GM_HEAD_01."""
    return {
        "PSTNG_DATE": day(document.posting_date),
        "DOC_DATE": day(document.posting_date),
        "REF_DOC_NO": document.reference,
        "HEADER_TXT": document.header_text,
    }
