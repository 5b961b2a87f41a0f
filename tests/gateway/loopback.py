"""A small service on loopback that takes events as the contract says, and misbehaves on demand.

It is real HTTP over real sockets. The service itself is used in the end-to-end tests; here the
gateway is held to what a network and a service in trouble can do to it.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

KEY = "gateway-key"


class LoopbackService:
    """Stores events by source and id; ``behave`` sets what happens to the next requests.

    ``stored`` are the events in the order in which they were first seen, ``posts`` the ids of
    each request that arrived, ``duplicates`` how many events came again. ``pages`` are what other
    paths answer, ``requests`` what was posted to them: path, body and Idempotency-Key.
    """

    def __init__(self) -> None:
        self.stored: list[dict[str, Any]] = []
        self.posts: list[list[str]] = []
        self.duplicates = 0
        self.outcomes: list[dict[str, Any]] = []
        self.pages: dict[str, Any] = {"/readyz": {"status": "ok"}}
        self.requests: list[tuple[str, dict[str, Any], str | None]] = []
        self.refuse: Callable[[dict[str, Any]], bool] = lambda event: False
        self.key = KEY
        self._known: dict[tuple[str, str], str] = {}
        self._behaviours: list[str] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self.port = 0

    def start(self) -> Self:
        """Listen; a second start listens on the same port again."""
        service = self

        class Handler(_Handler):
            owner = service

        self._server = _Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop as a killed process does: open connections end, new ones are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.end_connections()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address for the gateway's configuration."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The ids of the stored events, in order of arrival."""
        return [event["id"] for event in self.stored]

    def behave(self, *behaviours: str) -> None:
        """Set what happens to the next posts, one each.

        ``store-then-drop`` and ``drop`` close the connection without an answer; ``store-then-
        hang`` stores and answers too late; ``busy`` answers 503 with Retry-After 1; ``page``
        answers 200 with a login page, ``error-page`` 502 with that of a proxy.
        """
        with self._lock:
            self._behaviours = list(behaviours)

    def next_behaviour(self) -> str | None:
        """Return what is to happen to this post."""
        with self._lock:
            return self._behaviours.pop(0) if self._behaviours else None

    def take(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Store events and return their receipts."""
        with self._lock:
            self.posts.append([event["id"] for event in events])
            return [self._take(event) for event in events]

    def _take(self, event: dict[str, Any]) -> dict[str, Any]:
        receipt = {"source": event["source"], "id": event["id"]}
        if self.refuse(event):
            problem = {"status": 422, "title": "Refused", "detail": "not in this test"}
            return receipt | {"status": "refused", "problem": problem}
        name, body = (event["source"], event["id"]), json.dumps(event, sort_keys=True)
        if name not in self._known:
            self._known[name] = body
            self.stored.append(event)
            return receipt | {"status": "accepted"}
        if self._known[name] != body:
            problem = {"status": 409, "title": "Conflict", "detail": "another body"}
            return receipt | {"status": "conflict", "problem": problem}
        self.duplicates += 1
        return receipt | {"status": "duplicate"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave out the traces of connections that the tests end on purpose."""

    def end_connections(self) -> None:
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: LoopbackService

    def do_POST(self) -> None:
        events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/events":
            self._take_request(events)
            return
        behaviour = self.owner.next_behaviour()
        if not self._may_enter():
            return
        if behaviour == "drop":
            self._drop()
        elif behaviour == "busy":
            self._answer(503, {"status": 503, "title": "Busy"}, {"Retry-After": "1"})
        elif behaviour == "error-page":
            self._answer_text(502, "<html>bad gateway</html>", "text/html")
        elif behaviour == "page":
            self._answer_text(200, "<html>please log in</html>", "text/html")
        else:
            results = self.owner.take(events)
            if behaviour == "store-then-drop":
                self._drop()
                return
            if behaviour == "store-then-hang":
                time.sleep(1)
            self._answer(200, {"results": results})

    def _take_request(self, body: dict[str, Any]) -> None:
        if self._may_enter():
            self.owner.requests.append((self.path, body, self.headers["Idempotency-Key"]))
            self._answer_page(self.path)

    def _answer_page(self, path: str) -> None:
        if path in self.owner.pages:
            self._answer(200, self.owner.pages[path])
        else:
            self._answer(404, {"status": 404, "detail": f"no page {path}"})

    def do_GET(self) -> None:
        if not self._may_enter():
            return
        if urlsplit(self.path).path != "/v1/outcomes":
            self._answer_page(self.path)
        else:
            query = parse_qs(urlsplit(self.path).query)
            after, limit = int(query["after"][0]), int(query["limit"][0])
            found = [each for each in self.owner.outcomes if each["outcome_id"] > after][:limit]
            last = found[-1]["outcome_id"] if found else after
            self._answer(200, {"items": found, "next_after": last})

    def _may_enter(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {self.owner.key}":
            return True
        self._answer(401, {"status": 401, "title": "Unauthorized", "detail": "unknown key"})
        return False

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(
        self,
        status: int,
        content: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> None:
        kind = "application/json" if status < 400 else "application/problem+json"
        self._answer_text(status, json.dumps(content), kind, headers or {})

    def _answer_text(
        self, status: int, text: str, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output free of access lines."""
