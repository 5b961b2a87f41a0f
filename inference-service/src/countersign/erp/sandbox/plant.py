"""The plant as this ERP knows it: items, orders, periods and stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

DEFAULT_BIN = "MAIN"
ZERO = Decimal(0)

StockKey = tuple[str, str, str]
"""Item, bin, lot."""


class SeedError(Exception):
    """Master data that this ERP cannot take; the text says which row and why."""


@dataclass(frozen=True, slots=True)
class Item:
    """A material; ``alt_uoms`` says how many base units one alternative unit holds."""

    number: str
    uom: str
    alt_uoms: Mapping[str, Decimal]
    lots: bool
    blocked: bool
    negative_stock: bool
    data: dict[str, Any]

    def base_quantity(self, quantity: Decimal, uom: str) -> Decimal | None:
        """Convert into the base unit; ``None`` where no conversion is declared."""
        if uom == self.uom:
            return quantity
        factor = self.alt_uoms.get(uom)
        return None if factor is None else quantity * factor

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Item:
        """Read an item; only ``no`` and ``uom`` are needed."""
        return cls(
            number=data["no"],
            uom=data["uom"],
            alt_uoms={uom: _decimal(factor) for uom, factor in data.get("alt_uoms", {}).items()},
            lots=bool(data.get("lots", False)),
            blocked=bool(data.get("blocked", False)),
            negative_stock=bool(data.get("negative_stock", False)),
            data=data,
        )


@dataclass(slots=True)
class StepStanding:
    """What is booked for a step of an order, in the item's base unit."""

    good: Decimal = ZERO
    scrap: Decimal = ZERO
    rework: Decimal = ZERO
    closed_by: int | None = None


@dataclass(slots=True)
class Order:
    """A works order and what is booked for it; ``steps`` are in working order."""

    number: str
    plant: str
    item: str
    base_quantity: Decimal
    tolerance_percent: Decimal
    status: str
    components: frozenset[str]
    steps: dict[str, StepStanding]
    data: dict[str, Any]

    @property
    def last_step(self) -> str:
        """Return the step whose good pieces go into stock."""
        return next(reversed(self.steps))

    @property
    def current_status(self) -> str:
        """Return the status; a released order with all steps closed is FINISHED."""
        if self.status == "RELEASED" and all(s.closed_by is not None for s in self.steps.values()):
            return "FINISHED"
        return self.status

    @classmethod
    def from_data(cls, data: dict[str, Any], items: Mapping[str, Item]) -> Order:
        """Read an order; its item and components must be known, and it has a step."""
        number = data["no"]
        item = items.get(data["item"])
        if item is None:
            raise SeedError(f"order {number}: item {data['item']} is unknown")
        base_quantity = item.base_quantity(_decimal(data["qty"]), data["uom"])
        if base_quantity is None:
            raise SeedError(f"order {number}: {data['uom']} is no unit of item {item.number}")
        components = frozenset(component["item"] for component in data.get("components", ()))
        unknown = sorted(components - items.keys())
        if unknown:
            raise SeedError(f"order {number}: component {unknown[0]} is unknown")
        if not data.get("steps"):
            raise SeedError(f"order {number}: no steps")
        return cls(
            number=number,
            plant=data["plant"],
            item=item.number,
            base_quantity=base_quantity,
            tolerance_percent=_decimal(data.get("over_pct", "0")),
            status=data.get("status", "RELEASED"),
            components=components,
            steps={step["no"]: StepStanding() for step in data["steps"]},
            data=data,
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A posting period, both days included."""

    starts_on: date
    ends_on: date
    is_open: bool
    data: dict[str, Any]

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Period:
        """Read a period."""
        return cls(
            starts_on=date.fromisoformat(data["from"]),
            ends_on=date.fromisoformat(data["to"]),
            is_open=bool(data["open"]),
            data=data,
        )


@dataclass(slots=True)
class Plant:
    """All master data and the stock on hand; ``opening`` is stock before any document."""

    items: dict[str, Item] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    periods: dict[str, Period] = field(default_factory=dict)
    opening: dict[StockKey, Decimal] = field(default_factory=dict)
    moved: defaultdict[StockKey, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def on_hand(self, key: StockKey) -> Decimal:
        """Return the stock of an item in a bin and lot, in its base unit."""
        return self.opening.get(key, ZERO) + self.moved.get(key, ZERO)

    def has_lot(self, item: str, lot: str) -> bool:
        """Tell whether the item was ever in stock in this lot."""
        return any(
            key[0] == item and key[2] == lot for rows in (self.opening, self.moved) for key in rows
        )

    def is_open(self, day: date) -> bool:
        """Tell whether some open period covers the day."""
        return any(p.is_open and p.starts_on <= day <= p.ends_on for p in self.periods.values())

    def put(self, kind: str, data: dict[str, Any]) -> str:
        """Take one row of master data over, new or changed; return its key.

        What is booked for an order stays as it is when the order is put again.
        """
        try:
            if kind == "item":
                self.items[data["no"]] = Item.from_data(data)
                return str(data["no"])
            if kind == "order":
                return self._put_order(data)
            if kind == "period":
                self.periods[data["from"]] = Period.from_data(data)
                return str(data["from"])
            return self._put_stock(data)
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise SeedError(f"{kind} {data!r}: {type(error).__name__} {error}") from error

    def _put_order(self, data: dict[str, Any]) -> str:
        order = Order.from_data(data, self.items)
        before = self.orders.get(order.number)
        if before is not None:
            order.steps.update(
                {no: standing for no, standing in before.steps.items() if no in order.steps}
            )
        self.orders[order.number] = order
        return order.number

    def _put_stock(self, data: dict[str, Any]) -> str:
        key = (data["item"], data.get("bin", DEFAULT_BIN), data.get("lot", ""))
        if key[0] not in self.items:
            raise SeedError(f"stock: item {key[0]} is unknown")
        self.opening[key] = _decimal(data["qty"])
        return "/".join(key)

    def stock_rows(self, items: Iterable[str]) -> list[dict[str, str]]:
        """List the stock of some items by bin and lot."""
        wanted = set(items)
        keys = {key for rows in (self.opening, self.moved) for key in rows if key[0] in wanted}
        return [
            {
                "item": key[0],
                "bin": key[1],
                "lot": key[2],
                "qty": format(self.on_hand(key), "f"),
                "uom": self.items[key[0]].uom,
            }
            for key in sorted(keys)
        ]


def _decimal(text: Any) -> Decimal:
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a decimal in quotes")
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(f"{text} is not a number")
    return value
