"""Reports: what an auditor asks of the books. Doubles, sums, sequence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap.documents import Document, booked
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.store import Store

_SEQUENCE = re.compile(r"#(\d+)$")


def documents(store: Store, query: dict[str, str]) -> list[Document]:
    """List documents, of one ``order``, under one ``reference``, or of one ``type`` only."""
    wanted = {name: query[name] for name in ("order", "reference", "type") if name in query}
    return [row for row in booked(store) if all(row[name] == wanted[name] for name in wanted)]


def sums(store: Store) -> list[dict[str, str]]:
    """Add up by order, movement and material what counts: neither reversals nor reversed."""
    totals: defaultdict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for document in booked(store):
        if document["is_reversal"] or document["reversed"] or not document["order"]:
            continue
        for line in document["lines"]:
            key = (document["order"], line["movement"], line["material"], line["unit"])
            totals[key] += Decimal(line["quantity"])
    return [
        dict(
            zip(
                ("order", "movement", "material", "unit", "quantity"),
                (*key, plain(total)),
                strict=True,
            )
        )
        for key, total in sorted(totals.items())
    ]


def doubles(store: Store) -> list[dict[str, Any]]:
    """List references under which more than one document stands."""
    counts: Counter[tuple[str, str]] = Counter(
        (document["type"], document["reference"])
        for document in booked(store)
        if document["reference"] and not document["is_reversal"] and not document["reversed"]
    )
    return [
        {"type": type_, "reference": reference, "count": count}
        for (type_, reference), count in sorted(counts.items())
        if count > 1
    ]


def order_violations(store: Store) -> list[dict[str, Any]]:
    """List documents of an order booked out of the sequence that their texts tell (``… #17``)."""
    last: dict[tuple[str, str], int] = {}
    found = []
    for document in booked(store):
        match = _SEQUENCE.search(document["text"])
        if match is None or document["is_reversal"]:
            continue
        number, key = int(match[1]), (document["type"], document["order"])
        if number < last.get(key, 0):
            found.append({"order": key[1], "number": document["number"], "sequence": number})
        last[key] = max(number, last.get(key, 0))
    return found
