"""The reports: sums, doubles and sequence of what is booked, for whoever checks the books."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.book import Book

_PLACE_IN_SEQUENCE = re.compile(r"#(\d+)\s*$")


def sums(book: Book) -> list[dict[str, str]]:
    """Add up what counts by order, movement and item, in the item's base unit."""
    totals: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for document in book.standing():
        for line in document.lines:
            totals[document.order, line.movement, line.item] += line.base
    return [
        {
            "order": order,
            "mv": movement,
            "item": item,
            "qty": format(quantity, "f"),
            "uom": book.plant.items[item].uom,
        }
        for (order, movement, item), quantity in sorted(totals.items())
    ]


def doubles(book: Book) -> list[dict[str, Any]]:
    """List references under which the same line counts more than once."""
    seen: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    numbers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for document in book.standing():
        if document.ref:
            name = (document.ref, document.type)
            seen[name].update([line.position for line in document.lines] or [0])
            numbers[name].append(str(document.number))
    return [
        {"ref": ref, "type": type_, "documents": numbers[ref, type_]}
        for (ref, type_), positions in sorted(seen.items())
        if max(positions.values()) > 1
    ]


def order_violations(book: Book) -> list[dict[str, Any]]:
    """List documents booked out of their order's sequence.

    The sender tells a document's place by a note that ends in ``#`` and a number; documents
    without one are not looked at.
    """
    highest: dict[str, int] = {}
    violations: list[dict[str, Any]] = []
    for document in book.standing():
        match = _PLACE_IN_SEQUENCE.search(str(document.details.get("note", "")))
        if match is None:
            continue
        place, before = int(match[1]), highest.get(document.order, -1)
        if place < before:
            violations.append(
                {
                    "order": document.order,
                    "document": str(document.number),
                    "place": place,
                    "after": before,
                }
            )
        highest[document.order] = max(place, before)
    return violations
