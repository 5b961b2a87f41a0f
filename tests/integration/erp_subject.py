"""The subject of the conformance suite: a connector, its ERP, and the means to trouble it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Literal, Protocol

import yaml

from countersign.erp.port import ErpPort

Fault = Literal[
    "lock",
    "rate_limit",
    "unavailable",
    "connection_refused",
    "lost_before_booking",
    "lost_after_booking",
    "lost_in_answer",
    "late_booking",
    "html_answer",
    "expired_session",
    "partial_success",
    "refused_after_partial_success",
    "lost_after_reversal",
]
"""What goes wrong with the next call. ``connection_refused`` lasts until ``clear``."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """A fresh released order: the product's unit, two components in stock, the tolerance limit.

    ``most`` is what may be delivered without a question; ``lot_component_id`` is a component kept
    in lots, ``lot_id`` one of its lots.
    """

    site_id: str
    order_id: str
    operation_id: str
    material_id: str
    unit: str
    quantity: Decimal
    most: Decimal
    component_id: str
    component_unit: str
    second_component_id: str
    second_component_unit: str
    lot_component_id: str
    lot_id: str
    wrong_unit: str
    open_date: date
    closed_date: date


class Subject(Protocol):
    """A connector under test with the means to trouble its ERP.

    ``connector`` has a time-out short enough for tests. ``exempt`` maps rules to reasons.
    """

    connector: ErpPort
    exempt: Mapping[str, str]

    def new_order(self, *, released: bool = True) -> OrderFacts:
        """Make an order that no other test uses."""

    def inject(self, fault: Fault) -> None:
        """Let the next call go wrong."""

    def clear(self) -> None:
        """Let everything work again."""

    def standing(self, key: str) -> int:
        """Count the documents that stand under a key, asking the ERP past the connector."""

    def with_wrong_password(self) -> ErpPort:
        """Return a connector whose login the ERP refuses."""


def exemptions(package: str) -> dict[str, str]:
    """Read from a connector's ``quality.yaml`` which rules it does not keep, and why."""
    answers = yaml.safe_load((files(package) / "quality.yaml").read_text(encoding="utf-8"))["rules"]
    return {rule: answer["comment"] for rule, answer in answers.items() if answer != "done"}
