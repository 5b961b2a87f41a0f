"""An order as the LOIPRO IDoc that SAP sends out: header, item, operations with components."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from xml.sax.saxutils import escape

from countersign.erp.sandbox.sap import orders
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work
from countersign.erp.sandbox.sap.tables import rows_of

TYPE = "LOIPRO01"


def document(work: Work, numbers: list[str]) -> str:
    """Write orders as one XML document with an IDoc for each.

    Raises:
        ValueError: there is no such order.
    """
    idocs = "".join(_idoc(work, number) for number in numbers)
    return f'<?xml version="1.0" encoding="utf-8"?><{TYPE}>{idocs}</{TYPE}>'


def _idoc(work: Work, number: str) -> str:
    found = orders.find_order(work, number)
    if found is None:
        raise ValueError(f"no such order: {number}")
    family, order = found
    components = orders.components_of(work, family, number)
    operations = "".join(
        _segment(
            "E1AFVOL",
            operation,
            "".join(
                _segment("E1RESBL", component)
                for component in components
                if component["ManufacturingOrderOperation"]
                == operation["ManufacturingOrderOperation"]
            ),
        )
        for operation in orders.operations_of(work, family, number)
    )
    statuses = work.system.store.find(family.statuses, ManufacturingOrder=number)
    inside = (
        _segment("E1AFPOL", orders.item_of(work, family, number))
        + f'<E1AFFLL SEGMENT="1"><PLNFL>000000</PLNFL>{operations}</E1AFFLL>'
        + "".join(_segment("E1JSTKL", status) for status in statuses)
    )
    return f'<IDOC BEGIN="1">{_control(work)}{_segment("E1AFKOL", order, inside)}</IDOC>'


def _control(work: Work) -> str:
    now = datetime.now(UTC)
    fields = {
        "TABNAM": "EDI_DC40",
        "MANDT": work.system.settings.client,
        "DOCNUM": work.system.store.next_number("idoc", 1).zfill(16),
        "DIRECT": "1",
        "IDOCTYP": TYPE,
        "MESTYP": "LOIPRO",
        "SNDPOR": "SAPS4S",
        "SNDPRT": "LS",
        "SNDPRN": "S4SCLNT100",
        "RCVPOR": "MES",
        "RCVPRT": "LS",
        "RCVPRN": "MES",
        "CREDAT": now.strftime("%Y%m%d"),
        "CRETIM": now.strftime("%H%M%S"),
    }
    text = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f'<EDI_DC40 SEGMENT="1">{text}</EDI_DC40>'


def _segment(name: str, row: Row, inside: str = "") -> str:
    fields = "".join(
        f"<{field['field']}>{escape(_shown(field, row))}</{field['field']}>"
        for field in _fields().get(name, [])
    )
    return f'<{name} SEGMENT="1">{fields}{inside}</{name}>'


def _shown(field: dict[str, str], row: Row) -> str:
    value = row.get(field["entity_field"])
    if value is None:
        return ""
    if isinstance(value, bool):
        return "X" if value else ""
    text = str(value)
    if field["type"] == "DATS":
        return text.replace("-", "")
    if field["type"] in ("ALPHA", "NUMC") and text.isdigit():
        return text.zfill(int(field["length"]))
    return text


@cache
def _fields() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows_of("loipro_fields.csv"):
        found.setdefault(row["segment"], []).append(row)
    return found
