"""The readers: master data, stock and documents as this ERP shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from countersign.erp.sandbox.book import Book
from countersign.erp.sandbox.document import Document

MAX_PAGE = 500


def items(book: Book, query: Mapping[str, str]) -> dict[str, Any]:
    """List items."""
    return {"items": [item.data for item in book.plant.items.values()]}


def orders(book: Book, query: Mapping[str, str]) -> dict[str, Any]:
    """List orders, those changed ``since`` a time, a page ``after`` a number; ``next`` goes on."""
    since = datetime.fromisoformat(query["since"]) if "since" in query else None
    if since is not None and since.tzinfo is None:
        raise ValueError("since: a time without offset")
    rows = [
        {**order.data, "status": order.current_status}
        for _, order in sorted(book.plant.orders.items())
        if order.number > query.get("after", "")
        and (since is None or datetime.fromisoformat(order.data["changed"]) >= since)
    ]
    page = rows[: _limit(query)]
    return {"orders": page, "next": page[-1]["no"] if len(rows) > len(page) else None}


def periods(book: Book, query: Mapping[str, str]) -> dict[str, Any]:
    """List posting periods."""
    return {"periods": [period.data for _, period in sorted(book.plant.periods.items())]}


def stock(book: Book, query: Mapping[str, str]) -> dict[str, Any]:
    """List the stock of ``items`` (separated by commas) by bin and lot."""
    known = [number for number in _list(query, "items") if number in book.plant.items]
    return {"stock": book.plant.stock_rows(known)}


def documents(book: Book, query: Mapping[str, str]) -> dict[str, Any]:
    """List documents by ``ref`` or ``orders``, a page ``after`` a number; ``next`` goes on."""
    limit = _limit(query)
    found = book.documents(
        ref=query.get("ref"),
        orders=_list(query, "orders") if "orders" in query else None,
        after=int(query.get("after", "0")),
        limit=limit,
    )
    return {
        "documents": [document_row(document) for document in found],
        "next": str(found[-1].number) if len(found) == limit else None,
    }


def document_row(document: Document) -> dict[str, Any]:
    """Write a document with its number and fate."""
    return {
        "no": str(document.number),
        "type": document.type,
        "order": document.order,
        "ref": document.ref,
        "booked_at": document.booked_at,
        "storno_of": str(document.storno_of) if document.storno_of else None,
        "reversed_by": str(document.reversed_by) if document.reversed_by else None,
        **document.body(),
    }


READERS: dict[str, Callable[[Book, Mapping[str, str]], dict[str, Any]]] = {
    "/items": items,
    "/orders": orders,
    "/periods": periods,
    "/stock": stock,
    "/documents": documents,
}


def _limit(query: Mapping[str, str]) -> int:
    return max(1, min(MAX_PAGE, int(query.get("limit", MAX_PAGE))))


def _list(query: Mapping[str, str], name: str) -> list[str]:
    return [word for word in query.get(name, "").split(",") if word]
