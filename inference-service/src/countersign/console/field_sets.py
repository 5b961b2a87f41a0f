"""Field sets: what a person may change, by use case and by kind of document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from countersign.console.wording import words

Kind = Literal["quantity", "text", "date", "time", "choice", "flag"]

YES_NO = (("yes", "yes"), ("no", "no"))
NEVER_CHANGED = frozenset({"kind", "site_id", "order_id", "person_id"})
"""What identifies a document; whoever wants another one cancels this and creates it."""
QUANTITY_PARTS = {"quantity_string", "unit_of_measure"}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A place in the facts that a person may change.

    ``unit_like`` names the quantity whose unit a missing quantity takes; without it a missing
    quantity is not offered. ``choices`` are pairs of value and label.
    """

    name: str
    label: str
    kind: Kind = "text"
    is_required: bool = False
    unit_like: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldSet:
    """The fields of one kind of facts; ``lines`` names the list whose entries repeat."""

    fields: tuple[FieldSpec, ...]
    lines: str = ""
    line_fields: tuple[FieldSpec, ...] = ()


_ORDER = (
    FieldSpec("order_id", "Order", is_required=True),
    FieldSpec("operation_id", "Operation", is_required=True),
)
_POSTING_DATE = FieldSpec("posting_date", "Posting date", "date")
_PLACE = FieldSpec("storage_location", "Storage location")
_TIMES = (
    FieldSpec("setup_time", "Set-up time", "quantity"),
    FieldSpec("machine_time", "Machine time", "quantity"),
    FieldSpec("labor_time", "Labour time", "quantity"),
)
_YIELD = (
    FieldSpec("yield_quantity", "Good", "quantity", is_required=True),
    FieldSpec("scrap_quantity", "Scrap", "quantity", unit_like="yield_quantity"),
    FieldSpec("rework_quantity", "Rework", "quantity", unit_like="yield_quantity"),
)
_MATERIAL = FieldSpec("material_id", "Material", is_required=True)
_QUANTITY = FieldSpec("quantity", "Quantity", "quantity", is_required=True)
_SCRAP_REASON = FieldSpec("scrap_reason_code", "Scrap reason")

EVENT_FIELDS: Mapping[str, FieldSet] = {
    "production_confirmation": FieldSet(
        (
            *_YIELD,
            _SCRAP_REASON,
            FieldSpec(
                "confirmation",
                "Confirmation",
                "choice",
                is_required=True,
                choices=(("partial", "partial"), ("final", "final")),
            ),
            *_ORDER,
            *_TIMES,
            FieldSpec("actual_start_time", "Started", "time"),
            FieldSpec("actual_end_time", "Finished", "time"),
            FieldSpec("material_lot_id", "Lot"),
            _PLACE,
            _POSTING_DATE,
        )
    ),
    "material_consumption": FieldSet(
        (
            *_ORDER,
            FieldSpec("produced_quantity", "Produced with it", "quantity"),
            _POSTING_DATE,
        ),
        lines="material_actual",
        line_fields=(_QUANTITY, _MATERIAL, FieldSpec("material_lot_id", "Lot"), _PLACE),
    ),
    "scrap_report": FieldSet(
        (
            _QUANTITY,
            _MATERIAL,
            _SCRAP_REASON,
            FieldSpec("cost_center", "Cost centre"),
            *_ORDER,
            FieldSpec("material_lot_id", "Lot"),
            _PLACE,
            _POSTING_DATE,
        )
    ),
}
"""What a person may correct in an event, by use case; the contract checks the result."""

DOCUMENT_FIELDS: Mapping[str, FieldSet] = {
    "production_confirmation": FieldSet(
        (
            *_YIELD,
            _SCRAP_REASON,
            FieldSpec("final", "Final", "flag", is_required=True, choices=YES_NO),
            FieldSpec("operation_id", "Operation", is_required=True),
            _MATERIAL,
            *_TIMES,
            FieldSpec("lot_id", "Lot"),
            _PLACE,
            FieldSpec("posting_date", "Posting date", "date", is_required=True),
        )
    ),
    "goods_issue": FieldSet(
        (
            FieldSpec("operation_id", "Operation", is_required=True),
            FieldSpec("posting_date", "Posting date", "date", is_required=True),
        ),
        lines="lines",
        line_fields=(_QUANTITY, _MATERIAL, FieldSpec("lot_id", "Lot"), _PLACE),
    ),
    "scrap_report": FieldSet(
        (
            _QUANTITY,
            _MATERIAL,
            FieldSpec("reason_code", "Scrap reason", is_required=True),
            FieldSpec("cost_center", "Cost centre"),
            FieldSpec("operation_id", "Operation", is_required=True),
            FieldSpec("lot_id", "Lot"),
            _PLACE,
            FieldSpec("posting_date", "Posting date", "date", is_required=True),
        )
    ),
}
"""What the ERP team may correct in a refused document, by kind; its order never changes."""


def fields_of_document(document: Mapping[str, Any]) -> FieldSet:
    """Return what may be changed in a document; kinds without a set of their own are read off."""
    known = DOCUMENT_FIELDS.get(document["kind"])
    return known or _read_off(document)


def _read_off(document: Mapping[str, Any]) -> FieldSet:
    lists = [name for name, value in document.items() if isinstance(value, list)]
    lines = lists[0] if lists else ""
    names = {name: value for line in document.get(lines, ()) for name, value in line.items()}
    return FieldSet(_specs(document), lines, _specs(names))


def _specs(values: Mapping[str, Any]) -> tuple[FieldSpec, ...]:
    return tuple(
        _spec(name, value)
        for name, value in values.items()
        if name not in NEVER_CHANGED and (isinstance(value, (str, bool)) or _is_quantity(value))
    )


def _spec(name: str, value: Any) -> FieldSpec:
    if isinstance(value, bool):
        return FieldSpec(name, words(name), "flag", is_required=True, choices=YES_NO)
    return FieldSpec(name, words(name), "quantity" if _is_quantity(value) else "text")


def _is_quantity(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == QUANTITY_PARTS
