"""The subject of an error: which value of our document a message of SAP is about.

SAP names the field at best and never the value; texts come in the logon language. But the value
itself, a material or an order number, is the same in every language, so it is looked for there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from countersign.erp.documents import Document
from countersign.erp.sap.values import short_id
from countersign.nouns.quantity import Quantity

FIELD_WORDS = {
    "material_id": "material",
    "lot_id": "batch",
    "storage_location": "storage location",
    "order_id": "order",
    "operation_id": "operation",
    "unit_of_measure": "unit",
    "quantity": "quantity",
    "posting_date": "posting date",
    "cost_center": "cost centre",
    "reason_code": "reason",
    "work_center_id": "work centre",
    "person_id": "person",
    "site_id": "plant",
    "account_id": "account",
    "equipment_id": "equipment",
    "purchase_order_id": "purchase order",
    "inspection_lot_id": "inspection lot",
}
"""What a clerk calls our fields."""

_FIELD_OF_SAP = {
    "material_id": "Material Product IssgOrRcvgMaterial MATERIAL MATERIAL_LONG MATNR",
    "lot_id": "Batch IssgOrRcvgBatch BATCH CHARG",
    "storage_location": "StorageLocation IssuingOrReceivingStorageLoc STGE_LOC STORE_LOC LGORT",
    "order_id": "OrderID ManufacturingOrder ORDERID ORDER_NUMBER AUFNR",
    "operation_id": "OrderOperation ManufacturingOrderOperation OPERATION VORNR",
    "unit_of_measure": (
        "EntryUnit ConfirmationUnit BaseUnit EntryUnitISOCode ConfirmationUnitISOCode"
        " ENTRY_UOM ENTRY_UOM_ISO CONF_QUAN_UNIT CONF_QUAN_UNIT_ISO UNIT MEINS"
    ),
    "quantity": (
        "QuantityInEntryUnit ConfirmationYieldQuantity ConfirmationScrapQuantity"
        " ConfirmationReworkQuantity RequestedQuantity ENTRY_QNT YIELD SCRAP REWORK QUANTITY"
    ),
    "posting_date": "PostingDate DocumentDate POSTG_DATE PSTNG_DATE BUDAT",
    "cost_center": "CostCenter COSTCENTER KOSTL",
    "reason_code": "GoodsMovementReasonCode VarianceReasonCode MOVE_REAS DEV_REASON GRUND",
    "work_center_id": "WorkCenter WORK_CNTR ARBPL",
    "person_id": "Personnel PERS_NO PERNR",
    "site_id": "Plant ProductionPlant PLANT WERKS",
    "account_id": "GLAccount GL_ACCOUNT HKONT",
    "equipment_id": "TechnicalObject EQUIPMENT EQUNR",
    "purchase_order_id": "PurchaseOrder PO_NUMBER EBELN",
    "inspection_lot_id": "InspectionLot PRUEFLOS",
}
_FIELDS = {word: field for field, words in _FIELD_OF_SAP.items() for word in words.split()}
_MENTIONABLE = ("material_id", "order_id", "lot_id", "cost_center", "operation_id", "account_id")
_OF_MATERIAL = frozenset(
    {"material_id", "lot_id", "storage_location", "cost_center", "unit_of_measure", "quantity"}
)
NOTHING = "(none)"
"""How a text names what a document does not have."""


class _Cause(Protocol):
    """What is asked of a message."""

    @property
    def text(self) -> str: ...

    @property
    def variables(self) -> tuple[str, ...]: ...


def field_of(target: str) -> str:
    """Return our name of the field that SAP points to, by the last word of its path."""
    words = re.findall(r"[A-Za-z_][A-Za-z0-9_]*", target)
    return next((_FIELDS[word] for word in reversed(words) if word in _FIELDS), "")


class Subject:
    """A document as the thing that messages are about."""

    def __init__(self, document: Document | None) -> None:
        self._document = document
        self._lines = list(getattr(document, "lines", ()) or ()) or [document]

    def values(self, cause: _Cause | None = None) -> dict[str, str]:
        """Return the values that the texts of the table name, of the line that is concerned."""
        document = self._document
        line = self._line(cause)
        quantity = _first_quantity(line) or _first_quantity(document)
        posting_date = getattr(document, "posting_date", None)
        return {
            "order": self._own("order_id") or NOTHING,
            "material": self._materials(cause),
            "lot": str(getattr(line, "lot_id", None) or NOTHING),
            "location": str(getattr(line, "storage_location", None) or NOTHING),
            "site": str(getattr(document, "site_id", None) or NOTHING),
            "quantity": str(quantity) if quantity else NOTHING,
            "unit": quantity.unit if quantity else NOTHING,
            "posting_date": posting_date.isoformat() if posting_date else NOTHING,
            "account": str(getattr(line, "account_id", None) or NOTHING),
            "document": NOTHING,
        }

    def value_of(self, cause: _Cause | None, field: str) -> str:
        """Return what an error about a field is about: the material for fields of a line."""
        if field in _OF_MATERIAL:
            return self._materials(cause)
        if field in ("order_id", "operation_id"):
            return self._own("order_id") or NOTHING
        value = getattr(self._line(cause), field, None) or getattr(self._document, field, None)
        if value is None and field == "reason_code":
            value = getattr(self._document, "scrap_reason_code", None)
        return str(value) if value else NOTHING

    def own_value(self, field: str, cause: _Cause | None = None) -> str:
        """Return what our document says in a field."""
        values = self.values(cause)
        names = {
            "lot_id": "lot",
            "unit_of_measure": "unit",
            "quantity": "quantity",
            "storage_location": "location",
        }
        if field in names:
            return values[names[field]]
        if field == "operation_id":
            return str(getattr(self._document, field, None) or NOTHING)
        if field == "cost_center":
            return str(getattr(self._line(cause), field, None) or NOTHING)
        return self.value_of(cause, field)

    def field_mentioned(self, cause: _Cause) -> str:
        """Return the field whose value stands in the message, if one does."""
        said = _tokens(cause)
        for field in _MENTIONABLE:
            for value in self._all(field):
                if short_id(value).upper() in said:
                    return field
        return ""

    def _named(self, cause: _Cause | None) -> list[Any]:
        """Return the lines that a message names, by material or else by lot."""
        said = _tokens(cause) if cause is not None else frozenset()
        for field in ("material_id", "lot_id"):
            named = [line for line in self._lines if _is_said(getattr(line, field, None), said)]
            if named:
                return named
        return []

    def _line(self, cause: _Cause | None) -> Any:
        return (self._named(cause) or self._lines)[0]

    def _materials(self, cause: _Cause | None) -> str:
        """Return the material concerned, or all of them when the message names none."""
        lines = self._named(cause) or [*self._lines, self._document]
        materials = (getattr(line, "material_id", None) for line in lines)
        return ", ".join(list(dict.fromkeys(filter(None, materials)))[:3]) or NOTHING

    def _own(self, field: str) -> str:
        document = self._document
        name = "production_order_id" if hasattr(document, "production_order_id") else field
        return str(getattr(document, name, None) or "")

    def _all(self, field: str) -> Iterator[str]:
        for holder in (*self._lines, self._document):
            value = getattr(holder, field, None)
            if field == "order_id" and holder is self._document:
                value = self._own("order_id")
            if value:
                yield str(value)


def _tokens(cause: _Cause) -> frozenset[str]:
    """Return the words of a message as identifiers: without zeros in front, in capitals."""
    words = re.findall(r"[^\s,;:()\"'«»„“]+", " ".join((cause.text, *cause.variables)))
    return frozenset(short_id(word.strip(".")).upper() for word in words)


def _is_said(value: str | None, said: frozenset[str]) -> bool:
    return bool(value) and short_id(value or "").upper() in said


def _first_quantity(holder: Any) -> Quantity | None:
    for name in ("quantity", "yield_quantity"):
        value = getattr(holder, name, None)
        if isinstance(value, Quantity):
            return value
    return None
