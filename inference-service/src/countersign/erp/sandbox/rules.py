"""The business rules: what this ERP refuses, and what it asks back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from countersign.erp.sandbox.document import Document, Line, Movement
from countersign.erp.sandbox.plant import DEFAULT_BIN, Item, Order, Plant, StockKey
from countersign.erp.sandbox.refusal import (
    Question,
    Refusal,
    closed_period,
    item_not_on_order,
    stock_deficit,
    unknown_item,
    wrong_uom,
)

BOOKABLE_STATUS = frozenset({"RELEASED", "FINISHED"})
MAX_DECIMALS = 6
MAX_INTEGER_DIGITS = 13
TIME_UOMS = frozenset({"SEC", "MIN", "HUR"})

_ZERO = Decimal(0)


def completion(plant: Plant, body: dict[str, Any]) -> Document:
    """Check a completion: good pieces, scrap and rework of a step, partial or final."""
    order = _order(plant, body)
    step = _step(order, body)
    standing = order.steps[step]
    if standing.closed_by is not None:
        raise Refusal(
            409,
            "STEP_CLOSED",
            f"Step {step} of order {order.number} was closed by {standing.closed_by}",
            "step",
            order=order.number,
            step=step,
        )
    item = _item(plant, body.get("item") or order.item, "item")
    if item.number != order.item:
        raise item_not_on_order(item, order)
    _check_times(body)
    lines = _completion_lines(item, order, step, body)
    _date(plant, body)
    if step == order.last_step:
        _check_lot(plant, item, body.get("lot") or "", arriving=True)
    good = standing.good + sum((x.base for x in lines if x.movement == "YIELD"), _ZERO)
    _ask_about_over_delivery(order, good, body)
    return _document("COMPLETION", order, body, lines, final=bool(body.get("final")))


def issue(plant: Plant, body: dict[str, Any], positions: Collection[int] = ()) -> Document:
    """Check an issue of components to an order; ``positions`` limits it to some of its lines."""
    order = _order(plant, body)
    if body.get("step"):
        _step(order, body)
    _date(plant, body)
    taken: defaultdict[StockKey, Decimal] = defaultdict(Decimal)
    rows = body.get("lines")
    if not isinstance(rows, list) or not rows:
        raise Refusal(400, "BAD_REQUEST", "An issue has lines", "lines")
    lines = tuple(
        _taking_line(plant, order, row, "CONSUMED", taken)
        for row in rows
        if not positions or row.get("pos") in positions
    )
    return _document("ISSUE", order, body, lines)


def scrap(plant: Plant, body: dict[str, Any]) -> Document:
    """Check a scrap report: a component is taken from stock, a product is only counted."""
    order = _order(plant, body)
    if body.get("step"):
        _step(order, body)
    if not body.get("reason"):
        raise Refusal(422, "REASON_REQUIRED", "Scrap needs a reason", "reason")
    _date(plant, body)
    item = _item(plant, body.get("item"), "item")
    if item.number != order.item:
        line = _taking_line(plant, order, {"pos": 1, **body}, "SCRAP", defaultdict(Decimal))
    else:
        quantity, base = _quantity(item, body, "qty")
        line = Line(1, "SCRAP", item.number, quantity, body["uom"], base, stock=0)
    return _document("SCRAP", order, body, (line,))


def storno(plant: Plant, original: Document | None, number: str, body: dict[str, Any]) -> Document:
    """Check the reversal of a document."""
    if original is None or original.type == "STORNO":
        raise Refusal(
            404, "DOCUMENT_UNKNOWN", f"There is no document {number}", "document", document=number
        )
    if original.reversed_by is not None:
        raise Refusal(
            409,
            "ALREADY_REVERSED",
            f"Document {number} was reversed by {original.reversed_by}",
            "document",
            document=number,
            reversed_by=str(original.reversed_by),
        )
    day = _date(plant, body)
    for line in original.lines:
        available = plant.on_hand((line.item, line.bin, line.lot))
        if line.stock > 0 and available < line.base:
            raise stock_deficit(plant.items[line.item], line.base, available)
    return Document(
        type="STORNO",
        order=original.order,
        step=original.step,
        date=day.isoformat(),
        ref=str(body.get("ref") or ""),
        lines=original.lines,
        storno_of=original.number,
    )


def _order(plant: Plant, body: dict[str, Any]) -> Order:
    number = body.get("order")
    order = plant.orders.get(number) if isinstance(number, str) else None
    if order is None:
        raise Refusal(
            404, "ORDER_UNKNOWN", f"There is no order {number}", "order", order=str(number)
        )
    if body.get("plant") and body["plant"] != order.plant:
        raise Refusal(
            422,
            "PLANT_MISMATCH",
            f"Order {number} belongs to plant {order.plant}",
            "plant",
            order=order.number,
            plant=str(body["plant"]),
            expected=order.plant,
        )
    status = order.current_status
    if status not in BOOKABLE_STATUS:
        raise Refusal(
            409,
            "ORDER_NOT_RELEASED",
            f"Order {number} is {status}",
            "order",
            order=order.number,
            status=status,
        )
    return order


def _step(order: Order, body: dict[str, Any]) -> str:
    step = body.get("step")
    if not isinstance(step, str) or step not in order.steps:
        raise Refusal(
            422,
            "STEP_UNKNOWN",
            f"Order {order.number} has no step {step}",
            "step",
            order=order.number,
            step=str(step),
            known=", ".join(order.steps),
        )
    return step


def _item(plant: Plant, number: Any, field: str) -> Item:
    item = plant.items.get(number) if isinstance(number, str) else None
    if item is None:
        raise unknown_item(str(number), field)
    if item.blocked:
        raise Refusal(422, "ITEM_BLOCKED", f"Item {number} is blocked", field, item=item.number)
    return item


def _date(plant: Plant, body: dict[str, Any]) -> date:
    text = body.get("date")
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        raise Refusal(400, "BAD_REQUEST", f"{text} is not a date", "date") from None
    if not plant.is_open(day):
        raise closed_period(day.isoformat())
    return day


def _quantity(item: Item, row: dict[str, Any], field: str) -> tuple[str, Decimal]:
    text, uom = row.get(field), row.get("uom")
    value = _decimal(text, field)
    if value <= 0:
        raise Refusal(422, "QTY_NOT_POSITIVE", f"{text} is not above zero", field, qty=str(text))
    base = item.base_quantity(value, str(uom))
    if base is None:
        expected = ", ".join((item.uom, *item.alt_uoms))
        raise wrong_uom(item.number, str(uom), "uom", expected)
    return str(text), base


def _decimal(text: Any, field: str) -> Decimal:
    try:
        value = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite():
        raise Refusal(400, "BAD_REQUEST", f"{text!r} is not a decimal in quotes", field)
    exponent = value.as_tuple().exponent
    too_fine = isinstance(exponent, int) and exponent < -MAX_DECIMALS
    if too_fine or value.adjusted() >= MAX_INTEGER_DIGITS:
        raise Refusal(400, "BAD_REQUEST", f"{text} has too many digits", field)
    return value


def _completion_lines(
    item: Item, order: Order, step: str, body: dict[str, Any]
) -> tuple[Line, ...]:
    lines: list[Line] = []
    movements: tuple[tuple[str, Movement], ...] = (
        ("good", "YIELD"),
        ("scrap", "SCRAP"),
        ("rework", "REWORK"),
    )
    for field, movement in movements:
        row = body.get(field)
        if row is None or _decimal(row.get("qty"), field) == 0:
            continue
        quantity, base = _quantity(item, row, "qty")
        into_stock = movement == "YIELD" and step == order.last_step
        lines.append(
            Line(
                position=len(lines) + 1,
                movement=movement,
                item=item.number,
                quantity=quantity,
                uom=row["uom"],
                base=base,
                stock=1 if into_stock else 0,
                bin=(body.get("bin") or DEFAULT_BIN) if into_stock else "",
                lot=(body.get("lot") or "") if into_stock else "",
            )
        )
    worked = any(_decimal(row.get("qty"), "times") > 0 for row in body.get("times", ()))
    if not (lines or worked or body.get("final")):
        text = "A completion of neither pieces nor time that is not final"
        raise Refusal(422, "QTY_NOT_POSITIVE", text, "good", qty="0")
    return tuple(lines)


def _check_times(body: dict[str, Any]) -> None:
    for row in body.get("times", ()):
        if row.get("uom") not in TIME_UOMS:
            raise Refusal(
                422,
                "TIME_UOM_UNKNOWN",
                f"{row.get('uom')} is no unit of time",
                row.get("type", "times"),
                uom=str(row.get("uom")),
                expected=", ".join(sorted(TIME_UOMS)),
            )
        _decimal(row.get("qty"), "times")


def _check_lot(plant: Plant, item: Item, lot: str, *, arriving: bool) -> None:
    if item.lots and not lot:
        raise Refusal(
            422, "LOT_REQUIRED", f"Item {item.number} is kept in lots", "lot", item=item.number
        )
    if lot and not item.lots:
        raise Refusal(
            422, "LOT_NOT_ALLOWED", f"Item {item.number} has no lots", "lot", item=item.number
        )
    if lot and not arriving and not plant.has_lot(item.number, lot):
        raise Refusal(
            422,
            "LOT_UNKNOWN",
            f"Item {item.number} has no lot {lot}",
            "lot",
            item=item.number,
            lot=lot,
        )


def _ask_about_over_delivery(order: Order, good: Decimal, body: dict[str, Any]) -> None:
    limit = order.base_quantity * (100 + order.tolerance_percent) / 100
    if good > limit and "OVER_DELIVERY" not in body.get("accept", ()):
        text = (
            f"Order {order.number}: {good:f} would be delivered,"
            f" ordered {order.base_quantity:f}, allowed {limit:f}"
        )
        raise Question([{"code": "OVER_DELIVERY", "text": text, "order": order.number}])


def _taking_line(
    plant: Plant,
    order: Order,
    row: dict[str, Any],
    movement: Movement,
    taken: defaultdict[StockKey, Decimal],
) -> Line:
    item = _item(plant, row.get("item"), "item")
    if item.number not in order.components:
        raise item_not_on_order(item, order)
    quantity, base = _quantity(item, row, "qty")
    lot = row.get("lot") or ""
    _check_lot(plant, item, lot, arriving=False)
    key = (item.number, row.get("bin") or DEFAULT_BIN, lot)
    available = plant.on_hand(key) - taken[key]
    if base > available and not item.negative_stock:
        raise stock_deficit(item, base, available)
    taken[key] += base
    return Line(int(row["pos"]), movement, item.number, quantity, row["uom"], base, -1, key[1], lot)


def _document(
    type_: Any,
    order: Order,
    body: dict[str, Any],
    lines: tuple[Line, ...],
    *,
    final: bool = False,
) -> Document:
    kept = ("reason", "cost_center", "worker", "resource", "times", "started", "finished", "note")
    return Document(
        type=type_,
        order=order.number,
        step=str(body.get("step") or ""),
        date=body["date"],
        ref=str(body.get("ref") or ""),
        lines=lines,
        final=final,
        details={name: body[name] for name in kept if body.get(name)},
    )
