"""Orders: the ERP's production orders as they were copied last, with what was captured for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import Connection

from countersign.journey.mirror import take_pushed_orders
from countersign.nouns.progress import OrderProgress
from countersign.nouns.quantity import plain
from countersign.store import approvals, master_data, progress
from countersign.web.auth import actor, requires
from countersign.web.bodies import read_message, read_number

blueprint = Blueprint("orders", __name__)


@blueprint.get("/v1/orders")
@requires("events.read", "events.write", "approve", "postings.read")
def list_orders() -> Response:
    """List orders by number; the released ones unless a state is given."""
    limit = read_number("limit", 100, low=1, high=500)
    with g.services.database.read() as connection:
        found = master_data.find_orders(
            connection,
            states=request.args.getlist("state") or ["released"],
            site_id=request.args.get("site_id"),
            work_center_id=request.args.get("work_center_id"),
            prefix=request.args.get("begins_with", ""),
            after=request.args.get("after", ""),
            limit=limit,
        )
        items = _items(connection, found)
    answer: dict[str, Any] = {"items": items}
    if len(found) == limit:
        answer["next_after"] = found[-1]["order_id"]
    return jsonify(answer)


@blueprint.post("/v1/orders")
@requires("pp.order")
def take_orders() -> Response:
    """Take orders from an ERP that pushes them."""
    orders = read_message("order-push")["orders"]
    changed = take_pushed_orders(g.services.database, orders, actor(), datetime.now(UTC))
    return jsonify({"changed": changed})


def _items(connection: Connection, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order_ids = [order["order_id"] for order in orders]
    materials = master_data.read(connection, "material", {order["material_id"] for order in orders})
    captured = progress.read_many(connection, order_ids)
    tasks = approvals.count_by_order(connection, order_ids)
    return [
        _order(
            order,
            materials.get(order["material_id"], {}).get("description", ""),
            captured.get(order["order_id"], (0, OrderProgress()))[1],
            tasks.get(order["order_id"], 0),
        )
        for order in orders
    ]


def _order(
    order: dict[str, Any], description: str, captured: OrderProgress, tasks: int
) -> dict[str, Any]:
    return {
        "order_id": order["order_id"],
        "site_id": order["site_id"],
        "material_id": order["material_id"],
        "description": description,
        "quantity": order["quantity"],
        "state": order["state"],
        "planned_end_at": order["planned_end_at"],
        "changed_at": order["changed_at"],
        "operations": [_operation(row, captured) for row in order["operations"]],
        "components": order["components"],
        "open_approvals": tasks,
    }


def _operation(operation: dict[str, Any], captured: OrderProgress) -> dict[str, Any]:
    done = captured.operation(operation["operation_id"])
    return {
        "operation_id": operation["operation_id"],
        "work_center_id": operation["work_center_id"],
        "yield_quantity": plain(done.yield_quantity),
        "scrap_quantity": plain(done.scrap_quantity),
        "is_final": done.is_final,
    }
