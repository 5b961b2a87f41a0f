"""Documents about quality and machines: results, decisions, defects, malfunctions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from countersign.nouns.quantity import Quantity


@dataclass(frozen=True, slots=True)
class InspectionResult:
    """What was found for one characteristic of an inspection lot.

    A measured ``value`` is judged by the ERP; without one ``accepted`` says what a person judged.
    """

    kind: ClassVar[str] = "inspection_result"

    site_id: str
    inspection_lot_id: str
    inspection_operation_id: str
    characteristic_id: str
    value: Decimal | None = None
    accepted: bool | None = None
    inspected_at: datetime | None = None
    person_id: str | None = None
    text: str = ""

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the inspection lot."""
        return f"lot/{self.inspection_lot_id}"[:40]


@dataclass(frozen=True, slots=True)
class UsageDecision:
    """What becomes of an inspected lot, as a code of the ERP's catalogue."""

    kind: ClassVar[str] = "usage_decision"

    site_id: str
    inspection_lot_id: str
    code_group: str
    code: str
    selected_set: str | None = None
    quality_score: int | None = None
    person_id: str | None = None

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the inspection lot."""
        return f"lot/{self.inspection_lot_id}"[:40]


@dataclass(frozen=True, slots=True)
class QualityNotification:
    """A defect that was seen, for the quality department to follow up."""

    kind: ClassVar[str] = "quality_notification"

    site_id: str
    material_id: str
    text: str
    posting_date: date
    production_order_id: str | None = None
    operation_id: str | None = None
    quantity: Quantity | None = None
    lot_id: str | None = None
    inspection_lot_id: str | None = None
    defect_code_group: str | None = None
    defect_code: str | None = None
    work_center_id: str | None = None
    person_id: str | None = None

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the order, or the material."""
        return self.production_order_id or f"defect/{self.site_id}/{self.material_id}"[:40]


@dataclass(frozen=True, slots=True)
class MaintenanceNotification:
    """A machine that needs looking after; ``is_down`` when it stands still."""

    kind: ClassVar[str] = "maintenance_notification"

    site_id: str
    equipment_id: str
    text: str
    is_down: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    priority: str | None = None
    notification_type: str | None = None
    person_id: str | None = None

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the machine."""
        return f"machine/{self.equipment_id}"[:40]
