"""Coding: which account and which cost object a line is booked to, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

ACCOUNTS = "account_codes"
COST_OBJECTS = "cost_objects"
CODING_TASKS = (ACCOUNTS, COST_OBJECTS)
"""The two questions, by the names of their models."""


@dataclass(frozen=True, slots=True)
class CodingFacts:
    """What is known of a document besides what is booked; it is not sent to the ERP."""

    supplier_id: str | None = None
    material_group: str | None = None
    work_center_id: str | None = None
    movement_type: str | None = None
    valuation_class: str | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CodingFacts:
        """Read facts that have passed the contract."""
        return cls(**data)

    def to_data(self) -> dict[str, str]:
        """Write the facts; those that are not known are left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class CodingLine:
    """A line that is being written or was booked; everything but the date may be unknown."""

    posting_date: date
    amount: Decimal | None = None
    account_id: str | None = None
    cost_center: str | None = None
    production_order_id: str | None = None
    supplier_id: str | None = None
    material_id: str | None = None
    material_group: str | None = None
    work_center_id: str | None = None
    site_id: str | None = None
    company_code: str | None = None
    movement_type: str | None = None
    valuation_class: str | None = None

    def columns(self) -> dict[str, Any]:
        """Return the line under the names of the specs, where a ledger has other words."""
        told = {column.name: getattr(self, column.name) for column in fields(self)}
        return told | {
            "gl_account_id": self.account_id,
            "cost_center_id": self.cost_center,
            "order_id": self.production_order_id,
            "cost_object_id": self.cost_center,
        }


@dataclass(frozen=True, slots=True)
class CodingNote:
    """Something unusual about the coding of a line; it never blocks.

    ``line`` counts from 1 and is ``None`` for the head of the document, ``field`` is the one of
    the document. ``confidence`` is that of ``usual``; it is ``None`` where the plant's own table
    says so. ``told_by`` is ``table``, or the name and version of the model.
    """

    line: int | None
    field: str
    code: str
    usual: str
    confidence: float | None
    text: str
    told_by: str

    def to_data(self) -> dict[str, Any]:
        """Write the note; what it does not say is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}
