"""The preview: posting with everything but the sending, to show the exact request.

Reads go to SAP as always, because a request depends on them; the first call that would write is
kept instead of sent, and posting ends there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree

from countersign.erp.documents import Document, InventoryCount, JournalEntry
from countersign.erp.port import PostResult, PreparedRequest
from countersign.erp.sap.http import Call, Reply, Transport
from countersign.erp.sap_odata.journal import CHECKED

TOKEN = "(fetched before sending)"

Post = Callable[[Document, str, tuple[str, ...]], PostResult]


class _WouldSendError(Exception):
    """Ends a rehearsal at the first call that would write."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.path)
        self.call = call


class Recorder:
    """Carries reads to SAP and keeps the first write."""

    def __init__(self, transport: Transport) -> None:
        self.base_url = transport.base_url
        self._transport = transport

    def send(self, call: Call) -> Reply:
        """Send a read; keep anything else."""
        if call.method != "GET":
            raise _WouldSendError(call)
        if "X-CSRF-Token" in call.headers:
            return Reply(200, {"x-csrf-token": TOKEN, "Content-Type": "application/json"}, b"{}")
        return self._transport.send(call)

    def forget_session(self) -> None:
        """Leave the session as it is: nothing was written in it."""

    def close(self) -> None:
        """Leave the connections open: they belong to the connector."""

    def recorded(self, post: Post, document: Document, key: str) -> list[PreparedRequest]:
        """Return what posting a document would send.

        Raises:
            ErpError: it would be refused before anything is sent, or a read failed.
        """
        if isinstance(document, JournalEntry):
            check = self._first(post, document, key, ())
            posting = self._first(post, document, key, (CHECKED,))
            return [
                _shown(self.base_url, check, "SAP checks and posts nothing."),
                _shown(self.base_url, posting, "Sent after a person has approved the check."),
            ]
        note = "The lines are counted in a second call." if _is_counted(document) else ""
        return [_shown(self.base_url, self._first(post, document, key, ()), note)]

    def _first(self, post: Post, document: Document, key: str, approved: tuple[str, ...]) -> Call:
        try:
            post(document, key, approved)
        except _WouldSendError as would:
            return would.call
        raise AssertionError(f"posting a {document.kind} wrote nothing")


def _is_counted(document: Document) -> bool:
    return isinstance(document, InventoryCount)


def _shown(base_url: str, call: Call, note: str) -> PreparedRequest:
    return PreparedRequest(
        method=call.method,
        url=base_url + call.target,
        headers=tuple(call.headers.items()),
        body=_readable(call.body or b""),
        note=note,
    )


def _readable(body: bytes) -> str:
    """Return a body for people: indented, every value as it would be sent."""
    text = body.decode()
    if text.startswith("{"):
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    if text.startswith("<"):
        root = ElementTree.fromstring(text)
        ElementTree.indent(root)
        return ElementTree.tostring(root, encoding="unicode")
    return text
