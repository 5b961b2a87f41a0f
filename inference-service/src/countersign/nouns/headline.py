"""A headline: in one line, what would be booked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countersign.nouns.quantity import Quantity

MAX_LENGTH = 300


def headline(use_case: str, data: Mapping[str, Any]) -> str:
    """Say what an event would book, as an operator would: quantity, material, order."""
    where = f"{data['order_id']}/{data['operation_id']}"
    if use_case == "production_confirmation":
        text = _confirmation(data, where)
    elif use_case == "material_consumption":
        text = f"Consume {_lines(data['material_actual'])} on order {where}"
    else:
        reason = data.get("scrap_reason_code")
        because = f" ({reason})" if reason else ""
        what = f"{Quantity.from_data(data['quantity'])} {data['material_id']}"
        text = f"Scrap {what} of order {where}{because}"
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


def _confirmation(data: Mapping[str, Any], where: str) -> str:
    parts = [f"{Quantity.from_data(data['yield_quantity'])} good"]
    for name, word in (("scrap_quantity", "scrap"), ("rework_quantity", "rework")):
        if name in data and data[name]["quantity_string"].strip("0."):
            parts.append(f"{Quantity.from_data(data[name])} {word}")
    end = ", final" if data["confirmation"] == "final" else ""
    return f"Confirm {', '.join(parts)} on order {where}{end}"


def _lines(lines: list[Mapping[str, Any]]) -> str:
    shown = [_line(line) for line in lines[:2]]
    more = f" and {len(lines) - 2} more" if len(lines) > 2 else ""
    return ", ".join(shown) + more


def _line(line: Mapping[str, Any]) -> str:
    lot = f" (lot {line['material_lot_id']})" if "material_lot_id" in line else ""
    return f"{Quantity.from_data(line['quantity'])} {line['material_id']}{lot}"
