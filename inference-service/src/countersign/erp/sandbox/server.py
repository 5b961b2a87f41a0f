"""The server: two loopback ports, one for business, one for administration, until SIGTERM."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from countersign.erp.sandbox.admin import Admin
from countersign.erp.sandbox.book import Book
from countersign.erp.sandbox.desk import Desk
from countersign.erp.sandbox.faults import Faults
from countersign.erp.sandbox.http import Connection, Handle
from countersign.erp.sandbox.traffic import Traffic

LOOPBACK = "127.0.0.1"
BACKLOG = 512


@dataclass(slots=True)
class Listener:
    """A port that can be closed and opened again; closed, it refuses every connection."""

    handle: Handle
    port: int
    connections: set[Connection] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen; a port of 0 takes a free one and keeps it."""
        if self._server is not None:
            return
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self.handle, self.connections),
            LOOPBACK,
            self.port,
            family=socket.AF_INET,
            backlog=BACKLOG,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening and reset the connections that are open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self.connections):
            connection.drop()


class Ports:
    """The business port and the administration's; the business port can go down and come up."""

    def __init__(self, port: int, admin_port: int) -> None:
        self._port = port
        self._admin_port = admin_port
        self._business: Listener | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._reopening: asyncio.TimerHandle | None = None
        self._failure: sqlite3.Error | None = None

    async def serve(self, business: Handle, office: Handle) -> None:
        """Serve until SIGTERM or SIGINT; print one JSON line with the ports when ready.

        Raises:
            sqlite3.Error: the book cannot be written; nobody must be answered any more.
        """
        loop = asyncio.get_running_loop()
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)

        def fail(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            loop.default_exception_handler(context)
            error = context.get("exception")
            if isinstance(error, sqlite3.Error):
                self._failure = error
                stopped.set()

        loop.set_exception_handler(fail)
        self._business = Listener(business, self._port)
        administration = Listener(office, self._admin_port)
        await self._business.open()
        await administration.open()
        ready = {"port": self._business.port, "admin_port": administration.port}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await stopped.wait()
        self._business.close()
        administration.close()
        if self._failure is not None:
            raise self._failure

    def go_down(self, for_s: float | None) -> None:
        """Refuse every business connection, for some seconds or until :meth:`come_up`."""
        assert self._business is not None
        self._business.close()
        self._forget_reopening()
        if for_s is not None:
            self._reopening = asyncio.get_running_loop().call_later(for_s, self._reopen)

    async def come_up(self) -> None:
        """Accept business connections again."""
        assert self._business is not None
        self._forget_reopening()
        await self._business.open()

    def _reopen(self) -> None:
        task = asyncio.get_running_loop().create_task(self.come_up())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget_reopening(self) -> None:
        if self._reopening is not None:
            self._reopening.cancel()
            self._reopening = None


def run(
    *,
    port: int,
    admin_port: int,
    database: Path,
    seed: Path | None,
    users: dict[str, str],
    durable: bool,
) -> None:
    """Open the book, take a seed over, and serve."""
    book = Book(database, durable=durable)
    if seed is not None:
        book.seed(json.loads(seed.read_text(encoding="utf-8")))
    ports = Ports(port, admin_port)
    faults, traffic = Faults(), Traffic()
    desk = Desk(book, faults, traffic, users)
    admin = Admin(book, faults, traffic, ports.go_down, ports.come_up)
    asyncio.run(ports.serve(desk.handle, admin.handle))
    book.close()
