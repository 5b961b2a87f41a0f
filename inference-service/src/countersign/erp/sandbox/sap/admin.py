"""The administration: seeds, settings, locks, periods, faults and reports, on a port of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from countersign.erp.sandbox.faults import FaultError
from countersign.erp.sandbox.http import Connection, Request, html_reply, json_reply
from countersign.erp.sandbox.sap import (
    confirmed_movements,
    loipro,
    order_making,
    orders,
    page,
    reports,
    seed,
)
from countersign.erp.sandbox.sap.gateway import Gateway
from countersign.erp.sandbox.sap.outbound import Outbound
from countersign.erp.sandbox.sap.settings import SettingsError

SwitchDown = Callable[[float | None], None]
SwitchUp = Callable[[], Awaitable[None]]
ADMINISTRATOR = "ADMIN"


class Admin:
    """Serves the administration; its callers are trusted, it listens on loopback only."""

    def __init__(
        self, gateway: Gateway, outbound: Outbound, go_down: SwitchDown, come_up: SwitchUp
    ) -> None:
        self._gateway = gateway
        self._outbound = outbound
        self._system = gateway.system
        self._go_down = go_down
        self._come_up = come_up
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls: dict[str, Callable[[Request], Any]] = {
            "POST /seed": lambda request: seed.take(self._system, _object(request)),
            "POST /orders": self._make_orders,
            "GET /orders": self._order,
            "POST /orders/send": self._send_orders,
            "GET /settings": lambda _: self._system.settings.change({}),
            "POST /settings": lambda request: self._system.change_settings(_object(request)),
            "GET /faults": lambda _: self._rules(),
            "POST /faults": self._replace_faults,
            "POST /down": self._down,
            "GET /locks": lambda _: self._system.locks.listed(),
            "POST /locks": self._lock,
            "DELETE /locks": self._unlock,
            "POST /periods": lambda request: seed.take(
                self._system, {"periods": _list(request, "periods")}
            ),
            "POST /authorisations": self._authorise,
            "POST /counting": self._count_stock,
            "GET /cogi": lambda _: self._system.store.find("_cogi"),
            "POST /cogi/process": self._process_cogi,
            "GET /stock": self._stock,
            "GET /documents": lambda request: reports.documents(self._system.store, request.query),
            "GET /sums": lambda _: reports.sums(self._system.store),
            "GET /doubles": lambda _: reports.doubles(self._system.store),
            "GET /order-violations": lambda _: reports.order_violations(self._system.store),
            "GET /statistics": lambda _: dict(sorted(self._gateway.answered.items())),
        }

    def handle(self, connection: Connection, request: Request) -> None:
        """Serve one request."""
        name = f"{request.method} {request.path}"
        if name == "GET /":
            connection.answer(html_reply(200, page.overview(self._system)))
            return
        if name in ("POST /up", "DELETE /faults"):
            task = asyncio.get_running_loop().create_task(self._up(connection, name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        call = self._calls.get(name)
        if call is None:
            known = sorted(self._calls)
            connection.answer(json_reply(404, {"error": f"no such call; known: {known}"}))
            return
        try:
            connection.answer(json_reply(200, call(request)))
        except (seed.SeedError, FaultError, SettingsError, ValueError) as error:
            connection.answer(json_reply(422, {"error": str(error)}))

    def _make_orders(self, request: Request) -> dict[str, list[str]]:
        """Make orders for a material from its bill of material and routing."""
        data = _object(request)
        count = int(data.pop("count", 1))
        try:
            with self._system.work(ADMINISTRATOR) as work:
                made = [order_making.make(work, data) for _ in range(count)]
        except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise seed.SeedError(f"orders {data}: {error!r}") from error
        work.release()
        return {"orders": made}

    def _order(self, request: Request) -> dict[str, Any]:
        number = request.query.get("order", "").lstrip("0")
        with self._system.work(ADMINISTRATOR) as work:
            found = orders.find_order(work, number)
            if found is None:
                raise ValueError(f"no such order: {number}")
            family, row = found
            return {
                "order": row,
                "operations": orders.operations_of(work, family, number),
                "components": orders.components_of(work, family, number),
            }

    def _send_orders(self, request: Request) -> dict[str, int]:
        """Send orders as LOIPRO IDocs to an address on this machine."""
        data = _object(request)
        numbers = [str(number).lstrip("0") for number in data.get("orders", [])]
        with self._system.work(ADMINISTRATOR) as work:
            text = loipro.document(work, numbers)
        self._outbound.post(_text(data, "url"), text.encode())
        return {"sent": len(numbers)}

    def _rules(self) -> list[dict[str, Any]]:
        return [rule.to_data() for rule in self._gateway.faults.rules]

    def _replace_faults(self, request: Request) -> list[dict[str, Any]]:
        data = _object(request)
        self._gateway.faults.replace(data.get("rules", []), int(data.get("seed", 0)))
        return self._rules()

    def _lock(self, request: Request) -> list[dict[str, str]]:
        data = _object(request)
        kind, name = _text(data, "object"), _text(data, "name")
        for_s = float(data.get("for_s", "inf"))
        self._system.locks.hold(kind, name, str(data.get("user", "MEYER")), for_s)
        return self._system.locks.listed()

    def _unlock(self, request: Request) -> list[dict[str, str]]:
        self._system.locks.release(request.query.get("object", ""), request.query.get("name", ""))
        return self._system.locks.listed()

    def _authorise(self, request: Request) -> dict[str, Any]:
        """Give or take the right to a service or movement type."""
        data = _object(request)
        kind = "service" if "service" in data else "movement_type"
        name = _text(data, kind)
        with self._system.store.transaction():
            if data.get("allowed", True):
                self._system.store.delete("_forbidden", kind, name)
            else:
                self._system.store.put("_forbidden", (kind, name), {kind: name})
        return {kind: name, "allowed": bool(data.get("allowed", True))}

    def _count_stock(self, request: Request) -> dict[str, Any]:
        """Block a material at a storage location for its physical inventory, or unblock it."""
        data = _object(request)
        key = tuple(_text(data, name) for name in ("material", "plant", "storage_location"))
        active = bool(data.get("active", True))
        with self._system.store.transaction():
            if active:
                self._system.store.put("_counting", key, data)
            else:
                self._system.store.delete("_counting", *key)
        return {"active": active}

    def _process_cogi(self, request: Request) -> dict[str, int]:
        """Try all failed goods movements again."""
        with self._system.work(ADMINISTRATOR) as work:
            waiting = self._system.store.find("_cogi")
            posted = sum(confirmed_movements.post_pooled(work, row) for row in waiting)
        work.release()
        return {"posted": posted, "left": len(waiting) - posted}

    def _stock(self, request: Request) -> list[dict[str, Any]]:
        material = request.query.get("material")
        equal = {"Material": material} if material else {}
        return self._system.store.find("A_MatlStkInAcctMod", **equal)

    def _down(self, request: Request) -> dict[str, Any]:
        for_s = _object(request).get("for_s")
        self._go_down(None if for_s is None else float(for_s))
        return {"down": True}

    async def _up(self, connection: Connection, name: str) -> None:
        """Let business go on, without faults if asked, and answer when it does."""
        if name == "DELETE /faults":
            self._gateway.faults.replace([], 0)
        await self._come_up()
        connection.answer(json_reply(200, {"down": False}))


def _object(request: Request) -> dict[str, Any]:
    data = json.loads(request.body or b"{}")
    if not isinstance(data, dict):
        raise ValueError("the body is no JSON object")
    return data


def _list(request: Request, name: str) -> list[Any]:
    rows = _object(request).get(name)
    if not isinstance(rows, list):
        raise ValueError(f"{name}: a list is expected")
    return rows


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is missing")
    return value
