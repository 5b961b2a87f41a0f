"""The comparison: what the ERP holds against what the floor reported and people corrected."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from countersign.erp.port import BookedDocument, ErpPort
from countersign.nouns.order import ProductionOrder
from countersign.nouns.posting import idempotency_key
from demo_shift.people import Decided
from demo_shift.shift import Reported

KIND_OF = {
    "yield_quantity": "production_confirmation",
    "material_actual": "goods_issue",
    "quantity": "scrap_report",
}
Sums = dict[tuple[str, str, str], Decimal]


@dataclass(slots=True)
class Comparison:
    """Whether ERP and floor agree, and where not."""

    documents: int = 0
    missing: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Tell whether every document is there once and every sum is equal."""
        return not (self.missing or self.double or self.foreign or self.differences)


def compare(
    erp: ErpPort,
    orders: Iterable[ProductionOrder],
    reported: Mapping[str, Reported],
    decided: Decided,
    *,
    every_operation: bool,
) -> Comparison:
    """Read what is booked and hold it against what should be.

    ``every_operation``: the ERP shows the yield of every operation, not only what reaches stock.
    """
    known = {order.order_id: order for order in orders}
    final = {key: decided.final.get(key, row.data) for key, row in reported.items()}
    counting = {key: data for key, data in final.items() if data is not None}
    booked = [row for row in erp.booked(sorted(known)) if not row.reversed]
    result = Comparison(documents=len(booked))
    _compare_documents(result, counting, booked)
    _compare_sums(result, _expected(counting, known, every_operation), _actual(booked))
    return result


def _compare_documents(
    result: Comparison,
    counting: Mapping[str, Mapping[str, Any]],
    booked: Iterable[BookedDocument],
) -> None:
    keys = Counter(row.key for row in booked)
    wanted = {idempotency_key(key, _kind(data)): key for key, data in counting.items()}
    needed = {document for document, key in wanted.items() if _needs_document(counting[key])}
    result.missing = sorted(needed - keys.keys())
    result.double = sorted(key for key, count in keys.items() if count > 1)
    result.foreign = sorted(keys.keys() - wanted.keys())


def _compare_sums(result: Comparison, expected: Sums, actual: Sums) -> None:
    for order_id, material_id, movement in sorted(expected.keys() | actual.keys()):
        key = (order_id, material_id, movement)
        wanted, found = expected.get(key, Decimal(0)), actual.get(key, Decimal(0))
        if wanted != found:
            result.differences.append(
                f"{order_id} {material_id} {movement}: floor {wanted}, ERP {found}"
            )


def _expected(
    counting: Mapping[str, Mapping[str, Any]],
    orders: Mapping[str, ProductionOrder],
    every_operation: bool,
) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for data in counting.values():
        order = orders[data["order_id"]]
        if "yield_quantity" in data:
            _add_confirmation(sums, data, order, every_operation)
        elif "material_actual" in data:
            for line in data["material_actual"]:
                sums[order.order_id, line["material_id"], "consumed"] += _value(line["quantity"])
        else:
            sums[order.order_id, data["material_id"], "scrap"] += _value(data["quantity"])
    return {key: value for key, value in sums.items() if value}


def _add_confirmation(
    sums: Sums, data: Mapping[str, Any], order: ProductionOrder, every_operation: bool
) -> None:
    """Only the last operation's yield reaches stock; scrap of every operation counts."""
    if every_operation or data["operation_id"] == order.operations[-1].operation_id:
        sums[order.order_id, order.material_id, "yield"] += _value(data["yield_quantity"])
    if "scrap_quantity" in data:
        sums[order.order_id, order.material_id, "scrap"] += _value(data["scrap_quantity"])


def _actual(booked: Iterable[BookedDocument]) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for document in booked:
        for line in document.lines:
            sums[document.order_id, line.material_id, line.movement] += line.quantity
    return {key: value for key, value in sums.items() if value}


def _kind(data: Mapping[str, Any]) -> str:
    return next(kind for name, kind in KIND_OF.items() if name in data)


def _needs_document(data: Mapping[str, Any]) -> bool:
    """Tell whether anything moves: nothing but zeros leads to no document, or need not."""
    if "material_actual" in data:
        return any(_value(line["quantity"]) for line in data["material_actual"])
    if "quantity" in data:
        return bool(_value(data["quantity"]))
    return bool(_value(data["yield_quantity"]))


def _value(quantity: Mapping[str, str]) -> Decimal:
    return Decimal(quantity["quantity_string"])
