"""The page: what this ERP has booked, for people; plain HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from countersign.erp.sandbox import reports
from countersign.erp.sandbox.book import Book

DOCUMENTS_SHOWN = 100

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem }
caption { font-weight: 600; text-align: left; padding: .4rem 0 }
th, td { border-bottom: 1px solid #d5d9de; padding: .25rem .6rem; text-align: left }
td.number { font-variant-numeric: tabular-nums; text-align: right }
.reversed { color: #6b7280; text-decoration: line-through }
.alarm { color: #b00020; font-weight: 600 }
"""


def overview(book: Book) -> str:
    """Write the page: doubles, sums by order, and the last documents."""
    count = book.count()
    doubles = reports.doubles(book)
    verdict = (
        f'<p class="alarm">{len(doubles)} booked twice</p>' if doubles else "<p>Nothing twice.</p>"
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sandbox ERP</title>'
        f"<style>{_STYLE}</style></head><body><h1>Sandbox ERP</h1>"
        f"<p>{count} documents for {len(book.plant.orders)} orders.</p>{verdict}"
        f"{_sums(book)}{_documents(book)}</body></html>"
    )


def _sums(book: Book) -> str:
    rows = (
        f"<tr><td>{escape(row['order'])}</td><td>{escape(row['mv'].lower())}</td>"
        f'<td>{escape(row["item"])}</td><td class="number">{escape(row["qty"])}</td>'
        f"<td>{escape(row['uom'])}</td></tr>"
        for row in reports.sums(book)
    )
    return _table("Sums by order", ("Order", "Movement", "Item", "Quantity", "Unit"), rows)


def _documents(book: Book) -> str:
    rows = []
    for document in book.latest(DOCUMENTS_SHOWN):
        mark = ' class="reversed"' if document.reversed_by else ""
        lines = "; ".join(
            f"{line.movement.lower()} {line.item} {line.quantity} {line.uom}"
            for line in document.lines
        )
        cells = (str(document.number), document.type, document.order, document.step, lines)
        text = "".join(
            f"<td>{escape(cell)}</td>" for cell in (*cells, document.ref, document.booked_at[:19])
        )
        rows.append(f"<tr{mark}>{text}</tr>")
    names = ("Document", "Type", "Order", "Step", "Lines", "Reference", "Booked (UTC)")
    return _table(f"Last {DOCUMENTS_SHOWN} documents", names, rows)


def _table(caption: str, names: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
