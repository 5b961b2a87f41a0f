"""The account determination of the plant's ERP: a table that decides before any model."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from countersign.audit.trail import open_trail
from countersign.model.codes import canonical
from countersign.store import account_determinations
from countersign.store.account_determinations import Key
from countersign.store.database import canonical_json, digest_of

COLUMNS = ("movement_type", "valuation_class", "account_id")
MAX_CODE_LENGTH = 20


class TableRefused(Exception):
    """The table cannot be taken as it is; the text says what to change."""


def read_table(lines: Iterable[str]) -> dict[Key, str]:
    """Read CSV with the columns movement_type, valuation_class, account_id.

    Codes have one spelling, so ``0201`` and ``201`` are the same. Raises :class:`TableRefused`.
    """
    reader = csv.DictReader(lines)
    absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if absent:
        raise TableRefused(
            f"the columns are {', '.join(COLUMNS)}, separated by commas; {', '.join(absent)} "
            "is missing in the first line"
        )
    accounts: dict[Key, str] = {}
    for number, row in enumerate(reader, 2):
        key, account_id = _row(row, number)
        if accounts.setdefault(key, account_id) != account_id:
            raise TableRefused(
                f"line {number}: movement type {key[0]} and valuation class {key[1]} already go to "
                f"{accounts[key]}; leave one of the two rows out"
            )
    if not accounts:
        raise TableRefused("the table has no rows")
    return accounts


def load_table(
    connection: Connection, accounts: Mapping[Key, str], *, actor: str, reason: str, now: datetime
) -> None:
    """Put a table in the place of the one in use; the audit keeps its digest."""
    account_determinations.replace_all(connection, accounts, now)
    rows = [[*key, account_id] for key, account_id in sorted(accounts.items())]
    with open_trail(connection, now) as trail:
        body = {
            "rows": len(rows),
            "table_digest": digest_of(canonical_json(rows)),
            "reason": reason,
        }
        trail.add("account_determination_loaded", actor, body)


def _row(row: Mapping[str, str | None], number: int) -> tuple[Key, str]:
    movement, valuation = canonical(row["movement_type"]), canonical(row["valuation_class"])
    account_id = (row["account_id"] or "").strip()
    if movement is None or valuation is None or not account_id:
        raise TableRefused(f"line {number}: one of {', '.join(COLUMNS)} is empty; fill it in")
    if len(account_id) > MAX_CODE_LENGTH:
        raise TableRefused(f"line {number}: the account has more than {MAX_CODE_LENGTH} characters")
    return (movement, valuation), account_id
