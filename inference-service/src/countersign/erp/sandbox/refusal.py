"""A refusal or a question: why this ERP does not book, in its own words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.plant import Item, Order


class Refusal(Exception):
    """A call that is not booked; ``values`` name what it is about, such as item and order."""

    def __init__(
        self, http_status: int, code: str, text: str, field: str = "", **values: str
    ) -> None:
        super().__init__(text)
        self.http_status = http_status
        self.code = code
        self.text = text
        self.field = field
        self.values = values

    def to_data(self) -> dict[str, Any]:
        """Write the refusal in this ERP's words."""
        return {
            "code": self.code,
            "text": self.text,
            "field": self.field,
            "values": self.values,
        }


class Question(Exception):
    """Something the ERP books only when its warnings are accepted by name."""

    def __init__(self, warnings: list[dict[str, str]]) -> None:
        super().__init__(", ".join(warning["code"] for warning in warnings))
        self.warnings = warnings


def unknown_item(number: str, field: str) -> Refusal:
    """Return the refusal of an item that this ERP does not know."""
    return Refusal(422, "ITEM_UNKNOWN", f"There is no item {number}", field, item=number)


def wrong_uom(number: str, uom: str, field: str, expected: str) -> Refusal:
    """Return the refusal of a unit that is none of the item's."""
    return Refusal(
        422,
        "UOM_MISMATCH",
        f"{uom} is no unit of item {number}",
        field,
        item=number,
        uom=uom,
        expected=expected,
    )


def closed_period(day: str) -> Refusal:
    """Return the refusal of a date in a closed period."""
    return Refusal(422, "PERIOD_CLOSED", f"The period of {day} is not open", "date", date=day)


def item_not_on_order(item: Item, order: Order) -> Refusal:
    """Return the refusal of an item that the order neither makes nor needs."""
    return Refusal(
        422,
        "ITEM_NOT_ON_ORDER",
        f"Item {item.number} is not on order {order.number}",
        "item",
        item=item.number,
        order=order.number,
    )


def stock_deficit(item: Item, wanted: Decimal, available: Decimal) -> Refusal:
    """Return the refusal of a quantity that is not there; quantities in the base unit."""
    return Refusal(
        422,
        "STOCK_DEFICIT",
        f"Item {item.number}: {wanted} {item.uom} wanted, {available} available",
        "qty",
        item=item.number,
        wanted=format(wanted, "f"),
        available=format(available, "f"),
        uom=item.uom,
    )
