"""A connection: just enough HTTP/1.1 for JSON calls, kept alive, on asyncio's protocol level."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

MAX_HEAD_BYTES = 16 * 1024
MAX_BODY_BYTES = 16 * 1024 * 1024

_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_BEARER = re.compile(rb"\r\nauthorization:[ \t]*bearer[ \t]+([^\r\n]+)", re.IGNORECASE)
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """One call: ``query`` holds the last value of each name; ``token`` is the bearer's."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: bytes
    head: bytes = b""

    def header(self, name: str) -> str:
        """Return a header's value, empty where there is none; case does not matter."""
        pattern = rb"\r\n" + re.escape(name.encode()) + rb":[ \t]*([^\r\n]*)"
        match = re.search(pattern, self.head, re.IGNORECASE)
        return match[1].decode("latin-1").strip() if match else ""


Handle = Callable[["Connection", Request], None]


class Connection(asyncio.Protocol):
    """A client's connection: hands each request to ``handle`` and waits for its answer.

    The handler answers at once or later, by :meth:`answer`, :meth:`answer_half` or :meth:`drop`;
    the next request of the same connection is looked at only then.
    """

    def __init__(self, handle: Handle, open_connections: set[Connection]) -> None:
        self._handle = handle
        self._open_connections = open_connections
        self._buffer = b""
        self._waiting = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open_connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport; answers still to come go nowhere."""
        self._transport = None
        self._open_connections.discard(self)

    def data_received(self, data: bytes) -> None:
        """Collect bytes until a request is whole."""
        self._buffer += data
        if not self._waiting:
            self._take_request()

    def answer(self, reply: bytes) -> None:
        """Send the answer to the request in hand and go on with the next."""
        if self._transport is None:
            return
        self._transport.write(reply)
        self._waiting = False
        if self._buffer:
            self._take_request()

    def answer_half(self, reply: bytes) -> None:
        """Send the first half of the answer and hang up."""
        if self._transport is not None:
            self._transport.write(reply[: len(reply) // 2])
            self._transport.close()

    def drop(self) -> None:
        """Reset the connection without an answer."""
        if self._transport is None:
            return
        wire: socket.socket = self._transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    def _take_request(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD_BYTES:
                self._refuse(431)
            return
        head = self._buffer[:end]
        length_match = _CONTENT_LENGTH.search(head)
        length = int(length_match[1]) if length_match else 0
        if length > MAX_BODY_BYTES:
            self._refuse(413)
            return
        start = end + 4
        if len(self._buffer) < start + length:
            return
        body = self._buffer[start : start + length]
        self._buffer = self._buffer[start + length :]
        request = _request(head, body)
        if request is None:
            self._refuse(400)
            return
        self._waiting = True
        self._handle(self, request)

    def _refuse(self, status: int) -> None:
        assert self._transport is not None
        self._transport.write(json_reply(status, {"error": {"code": "BAD_REQUEST"}}))
        self._transport.close()


def _request(head: bytes, body: bytes) -> Request | None:
    words = head.split(b"\r\n", 1)[0].split(b" ")
    if len(words) != 3:
        return None
    path, _, query = words[1].decode("latin-1").partition("?")
    bearer = _BEARER.search(head)
    return Request(
        method=words[0].decode("latin-1"),
        path=unquote(path) if "%" in path else path,
        query=dict(parse_qsl(query)) if query else {},
        token=bearer[1].decode("latin-1") if bearer else "",
        body=body,
        head=head,
    )


def json_reply(status: int, data: Any, *, retry_after_s: int | None = None) -> bytes:
    """Write an answer with a JSON body."""
    body = json.dumps(data, separators=(",", ":")).encode()
    extra = b"" if retry_after_s is None else b"Retry-After: %d\r\n" % retry_after_s
    return reply(status, b"application/json", body, extra)


def html_reply(status: int, page: str) -> bytes:
    """Write an answer with an HTML body."""
    return reply(status, b"text/html; charset=utf-8", page.encode(), b"")


def reply(status: int, media_type: bytes, body: bytes, extra: bytes = b"") -> bytes:
    """Write an answer; ``extra`` are header lines, each with its line end."""
    reason = _REASONS.get(status, "Unknown").encode()
    return (
        b"HTTP/1.1 %d %s\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n"
        % (status, reason, media_type, extra, len(body))
    ) + body
