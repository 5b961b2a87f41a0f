"""The segments: our documents as IDocs, MBGMCR for goods and CONF for confirmations, as XML.

The root element is the IDoc type; fields are elements of their segment. The key stands in the
control record (ARCKEY), where SAP keeps it with the status, and in the document itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from countersign.erp.sap.values import padded
from countersign.erp.sap.wording import Confirmation, MaterialDocument
from countersign.erp.sap_idoc.partner import Partner
from countersign.erp.sap_rfc.fields import day, movement_header, movement_item
from countersign.erp.sap_rfc.transport import Row

GOODS_TYPE, GOODS_MESSAGE = "MBGMCR03", "MBGMCR"
CONFIRMATION_TYPE = CONFIRMATION_MESSAGE = "CONF21"
PARTIAL, FINAL = "L20", "L40"


def goods_movement(document: MaterialDocument, key: str, partner: Partner) -> bytes:
    """Write a material document as MBGMCR."""
    root, idoc = _idoc(GOODS_TYPE, GOODS_MESSAGE, key, partner)
    segment = SubElement(idoc, "E1MBGMCR", SEGMENT="1")
    _segment(segment, "E1BP2017_GM_HEAD_01", movement_header(document))
    _segment(segment, "E1BP2017_GM_CODE", {"GM_CODE": document.code})
    for row in document.rows:
        _segment(segment, "E1BP2017_GM_ITEM_CREATE", movement_item(row))
    return _text(root)


def confirmation(confirmed: Confirmation, key: str, partner: Partner) -> bytes:
    """Write a confirmation as CONF; SAP moves goods as the order says."""
    root, idoc = _idoc(CONFIRMATION_TYPE, CONFIRMATION_MESSAGE, key, partner)
    _segment(idoc, "E1CONF2", _confirmed(confirmed))
    return _text(root)


def _confirmed(confirmed: Confirmation) -> Row:
    fields = {
        "SATZA": FINAL if confirmed.is_final else PARTIAL,
        "LDATE": day(confirmed.posting_date),
        "PERNR": confirmed.personnel,
        "AUFNR": padded(confirmed.order, 12),
        "APLFL": "000000",
        "VORNR": confirmed.operation,
        "WERKS": confirmed.plant,
        "ARBPL": confirmed.work_center,
        "GRUND": confirmed.reason,
        "LTXA1": confirmed.text,
        "MEINH": confirmed.unit,
        "LMNGA": confirmed.yield_quantity,
        "XMNGA": confirmed.scrap_quantity,
        "RMNGA": confirmed.rework_quantity,
        "AUERU": "X" if confirmed.is_final else "",
    }
    for activity in confirmed.activities:
        fields[f"ILE{activity.position:02d}"] = activity.unit
        fields[f"ISM{activity.position:02d}"] = activity.quantity
    for moment, name in ((confirmed.started, "IS"), (confirmed.finished, "IE")):
        if moment:
            fields[f"{name}DD"] = day(moment[0])
            fields[f"{name}DZ"] = moment[1].strftime("%H%M%S")
    return fields


def _idoc(type_: str, message: str, key: str, partner: Partner) -> tuple[Element, Element]:
    now = datetime.now(UTC)
    root = Element(type_)
    idoc = SubElement(root, "IDOC", BEGIN="1")
    control = {
        "TABNAM": "EDI_DC40",
        "MANDT": partner.client,
        "DIRECT": "2",
        "IDOCTYP": type_,
        "MESTYP": message,
        "SNDPOR": partner.sender_port,
        "SNDPRT": "LS",
        "SNDPRN": partner.sender,
        "RCVPOR": partner.receiver_port,
        "RCVPRT": "LS",
        "RCVPRN": partner.receiver,
        "CREDAT": day(now.date()),
        "CRETIM": now.strftime("%H%M%S"),
        "ARCKEY": key,
    }
    _segment(idoc, "EDI_DC40", control)
    return root, idoc


def _segment(parent: Element, name: str, fields: Row) -> None:
    segment = SubElement(parent, name, SEGMENT="1")
    for field, value in fields.items():
        if value:
            SubElement(segment, field).text = value


def _text(root: Element) -> bytes:
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text
