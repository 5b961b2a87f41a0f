"""Correction fields: what a person may change in an event, old beside new, units fixed.

A correction is the whole data of the event with what was changed; what was typed so far is a table
from the place of a field (``material_actual.0.quantity``) to its text. What is allowed as a value
is the contract's business.
"""

from __future__ import absolute_import, unicode_literals

import copy

import countersign.texts as texts
import countersign.wording as wording

QUANTITY = "quantity"
TEXT = "text"

_ORDER = (("order_id", TEXT, ""), ("operation_id", TEXT, ""))
_PLACE = (("material_lot_id", TEXT, ""), ("storage_location", TEXT, ""))
_LINE = (("quantity", QUANTITY, ""), ("material_id", TEXT, "")) + _PLACE

LINES = {"material_consumption": ("material_actual", _LINE)}
"""The list whose entries repeat, with the fields of an entry."""

FIELDS = {
    "production_confirmation": (
        ("yield_quantity", QUANTITY, ""),
        ("scrap_quantity", QUANTITY, "yield_quantity"),
        ("rework_quantity", QUANTITY, "yield_quantity"),
        ("scrap_reason_code", TEXT, ""),
        ("setup_time", QUANTITY, ""),
        ("machine_time", QUANTITY, ""),
        ("labor_time", QUANTITY, ""),
    )
    + _ORDER
    + _PLACE,
    "material_consumption": (("produced_quantity", QUANTITY, ""),) + _ORDER,
    "scrap_report": (
        ("quantity", QUANTITY, ""),
        ("material_id", TEXT, ""),
        ("scrap_reason_code", TEXT, ""),
        ("cost_center", TEXT, ""),
    )
    + _ORDER
    + _PLACE,
}
"""Name, kind and, for a quantity that may be missing, the quantity whose unit it takes."""

OPTIONAL = (
    "material_lot_id",
    "storage_location",
    "scrap_reason_code",
    "cost_center",
    "scrap_quantity",
    "rework_quantity",
    "setup_time",
    "machine_time",
    "labor_time",
    "produced_quantity",
)
"""What may be emptied; everything else keeps its old text when nothing is typed."""


class Field(object):
    """A place in the facts that a person may change."""

    def __init__(self, place, name, kind, text, unit):
        self.place = place
        self.name = name
        self.kind = kind
        self.text = text
        self.unit = unit

    def label(self, locale):
        """Return the field's name for people, with the number of its line from the second on."""
        label = texts.say("field_" + self.name, locale)
        parts = self.place.split(".")
        if len(parts) > 1 and parts[1] != "0":
            return "%s %d" % (label, int(parts[1]) + 1)
        return label

    def written(self, text, locale):
        """Write a text of this field with its unit, as people do."""
        if not text:
            return texts.say("card_empty", locale)
        if self.kind != QUANTITY:
            return text
        return "%s %s" % (wording.number(text, locale), wording.symbol(self.unit, locale))


def fields_of(use_case, data):
    """Return the fields of an event's data; the lines first, quantities are what people correct."""
    found = []
    list_name, line_fields = LINES.get(use_case, ("", ()))
    for number, line in enumerate(data.get(list_name, ())):
        for spec in line_fields:
            found += _field("%s.%d.%s" % (list_name, number, spec[0]), spec, line)
    for spec in FIELDS[use_case]:
        found += _field(spec[0], spec, data)
    return found


def corrected(use_case, data, typed):
    """Return the data with what was typed; an emptied field goes, where it may be missing."""
    result = copy.deepcopy(data)
    for field in fields_of(use_case, data):
        text = typed.get(field.place, field.text)
        if text == field.text or not (text or field.name in OPTIONAL):
            continue
        holder = result
        parts = field.place.split(".")
        for part in parts[:-1]:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        if not text:
            holder.pop(parts[-1], None)
        elif field.kind == QUANTITY:
            holder[parts[-1]] = {"quantity_string": text, "unit_of_measure": field.unit}
        else:
            holder[parts[-1]] = text
    return result


def typed_from(use_case, data, correction):
    """Return what one would have to type to come from the data to a correction."""
    after = {field.place: field.text for field in fields_of(use_case, correction)}
    typed = {}
    for field in fields_of(use_case, data):
        text = after.get(field.place, "")
        if text != field.text:
            typed[field.place] = text
    return typed


def changes(use_case, data, correction, locale):
    """Return every change in words: ``Quantity 4,850 pcs -> 485 pcs`` with an arrow."""
    typed = typed_from(use_case, data, correction)
    return [
        "%s %s \u2192 %s"
        % (
            field.label(locale),
            field.written(field.text, locale),
            field.written(typed[field.place], locale),
        )
        for field in fields_of(use_case, data)
        if field.place in typed
    ]


def _field(place, spec, holder):
    name, kind, unit_like = spec
    value = holder.get(name)
    if kind == TEXT:
        return [Field(place, name, kind, value or "", "")]
    measured = value or holder.get(unit_like)
    if measured is None:
        return []
    text = value["quantity_string"] if value else ""
    return [Field(place, name, kind, text, measured["unit_of_measure"])]
