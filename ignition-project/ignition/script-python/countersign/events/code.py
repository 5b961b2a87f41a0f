"""Events: what the tags of a work centre say at a trigger, as an event of the contract.

Each kind of event has a trigger tag and a function that turns the values of the work centre's
tags into the ``data`` of the event. The same occurrence always gives the same event, byte for
byte: nothing of the moment of capture goes into it (capture adds a context, which the service does
not hold against a repeated event).
"""

from __future__ import absolute_import, unicode_literals

import json
from decimal import Decimal

import countersign.barcodes as barcodes
import countersign.identity as identity
import countersign.quantities as quantities
import countersign.times as times

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
MINUTES = "MIN"
MATERIAL_FIELDS = (
    "material_id",
    "quantity_string",
    "unit_of_measure",
    "material_lot_id",
    "storage_location",
)


class Kind(object):
    """A kind of event: its trigger and handshake tags, the tags it reads, its contract type."""

    def __init__(self, trigger_tag, done_tag, event_type, tags, fill):
        self.trigger_tag = trigger_tag
        self.done_tag = done_tag
        self.event_type = event_type
        self.tags = tags
        self.fill = fill


class Occurrence(object):
    """One trigger: which tag, in which folder, its counter and when it changed."""

    def __init__(self, kind, folder, tag_path, trigger, at_ms):
        self.kind = kind
        self.folder = folder
        self.tag_path = tag_path
        self.trigger = trigger
        self.at_ms = at_ms


class Values(object):
    """The values of a work centre's tags; notes what cannot be used instead of raising."""

    def __init__(self, by_name):
        self._by_name = by_name
        self.problems = []

    def text(self, name):
        """Return a tag as text, None when it is empty."""
        value = self._by_name.get(name)
        if value is None:
            return None
        if isinstance(value, float):
            return self.decimal(name)
        text = ("%s" % (value,)).strip()
        return text or None

    def decimal(self, name):
        """Return a tag as decimal text, None when it is empty."""
        value = self._by_name.get(name)
        if value is None or value == "":
            return None
        try:
            return quantities.decimal_text(value)
        except quantities.QuantityError as problem:
            self.problems.append("%s: %s" % (name, problem))
            return None

    def quantity(self, name, unit):
        """Return a tag as a quantity, None when it is empty."""
        number = self.decimal(name)
        if number is None:
            return None
        return _without_nothing({"quantity_string": number, "unit_of_measure": unit})

    def time(self, name):
        """Return a DateTime tag (milliseconds) as RFC 3339 text, None when it is empty."""
        value = self._by_name.get(name)
        return None if value is None else times.rfc3339(value)

    def flag(self, name):
        """Return a Boolean tag; an empty one is False."""
        return bool(self._by_name.get(name))

    def rows(self, name):
        """Return a tag that holds a JSON array of objects; numbers are decimals."""
        text = self.text(name)
        if text is None:
            return []
        try:
            rows = json.loads(text, parse_float=Decimal)
        except ValueError as problem:
            self.problems.append("%s: not JSON: %s" % (name, problem))
            return []
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return rows
        self.problems.append("%s: a JSON array of objects is wanted" % name)
        return []


def build(occurrence, by_name, configuration):
    """Return the event of an occurrence and the problems of its values (texts).

    ``by_name`` holds the values of ``occurrence.kind.tags``; DateTime values in milliseconds.
    """
    values = Values(by_name)
    data = {
        "site_id": configuration.site_id,
        "order_id": values.text("OrderId"),
        "operation_id": values.text("OperationId"),
        "equipment_id": configuration.equipment_id(occurrence.folder),
        "person_id": values.text("OperatorId"),
        "tag_path": occurrence.tag_path,
        "note": values.text("Note"),
    }
    data.update(occurrence.kind.fill(values, configuration))
    event = {
        "specversion": "1.0",
        "id": identity.event_key(
            configuration.source, occurrence.tag_path, occurrence.trigger, occurrence.at_ms
        ),
        "source": configuration.source,
        "type": occurrence.kind.event_type,
        "time": times.rfc3339(occurrence.at_ms),
        "datacontenttype": "application/json",
        "sequence": "%d" % occurrence.trigger,
        "subject": subject_of(data),
        "data": _without_nothing(data),
    }
    return _without_nothing(event), values.problems


def subject_of(data):
    """Return order and operation of an event's data as its subject, None without both."""
    named = (data.get("order_id"), data.get("operation_id"))
    return "/".join(part for part in named if part is not None) or None


def json_text(event):
    """Return an event as JSON of one line, the same text for the same event."""
    return _ENCODER.encode(event)


def _production_confirmation(values, configuration):
    unit = values.text("Unit")
    scrap = values.quantity("ScrapQuantity", unit)
    has_scrap = scrap is not None and scrap["quantity_string"] != "0"
    return {
        "confirmation": "final" if values.flag("Final") else "partial",
        "material_id": values.text("MaterialId"),
        "yield_quantity": values.quantity("YieldQuantity", unit),
        "scrap_quantity": scrap,
        "rework_quantity": values.quantity("ReworkQuantity", unit),
        "scrap_reason_code": values.text("ScrapReason") if has_scrap else None,
        "actual_start_time": values.time("StartTime"),
        "actual_end_time": values.time("EndTime"),
        "setup_time": values.quantity("SetupMinutes", MINUTES),
        "machine_time": values.quantity("MachineMinutes", MINUTES),
        "labor_time": values.quantity("LaborMinutes", MINUTES),
    }


def _material_consumption(values, configuration):
    return {
        "produced_quantity": values.quantity("ProducedQuantity", values.text("Unit")),
        "material_actual": [_material(row, values) for row in values.rows("Materials")],
    }


def _material(row, values):
    cells = Values(row)
    for name in row:
        if name not in MATERIAL_FIELDS:
            cells.problems.append("%s is unknown" % name)
    material = {
        "material_id": cells.text("material_id"),
        "quantity": cells.quantity("quantity_string", cells.text("unit_of_measure")),
        "material_lot_id": cells.text("material_lot_id"),
        "storage_location": cells.text("storage_location"),
    }
    values.problems.extend("Materials: %s" % problem for problem in cells.problems)
    return _without_nothing(material)


def _weighed_consumption(values, configuration):
    """Return the consumption of what lies on the scale: its net weight, once it is at rest."""
    if not values.flag("ScaleStable"):
        values.problems.append("ScaleStable: the scale was not at rest")
    if values.text("ScaleUnit") is None:
        values.problems.append("ScaleUnit is missing: a weight without unit says nothing")
    net = _net_weight(values.decimal("ScaleWeight"), values.decimal("ScaleTare"))
    if net is None:
        values.problems.append("ScaleWeight, less ScaleTare, is nothing")
    return {"material_actual": [_consumed(values, {"quantity_string": net}, "ScaleUnit")]}


def _net_weight(gross, tare):
    """Return gross less tare as decimal text, None when nothing is left."""
    net = Decimal(gross or "0") - Decimal(tare or "0")
    return quantities.decimal_text(net) if net > 0 else None


def _scanned_consumption(values, configuration):
    """Return the consumption that a label names; what it leaves open comes from the tags."""
    try:
        label = barcodes.read(values.text("ScanCode") or "", configuration)
    except barcodes.BarcodeError as problem:
        values.problems.append("ScanCode: %s" % problem)
        label = {}
    quantity = label.pop("quantity", {"quantity_string": values.decimal("ConsumedQuantity")})
    data = {"material_actual": [_consumed(values, quantity, "ConsumedUnit", label)]}
    if "order_id" in label:
        data["order_id"] = label["order_id"]
    return data


def _consumed(values, quantity, unit_tag, label=None):
    """Return one consumed material, by its label and else by the tags."""
    label = label or {}
    written = dict({"unit_of_measure": values.text(unit_tag)}, **quantity)
    return _without_nothing(
        {
            "material_id": label.get("material_id") or values.text("ConsumedMaterialId"),
            "material_lot_id": label.get("material_lot_id") or values.text("ConsumedLotId"),
            "storage_location": values.text("ConsumedStorageLocation"),
            "quantity": _without_nothing(written),
        }
    )


def _scrap_report(values, configuration):
    return {
        "material_id": values.text("ScrapMaterialId"),
        "quantity": values.quantity("ScrapMaterialQuantity", values.text("ScrapUnit")),
        "scrap_reason_code": values.text("ScrapReason"),
        "defect_code": values.text("DefectCode"),
        "picture": _with_slashes(values.text("Picture")),
        "cost_center": values.text("CostCenter"),
    }


def _with_slashes(path):
    """Return a file's path as the contract wants it; cameras on Windows write backslashes."""
    return None if path is None else path.replace("\\", "/")


def _without_nothing(fields):
    return {name: value for name, value in fields.items() if value is not None}


CONSUMED_TAGS = ("ConsumedMaterialId", "ConsumedLotId", "ConsumedStorageLocation")
COMMON_TAGS = ("OrderId", "OperationId", "OperatorId", "Note")

KINDS = (
    Kind(
        "ConfirmTrigger",
        "ConfirmDone",
        "countersign.production-confirmation.v1",
        COMMON_TAGS
        + ("MaterialId", "YieldQuantity", "ScrapQuantity", "ReworkQuantity", "Unit")
        + ("ScrapReason", "Final", "StartTime", "EndTime")
        + ("SetupMinutes", "MachineMinutes", "LaborMinutes"),
        _production_confirmation,
    ),
    Kind(
        "ConsumeTrigger",
        "ConsumeDone",
        "countersign.material-consumption.v1",
        COMMON_TAGS + ("ProducedQuantity", "Unit", "Materials"),
        _material_consumption,
    ),
    Kind(
        "ScrapTrigger",
        "ScrapDone",
        "countersign.scrap-report.v1",
        COMMON_TAGS
        + ("ScrapMaterialId", "ScrapMaterialQuantity", "ScrapUnit")
        + ("ScrapReason", "DefectCode", "Picture", "CostCenter"),
        _scrap_report,
    ),
    Kind(
        "WeighTrigger",
        "WeighDone",
        "countersign.material-consumption.v1",
        COMMON_TAGS + CONSUMED_TAGS + ("ScaleWeight", "ScaleTare", "ScaleUnit", "ScaleStable"),
        _weighed_consumption,
    ),
    Kind(
        "ScanTrigger",
        "ScanDone",
        "countersign.material-consumption.v1",
        COMMON_TAGS + CONSUMED_TAGS + ("ScanCode", "ConsumedQuantity", "ConsumedUnit"),
        _scanned_consumption,
    ),
)
"""The kinds of events that a work centre reports."""
