"""Outbound messages: what this system sends by itself, to loopback addresses only."""

from __future__ import annotations

import asyncio
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

TIMEOUT_S = 10
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


class AddressError(ValueError):
    """An address that is not on this machine."""


class Outbound:
    """Does things after a while on the event loop, and posts messages from a thread."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something after some seconds, at the earliest once this call is answered."""
        asyncio.get_running_loop().call_later(seconds, action)

    def post(self, url: str, body: bytes, delay_s: float = 0.0) -> None:
        """Post a message; where it cannot be delivered, say so on standard error."""
        if not url:
            return
        require_loopback(url)
        task = asyncio.get_running_loop().create_task(_deliver(url, body, delay_s))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def require_loopback(url: str) -> None:
    """Refuse an address elsewhere.

    Raises:
        AddressError: it is not on this machine.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise AddressError(f"{url}: only http to this machine")


async def _deliver(url: str, body: bytes, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    try:
        await asyncio.to_thread(_send, url, body)
    except (OSError, urllib.error.URLError) as error:
        sys.stderr.write(f"message to {url} not delivered: {error}\n")


def _send(url: str, body: bytes) -> None:
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=TIMEOUT_S) as answer:
        answer.read()
