"""Coded lines: what of a document is charged to an account and a cost object."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from countersign.erp.documents import Document, GoodsMovement, JournalEntry, PurchaseRequisition
from countersign.nouns.coding import CodingFacts, CodingLine

CODED_KINDS = frozenset({JournalEntry.kind, PurchaseRequisition.kind, GoodsMovement.kind})
"""Documents that people code; what events of the floor book is coded by the ERP."""

NumberedLine = tuple[int | None, CodingLine]
"""A line with its number from 1 on, ``None`` for the head of the document."""


def lines_of(document: Document, facts: CodingFacts, today: date) -> list[NumberedLine]:
    """Return the lines of a document that name a cost centre or are bought on an account.

    The other side of a journal entry (payables, clearing) names no cost centre and is left out. A
    requisition has no posting date; ``today`` stands for it.
    """
    if isinstance(document, JournalEntry):
        return _of_journal(document, facts)
    if isinstance(document, PurchaseRequisition):
        return _of_requisition(document, facts, today)
    if isinstance(document, GoodsMovement):
        return _of_movement(document, facts)
    return []


def _of_journal(document: JournalEntry, facts: CodingFacts) -> list[NumberedLine]:
    return [
        (
            number,
            CodingLine(
                posting_date=document.posting_date,
                amount=line.amount,
                account_id=line.account_id,
                cost_center=line.cost_center,
                company_code=document.company_code,
                **asdict(facts),
            ),
        )
        for number, line in enumerate(document.lines, 1)
        if line.cost_center
    ]


def _of_requisition(
    document: PurchaseRequisition, facts: CodingFacts, today: date
) -> list[NumberedLine]:
    if not (document.account_id or document.cost_center):
        return []
    materials = {line.material_id for line in document.lines}
    line = CodingLine(
        posting_date=today,
        account_id=document.account_id,
        cost_center=document.cost_center,
        production_order_id=document.production_order_id,
        material_id=materials.pop() if len(materials) == 1 else None,
        site_id=document.site_id,
        **asdict(facts),
    )
    return [(None, line)]


def _of_movement(document: GoodsMovement, facts: CodingFacts) -> list[NumberedLine]:
    return [
        (
            number,
            CodingLine(
                posting_date=document.posting_date,
                cost_center=line.cost_center,
                production_order_id=document.production_order_id,
                material_id=line.material_id,
                site_id=document.site_id,
                **asdict(facts),
            ),
        )
        for number, line in enumerate(document.lines, 1)
        if line.cost_center
    ]
