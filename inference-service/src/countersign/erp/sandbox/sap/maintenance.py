"""Maintenance notifications: what is wrong with a machine, and how far its repair is."""

from __future__ import annotations

from typing import Any

from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

NOTIFICATION = "MaintenanceNotification"
FIRST_NUMBER = 10_000_001
OUTSTANDING, IN_PROCESS, COMPLETED = "1", "3", "4"


def create(work: Work, row: Row, children: dict[str, list[Row]]) -> Row:
    """Save a notification.

    Raises:
        Refusal: its type is missing or its technical object does not exist.
    """
    if not row["NotificationType"]:
        raise refusal("M7/018", "Notification Type", target="NotificationType")
    _require_object(work, row)
    row |= {
        "MaintenanceNotification": work.system.store.next_number("notification", FIRST_NUMBER),
        "NotifProcessingPhase": OUTSTANDING,
        "CreationDate": work.today,
        "CreationTime": work.clock,
        "NotificationCreationDate": work.today,
        "NotificationCreationTime": work.clock,
        "ReportedByUser": row["ReportedByUser"] or work.user,
        "LastChangeDateTime": work.instant,
    }
    work.system.put(NOTIFICATION, row)
    return row


def change(work: Work, row: Row, changes: Row) -> None:
    """Change a notification."""
    row |= {**changes, "LastChangeDate": work.today, "LastChangeDateTime": work.instant}
    _require_object(work, row)
    work.system.put(NOTIFICATION, row)


def set_in_process(work: Work, given: dict[str, Any]) -> tuple[str, Row]:
    """Put a notification in process."""
    return NOTIFICATION, _advanced(work, given["MaintenanceNotification"], IN_PROCESS)


def complete(work: Work, given: dict[str, Any]) -> tuple[str, Row]:
    """Complete a notification."""
    row = _advanced(work, given["MaintenanceNotification"], COMPLETED)
    row |= {"NotificationCompletionDate": work.today, "CompletionTime": work.clock}
    work.system.put(NOTIFICATION, row)
    return NOTIFICATION, row


def _advanced(work: Work, number: str, phase: str) -> Row:
    row = work.system.store.get(NOTIFICATION, number)
    if row is None:
        raise refusal("IM/002", number, target="MaintenanceNotification")
    if row["NotifProcessingPhase"] >= phase:
        raise refusal("BS/013", "NOCO" if phase == COMPLETED else "NOPR", f"NOT {number}")
    row |= {"NotifProcessingPhase": phase, "LastChangeDateTime": work.instant}
    work.system.put(NOTIFICATION, row)
    return row


def _require_object(work: Work, row: Row) -> None:
    name = row["TechnicalObject"]
    if name and work.system.store.get("_technical_object", name) is None:
        raise refusal("IM/001", name, target="TechnicalObject")
