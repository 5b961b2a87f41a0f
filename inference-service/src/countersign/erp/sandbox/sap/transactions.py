"""The transactions: what each entity set and function import does when it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from countersign.erp.sandbox.sap import (
    confirmation,
    confirmation_proposal,
    inventory,
    maintenance,
    material_document,
    order_status,
    purchasing,
    quality,
)
from countersign.erp.sandbox.sap.orders import PROCESS, PRODUCTION, Family
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

Creator = Callable[[Work, Row, dict[str, list[Row]]], Row]
Updater = Callable[[Work, Row, Row], None]
Function = Callable[[Work, dict[str, Any]], tuple[str, Any]]
"""A function import returns the entity set of its result, or a complex type's name, and rows."""


def _confirm(family: Family) -> Creator:
    def create(work: Work, row: Row, children: dict[str, list[Row]]) -> Row:
        movements = children.get(family.to_movements) or None
        return confirmation.confirm(work, family, row, movements)

    return create


def _cancel_confirmation(family: Family) -> Function:
    def call(work: Work, given: dict[str, Any]) -> tuple[str, Any]:
        texts = {
            name: given[name]
            for name in ("ConfirmationText", "ExternalSystemConfirmation")
            if given[name]
        }
        row = confirmation.cancel(
            work,
            family,
            given["ConfirmationGroup"],
            given["ConfirmationCount"],
            given["PostingDate"],
            **texts,
        )
        return family.confirmations, row

    return call


def _post_material_document(work: Work, row: Row, children: dict[str, list[Row]]) -> Row:
    items = children.get("to_MaterialDocumentItem", [])
    for item in items:
        item["_serials"] = item.pop("to_SerialNumbers", [])
        item.pop("to_MaterialDocumentHeader", None)
    return material_document.post(work, row, items)


def _cancel_material_document(work: Work, given: dict[str, Any]) -> tuple[str, Any]:
    item = given.get("MaterialDocumentItem", "")
    row = material_document.cancel(
        work, given["MaterialDocumentYear"], given["MaterialDocument"], item, given["PostingDate"]
    )
    if item:
        year, number = row["MaterialDocumentYear"], row["MaterialDocument"]
        return "A_MaterialDocumentItem", material_document.items_of(work, year, number)[0]
    return "A_MaterialDocumentHeader", row


def _order_function(family: Family, change: order_status.Change) -> Function:
    def call(work: Work, given: dict[str, Any]) -> tuple[str, Any]:
        done = change(work, family, given["ManufacturingOrder"])
        return "FunctionMessage", order_status.function_message(done)

    return call


def _release_operation(work: Work, given: dict[str, Any]) -> tuple[str, Any]:
    done = order_status.release_operation(
        work, PRODUCTION, given["ManufacturingOrder"], given["ManufacturingOrderOperation"]
    )
    return "FunctionMessage", order_status.function_message(done)


def _order_update(family: Family) -> Updater:
    def update(work: Work, row: Row, changes: Row) -> None:
        order_status.change_order(work, family, row, changes)

    return update


def _activities(family: Family) -> Function:
    def call(work: Work, given: dict[str, Any]) -> tuple[str, Any]:
        return "ConfProposal", confirmation_proposal.activities(work, family, given)

    return call


def _movements(family: Family) -> Function:
    def call(work: Work, given: dict[str, Any]) -> tuple[str, Any]:
        return family.movements, confirmation_proposal.movements(work, family, given)

    return call


CREATORS: dict[str, Creator] = {
    "ProdnOrdConf2": _confirm(PRODUCTION),
    "ProcOrdConf2": _confirm(PROCESS),
    "A_MaterialDocumentHeader": _post_material_document,
    purchasing.REQUISITION: purchasing.create_requisition,
    purchasing.RESERVATION: purchasing.create_reservation,
    quality.RESULT: quality.create_result,
    quality.VALUE: quality.create_value,
    quality.DECISION: quality.create_decision,
    quality.DEFECT: quality.create_defect,
    maintenance.NOTIFICATION: maintenance.create,
    inventory.HEADER: inventory.create,
}
UPDATERS: dict[str, Updater] = {
    PRODUCTION.orders: _order_update(PRODUCTION),
    PROCESS.orders: _order_update(PROCESS),
    quality.RESULT: quality.change_result,
    quality.VALUE: quality.change_result,
    quality.DECISION: quality.change_decision,
    quality.DEFECT: quality.change_defect,
    maintenance.NOTIFICATION: maintenance.change,
    inventory.ITEM: inventory.count,
}
FUNCTIONS: dict[tuple[str, str], Function] = {
    ("API_PROD_ORDER_CONFIRMATION_2_SRV", "CancelProdnOrdConf"): _cancel_confirmation(PRODUCTION),
    ("API_PROD_ORDER_CONFIRMATION_2_SRV", "GetConfProposal"): _activities(PRODUCTION),
    ("API_PROD_ORDER_CONFIRMATION_2_SRV", "GetGdsMvtProposal"): _movements(PRODUCTION),
    ("API_PROC_ORDER_CONFIRMATION_2_SRV", "CancelProcOrdConf"): _cancel_confirmation(PROCESS),
    ("API_PROC_ORDER_CONFIRMATION_2_SRV", "GetConfProposal"): _activities(PROCESS),
    ("API_PROC_ORDER_CONFIRMATION_2_SRV", "GetGdsMvtProposal"): _movements(PROCESS),
    ("API_MATERIAL_DOCUMENT_SRV", "Cancel"): _cancel_material_document,
    ("API_MATERIAL_DOCUMENT_SRV", "CancelItem"): _cancel_material_document,
    ("API_PRODUCTION_ORDER_2_SRV", "ReleaseOperation"): _release_operation,
    ("API_MAINTNOTIFICATION", "CompleteMaintNotification"): maintenance.complete,
    ("API_MAINTNOTIFICATION", "SetMaintNotifToInProcess"): maintenance.set_in_process,
    ("API_PHYSICAL_INVENTORY_DOC_SRV", "PostDifferences"): inventory.post_all,
    ("API_PHYSICAL_INVENTORY_DOC_SRV", "PostDifferencesOnItem"): inventory.post_item,
    **{
        (service, name): _order_function(family, change)
        for service, family in (
            ("API_PRODUCTION_ORDER_2_SRV", PRODUCTION),
            ("API_PROCESS_ORDER_2_SRV", PROCESS),
        )
        for name, change in order_status.CHANGES.items()
    },
}
