"""The back office: seed, settings, faults and reports, on a port of its own that is never down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from countersign.erp.sandbox import page, reading, reports
from countersign.erp.sandbox.book import Book
from countersign.erp.sandbox.faults import FaultError, Faults
from countersign.erp.sandbox.http import Connection, Request, html_reply, json_reply
from countersign.erp.sandbox.plant import SeedError
from countersign.erp.sandbox.traffic import SettingsError, Traffic

SwitchDown = Callable[[float | None], None]
SwitchUp = Callable[[], Awaitable[None]]


class Admin:
    """Serves the administration; its callers are trusted, it listens on loopback only."""

    def __init__(
        self,
        book: Book,
        faults: Faults,
        traffic: Traffic,
        go_down: SwitchDown,
        come_up: SwitchUp,
    ) -> None:
        self._book = book
        self._faults = faults
        self._traffic = traffic
        self._go_down = go_down
        self._come_up = come_up
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls: dict[str, Callable[[Request], Any]] = {
            "POST /seed": lambda request: self._book.seed(_object(request)),
            "POST /settings": lambda request: self._traffic.settings.change(_object(request)),
            "GET /faults": lambda _: self._rules(),
            "POST /faults": self._replace_faults,
            "POST /down": self._down,
            "GET /statistics": lambda _: dict(sorted(self._traffic.answered.items())),
            "GET /documents": lambda request: reading.documents(self._book, request.query),
            "GET /stock": lambda request: reading.stock(self._book, request.query),
            "GET /sums": lambda _: reports.sums(self._book),
            "GET /doubles": lambda _: reports.doubles(self._book),
            "GET /order-violations": lambda _: reports.order_violations(self._book),
        }

    def handle(self, connection: Connection, request: Request) -> None:
        """Serve one request."""
        name = f"{request.method} {request.path}"
        if name == "GET /":
            connection.answer(html_reply(200, page.overview(self._book)))
            return
        if name in ("POST /up", "DELETE /faults"):
            task = asyncio.get_running_loop().create_task(self._up(connection, name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        call = self._calls.get(name)
        if call is None:
            connection.answer(
                json_reply(404, {"error": f"no such call; known: {sorted(self._calls)}"})
            )
            return
        try:
            connection.answer(json_reply(200, call(request)))
        except (SeedError, FaultError, SettingsError, OverflowError, ValueError) as error:
            connection.answer(json_reply(422, {"error": str(error)}))

    def _rules(self) -> list[dict[str, Any]]:
        return [rule.to_data() for rule in self._faults.rules]

    def _replace_faults(self, request: Request) -> list[dict[str, Any]]:
        data = _object(request)
        self._faults.replace(data.get("rules", []), int(data.get("seed", 0)))
        return self._rules()

    def _down(self, request: Request) -> dict[str, Any]:
        for_s = _object(request).get("for_s")
        self._go_down(None if for_s is None else float(for_s))
        return {"down": True}

    async def _up(self, connection: Connection, name: str) -> None:
        """Let business go on, without faults if asked, and answer when it does."""
        if name == "DELETE /faults":
            self._faults.replace([], 0)
        await self._come_up()
        connection.answer(json_reply(200, {"down": False}))


def _object(request: Request) -> dict[str, Any]:
    data = json.loads(request.body or b"{}")
    if not isinstance(data, dict):
        raise ValueError("the body is no JSON object")
    return data
