"""The progress of an order: what has been captured for it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class OperationProgress:
    """What has been captured for one operation so far, in the order's unit."""

    yield_quantity: Decimal = ZERO
    scrap_quantity: Decimal = ZERO
    rework_quantity: Decimal = ZERO
    is_final: bool = False
    confirmations: int = 0


@dataclass(slots=True)
class OrderProgress:
    """What has been captured for an order so far; what people rejected does not count.

    ``consumed`` is per component in the material's base unit. ``consumed_for`` is the produced
    quantity that the consumption so far was declared for, per component.
    """

    operations: dict[str, OperationProgress] = field(default_factory=dict)
    consumed: dict[str, Decimal] = field(default_factory=dict)
    consumed_for: dict[str, Decimal] = field(default_factory=dict)

    def operation(self, operation_id: str) -> OperationProgress:
        """Return the progress of an operation; a fresh one where nothing was captured yet."""
        return self.operations.setdefault(operation_id, OperationProgress())
