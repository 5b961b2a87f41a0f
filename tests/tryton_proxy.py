"""A proxy before Tryton that loses what tests want lost: calls, answers, or the middle of one.

It really passes calls on and then drops the answer, so what Tryton has booked stays booked.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Loss = Literal["call", "answer", "half_answer", "late_call", "html", "lock", "rate_limit"]

READING = frozenset({"search", "search_read", "read", "get_preferences", "login"})
LATE_S = 0.5


class Canned(NamedTuple):
    """What the proxy says in Tryton's place, as Tryton says it."""

    status: int
    headers: dict[str, str]
    body: bytes


LOCKED_PAGE = b"<!doctype html><title>503 Service Unavailable</title>could not obtain lock on row"
CANNED = {
    "lock": Canned(503, {"Content-Type": "text/html"}, LOCKED_PAGE),
    "rate_limit": Canned(429, {"Content-Type": "text/html", "Retry-After": "7"}, b""),
    "html": Canned(200, {"Content-Type": "text/html"}, b"<!doctype html><p>Sign in, please"),
}


@dataclass
class Plan:
    """Which writing calls get lost: the ``nth`` that ``wants`` accepts, from 1."""

    loss: Loss
    nth: int = 1
    wants: Callable[[str], bool] = lambda method: True
    seen: int = 0

    def is_due(self, method: str) -> bool:
        """Count a call and tell whether it is the one."""
        if method.rpartition(".")[2] in READING or not self.wants(method):
            return False
        self.seen += 1
        return self.seen == self.nth


@dataclass
class TrytonProxy:
    """The proxy: start it, point the connector at ``port``, plan losses."""

    upstream: str
    port: int = 0
    plan: Plan | None = None
    calls: list[str] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _late: list[threading.Thread] = field(default_factory=list)

    def start(self) -> TrytonProxy:
        """Listen, on the same port as before after a stop."""
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                proxy.handle(self)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        server.daemon_threads = False
        self.port = server.server_port
        self._server = server
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Refuse connections."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def close(self) -> None:
        """Stop, once the calls that were passed on late have ended."""
        for thread in self._late:
            thread.join()
        self.stop()

    def clear(self) -> None:
        """Lose nothing any more, and listen."""
        self.plan = None
        self.calls.clear()
        if self._server is None:
            self.start()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Pass one call on, or lose it as planned."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        method = json.loads(body)["method"]
        with self._lock:
            self.calls.append(method)
            plan = self.plan
            loss = plan.loss if plan and plan.is_due(method) else None
        headers = {
            name: value
            for name, value in request.headers.items()
            if name in ("Authorization", "Content-Type", "Accept-Encoding")
        }
        if loss == "late_call":
            thread = threading.Thread(target=self._pass_on_late, args=(request.path, headers, body))
            self._late.append(thread)
            thread.start()
        if loss in ("call", "late_call"):
            return
        if loss in ("lock", "rate_limit"):
            self._say(request, CANNED[loss])
            return
        answer = self._pass_on(request.path, headers, body)
        if loss == "answer":
            return
        self._say(request, CANNED["html"] if loss == "html" else answer, loss == "half_answer")

    def _pass_on_late(self, path: str, headers: dict[str, str], body: bytes) -> None:
        time.sleep(LATE_S)
        self._pass_on(path, headers, body)

    def _pass_on(self, path: str, headers: dict[str, str], body: bytes) -> Canned:
        target = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            kept = {
                name: value
                for name, value in answer.getheaders()
                if name in ("Content-Type", "Content-Encoding")
            }
            return Canned(answer.status, kept, answer.read())
        finally:
            connection.close()

    def _say(self, request: BaseHTTPRequestHandler, answer: Canned, cut: bool = False) -> None:
        request.send_response_only(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer.body)))
        request.end_headers()
        request.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
