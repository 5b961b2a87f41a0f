"""A journal entry: checked and posted, whichever way it came."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from countersign.erp.sandbox.sap import orders
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import Message, Refusal, message
from countersign.erp.sandbox.sap.system import Work, company_code

KIND = "_journal_entry"
FIRST_NUMBER = 100_000_001


@dataclass(frozen=True, slots=True)
class JournalItem:
    """A line; credits are negative. ``side`` S or H, empty where the amount's sign tells it."""

    account: str
    amount: Decimal
    currency: str
    side: str
    text: str
    cost_center: str
    order: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A document to be posted; dates as ``2025-11-20``."""

    company_code: str
    document_type: str
    transaction_type: str
    document_date: str
    posting_date: str
    reference: str
    text: str
    user: str
    items: tuple[JournalItem, ...]


def post(work: Work, entry: JournalEntry, *, testing: bool = False) -> tuple[str, str, str]:
    """Post an entry, or only check it; return document, company code and fiscal year.

    Raises:
        Refusal: with everything that is wrong with it.
    """
    problems = [*_header_problems(work, entry), *_item_problems(work, entry)]
    if problems:
        raise Refusal(problems)
    year = entry.posting_date[:4]
    if testing:
        return "$", entry.company_code, year
    number = work.system.store.next_number("journal", FIRST_NUMBER).zfill(10)
    row = {
        "AccountingDocument": number,
        "CompanyCode": entry.company_code,
        "FiscalYear": year,
        "AccountingDocumentType": entry.document_type,
        "DocumentDate": entry.document_date,
        "PostingDate": entry.posting_date,
        "ReferenceDocument": entry.reference,
        "DocumentHeaderText": entry.text,
        "CreatedByUser": entry.user or work.user,
        "entered": work.instant,
        "reversed": False,
        "reversal_of": "",
        "items": [
            {
                "GLAccount": item.account,
                "Amount": plain(item.amount),
                "Currency": item.currency,
                "CostCenter": item.cost_center,
                "OrderID": item.order,
                "Text": item.text,
            }
            for item in entry.items
        ],
    }
    work.system.store.put(KIND, (number, entry.company_code, year), row)
    return number, entry.company_code, year


def _header_problems(work: Work, entry: JournalEntry) -> list[Message]:
    problems = []
    if entry.company_code != company_code(work):
        problems.append(message("F5/508", entry.company_code, target="CompanyCode"))
    for name, value in (
        ("AccountingDocumentType", entry.document_type),
        ("DocumentDate", entry.document_date),
        ("PostingDate", entry.posting_date),
    ):
        if not value:
            problems.append(message("F5/808", name, "-", target=name))
    day = _day(entry.posting_date)
    periods = work.system.store.find("_period")
    if not any(row["open"] and row["from"] <= day <= row["to"] for row in periods):
        period, year = (day[5:7].zfill(3), day[:4]) if day else ("-", "-")
        problems.append(message("F5/201", period, year, target="PostingDate"))
    return problems


def _item_problems(work: Work, entry: JournalEntry) -> list[Message]:
    problems: list[Message] = []
    balance: defaultdict[str, Decimal] = defaultdict(Decimal)
    if len(entry.items) < 2:
        problems.append(message("F5/808", "Item", "-", target="Item"))
    for item in entry.items:
        balance[item.currency] += item.amount
        problems += _account_problems(work, entry, item)
        wrong_side = item.side not in ("", "S" if item.amount >= 0 else "H")
        if wrong_side or not item.currency or not item.amount:
            target = "DebitCreditCode" if wrong_side else "AmountInTransactionCurrency"
            problems.append(message("F5/808", target, item.account, target=target))
    for currency, total in balance.items():
        if total:
            problems.append(message("F5/702", plain(total), currency))
    return problems


def _account_problems(work: Work, entry: JournalEntry, item: JournalItem) -> list[Message]:
    store = work.system.store
    account = store.get("_gl_account", item.account)
    if account is None:
        return [message("F5/506", item.account or "-", entry.company_code, target="GLAccount")]
    problems = []
    if account.get("needs_cost_object") and not (item.cost_center or item.order):
        problems.append(message("KI/235", item.account, target="CostCenter"))
    if item.cost_center and store.get("_cost_center", item.cost_center) is None:
        problems.append(message("F5/507", item.cost_center, target="CostCenter"))
    if item.order and orders.find_order(work, item.order) is None:
        problems.append(message("RU/010", item.order, target="OrderID"))
    return problems


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
