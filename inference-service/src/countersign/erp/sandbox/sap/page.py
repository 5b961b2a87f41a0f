"""The page: what this system has booked, for people; plain HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from countersign.erp.sandbox.sap import reports
from countersign.erp.sandbox.sap.documents import booked
from countersign.erp.sandbox.sap.system import System

DOCUMENTS_SHOWN = 100

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem }
caption { font-weight: 600; text-align: left; padding: .4rem 0 }
th, td { border-bottom: 1px solid #d5d9de; padding: .25rem .6rem; text-align: left }
td:last-child { font-variant-numeric: tabular-nums }
.reversed { color: #6b7280; text-decoration: line-through }
.alarm { color: #b00020; font-weight: 600 }
"""


def overview(system: System) -> str:
    """Write the page: doubles, failed goods movements, locks, sums, and the last documents."""
    doubles = reports.doubles(system.store)
    failed = system.store.find("_cogi")
    verdict = (
        f'<p class="alarm">{len(doubles)} booked twice</p>' if doubles else "<p>Nothing twice.</p>"
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>SAP sandbox</title>'
        f"<style>{_STYLE}</style></head><body><h1>SAP sandbox</h1>"
        f"<p>Client {escape(system.settings.client)}; not SAP software, only its interfaces."
        f"</p>{verdict}{_periods(system)}"
        + _table(
            f"Failed goods movements (COGI): {len(failed)}",
            ("Order", "Confirmation", "Message", "Text"),
            (
                (
                    row["OrderID"],
                    f"{row['ConfirmationGroup']}/{row['ConfirmationCount']}",
                    row["code"],
                    row["text"],
                )
                for row in failed
            ),
        )
        + _table(
            "Locks",
            ("Object", "Name", "User"),
            ((lock["object"], lock["name"], lock["user"]) for lock in system.locks.listed()),
        )
        + _sums(system)
        + _documents(system)
        + "</body></html>"
    )


def _periods(system: System) -> str:
    rows = (
        (row["from"], row["to"], "open" if row["open"] else "closed")
        for row in system.store.find("_period")
    )
    return _table("Posting periods", ("From", "To", "State"), rows)


def _sums(system: System) -> str:
    names = ("order", "movement", "material", "unit", "quantity")
    rows = (tuple(row[name] for name in names) for row in reports.sums(system.store))
    return _table("Sums by order", [name.title() for name in names], rows)


def _documents(system: System) -> str:
    newest = sorted(booked(system.store), key=lambda row: str(row["entered"]), reverse=True)
    rows, marks = [], []
    for row in newest[:DOCUMENTS_SHOWN]:
        lines = "; ".join(
            f"{line['movement']} {line['material']} {line['quantity']} {line['unit']}"
            for line in row["lines"]
        )
        rows.append((row["type"], row["number"], row["order"], lines, row["reference"]))
        marks.append("reversed" if row["reversed"] else "")
    names = ("Type", "Number", "Order", "Lines", "Reference")
    return _table(f"Last {DOCUMENTS_SHOWN} documents", names, rows, marks)


def _table(
    caption: str,
    names: Iterable[str],
    rows: Iterable[tuple[str, ...]],
    marks: Iterable[str] | None = None,
) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    listed = list(rows)
    classes = list(marks) if marks is not None else [""] * len(listed)
    body = "".join(
        f'<tr class="{mark}">' + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row, mark in zip(listed, classes, strict=True)
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
