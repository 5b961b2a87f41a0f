"""Digital Manufacturing: its REST interface over the same plant; it confirms to S/4HANA itself.

What it takes it books in S/4HANA at once and by S/4HANA's rules. A real one hands over later, and
keeps what S/4HANA refuses among its integration messages.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap import confirmation, dm_views, material_document, orders
from countersign.erp.sandbox.sap.answer import Answer, json_answer
from countersign.erp.sandbox.sap.dm_requests import check, invalid, moment
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

QUANTITY = "/quantityConfirmation/v1/confirm"
FINAL = "/quantityConfirmation/v1/reportOperationActivityFinalConfirmation"
ACTIVITY = "/activityConfirmation/v1/confirm"
GOODS_ISSUE = "/processorder/v1/goodsissue"
PREFIXES = (
    *("/order/v1/", "/quantityConfirmation/", "/activityConfirmation/", "/processorder/"),
    *("/routing/v1/", "/bom/v1/", "/material/v1/", "/inventory/v1/"),
)


def kind(request: Request) -> str:
    """Name a call for the faults."""
    return "read" if request.method == "GET" else "post"


def serve(work: Work, request: Request) -> Answer:
    """Serve one call.

    Raises:
        Refusal: the call does not fit, or a rule of S/4HANA forbids it.
    """
    if request.method == "GET" and request.path in _READS:
        return json_answer(200, _READS[request.path](work, request.query))
    post = _POSTS.get(request.path)
    if request.method != "POST" or post is None:
        raise Refusal([Message("notFound", f"{request.path} is not served")], 404)
    try:
        body = json.loads(request.body or b"{}", parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise invalid(str(error)) from None
    return json_answer(200, post(work, check(request.path, _plain(body))))


def refused(refusal: Refusal) -> Answer:
    """Write a refusal as Digital Manufacturing does."""
    first = refusal.messages[0]
    return json_answer(refusal.status, {"error": {"code": first.code, "message": first.text}})


def _plain(value: Any) -> Any:
    """Return JSON with its numbers as floats; their decimal text is that of the request."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value


def _confirm(work: Work, body: dict[str, Any]) -> dict[str, Any]:
    units = {body[name] for name in ("yieldQuantityUnit", "scrapQuantityUnit") if body.get(name)}
    if len(units) > 1:
        raise invalid("yield and scrap have different units")
    given = _given(work, body)
    given |= {
        "ConfirmationYieldQuantity": _decimal(body.get("yieldQuantity", 0)),
        "ConfirmationScrapQuantity": _decimal(body.get("scrapQuantity", 0)),
        "ConfirmationUnit": next(iter(units), ""),
        "VarianceReasonCode": body.get("reasonCodeKey", ""),
        "FinalConfirmationType": "X" if body.get("finalConfirmation") else "",
        "EnteredByExternalUser": body.get("postedBy", "")[:12],
    }
    if "postingDateTime" in body:
        given["PostingDate"] = moment(body["postingDateTime"]).date().isoformat()
    return _posted(work, body, given)


def _confirm_finally(work: Work, body: dict[str, Any]) -> dict[str, Any]:
    return _posted(work, body, {**_given(work, body), "FinalConfirmationType": "X"})


def _confirm_activities(work: Work, body: dict[str, Any]) -> dict[str, Any]:
    given = _given(work, body)
    for position, activity in enumerate(body["activities"], start=1):
        given[f"OpConfirmedWorkQuantity{position}"] = _decimal(activity["quantity"])
        given[f"OpWorkQuantityUnit{position}"] = activity.get("unitOfMeasure", "MIN")
    return _posted(work, body, given)


def _given(work: Work, body: dict[str, Any]) -> Row:
    """Return the confirmation in S/4HANA that a confirmation here begins with."""
    family, order = dm_views.order_of(work, body["plant"], body["shopOrder"])
    orders.require_processable(order)
    if body.get("sfc", dm_views.sfc_of(order)) != dm_views.sfc_of(order):
        text = f"SFC {body['sfc']} is not of order {body['shopOrder']}"
        raise Refusal([Message("sfc.notFound", text)], 404)
    return work.system.new_row(
        family.confirmations,
        OrderID=order["ManufacturingOrder"],
        OrderOperation=body["operationActivity"],
        WorkCenter=body.get("workCenter", ""),
        ConfirmationText="Digital Manufacturing",
    )


def _posted(work: Work, body: dict[str, Any], given: Row) -> dict[str, Any]:
    family, _ = dm_views.order_of(work, body["plant"], body["shopOrder"])
    row = confirmation.confirm(work, family, given, None)
    return {"confirmation": f"{row['ConfirmationGroup']}/{row['ConfirmationCount']}"}


def _issue(work: Work, body: dict[str, Any]) -> dict[str, Any]:
    family, order = dm_views.order_of(work, body["plant"], body["order"])
    material = body["component"].get("material", {}).get("material", "")
    item = work.system.new_row(
        "A_MaterialDocumentItem",
        Material=material,
        Plant=body["plant"],
        ManufacturingOrder=order["ManufacturingOrder"],
        GoodsMovementType="261",
        EntryUnit=body["unitOfMeasure"],
        QuantityInEntryUnit=_decimal(body["quantity"]),
        MaterialDocumentItemText=body.get("comments", "")[:50],
    )
    item["_serials"] = []
    for row in orders.components_of(work, family, order["ManufacturingOrder"]):
        if row["Material"] == material:
            item |= {"StorageLocation": row["StorageLocation"], "Batch": row["Batch"]}
            item |= {name: row[name] for name in ("Reservation", "ReservationItem")}
    if body.get("inventoryId"):
        place = dm_views.place_of_inventory(work, body["inventoryId"])
        item |= {name: place[name] for name in ("StorageLocation", "Batch")}
    header = work.system.new_row(
        material_document.HEADER,
        GoodsMovementCode="03",
        PostingDate=moment(body["postingDateTime"]).date().isoformat(),
        MaterialDocumentHeaderText="Digital Manufacturing",
    )
    row = material_document.post(work, header, [item])
    return {"materialDocument": f"{row['MaterialDocument']}/{row['MaterialDocumentYear']}"}


def _decimal(value: float) -> str:
    return plain(Decimal(str(value)))


def _read_order(work: Work, query: dict[str, str]) -> dict[str, Any]:
    _, order = dm_views.order_of(work, query.get("plant", ""), query.get("order", ""))
    return dm_views.order_view(order)


def _read_routing(work: Work, query: dict[str, str]) -> list[dict[str, Any]]:
    found = dm_views.order_of(work, query.get("plant", ""), query.get("routing", ""))
    return dm_views.routing_view(work, *found)


def _read_bom(work: Work, query: dict[str, str]) -> list[dict[str, Any]]:
    found = dm_views.order_of(work, query.get("plant", ""), query.get("bom", ""))
    return dm_views.bom_view(work, *found)


_READS: dict[str, Callable[[Work, dict[str, str]], Any]] = {
    "/order/v1/orders": _read_order,
    "/order/v1/orders/list": dm_views.order_list,
    "/routing/v1/routings": _read_routing,
    "/bom/v1/boms": _read_bom,
    "/material/v1/materials": dm_views.material_list,
    "/inventory/v1/inventories": dm_views.inventory_list,
}
_POSTS: dict[str, Callable[[Work, dict[str, Any]], dict[str, Any]]] = {
    QUANTITY: _confirm,
    FINAL: _confirm_finally,
    ACTIVITY: _confirm_activities,
    GOODS_ISSUE: _issue,
}
