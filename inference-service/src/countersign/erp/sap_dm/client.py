"""The client: JSON calls to Digital Manufacturing, and the verdict of each failure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from countersign.erp.documents import Document
from countersign.erp.errors import ErpError, OutcomeUnknown, Transient
from countersign.erp.sap.http import Call, Reply, Transport, json_object
from countersign.erp.sap.triage import Message, Triage, code_of

PAGE_SIZE = 100
MOST_PAGES = 10_000
Row = dict[str, Any]


class Client:
    """Calls Digital Manufacturing from any thread."""

    def __init__(self, http: Transport, triage: Triage) -> None:
        self._http = http
        self._triage = triage

    def read(self, path: str, query: Mapping[str, str]) -> Any:
        """Read something; ``None`` when there is none such.

        Raises:
            ErpError: never ``OutcomeUnknown``; a read can simply be tried again.
        """
        try:
            reply = self._http.send(Call("GET", path, query, {"Accept": "application/json"}))
            if reply.status == 404:
                return None
            if reply.status != 200:
                raise self._refusal(reply, path, None)
            return _json(reply, self._triage)
        except OutcomeUnknown as error:
            raise Transient(error.text, code=error.code) from error

    def rows(self, path: str, query: Mapping[str, str]) -> Iterator[Row]:
        """Read a list page by page."""
        for page in range(MOST_PAGES):
            window = {**query, "page": str(page), "size": str(PAGE_SIZE)}
            data = self.read(path, window) or {}
            rows = data.get("content", [])
            yield from rows
            if len(rows) < PAGE_SIZE or data.get("last"):
                return

    def post(self, path: str, body: Row, document: Document) -> None:
        """Carry something out.

        Raises:
            ErpError: as the triage table says; ``OutcomeUnknown`` when it may have been booked.
        """
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        reply = self._http.send(Call("POST", path, {}, headers, text))
        if reply.status not in (200, 201, 202, 204):
            raise self._refusal(reply, path, document)
        if reply.status == 200 and reply.media_type != "application/json":
            raise self._triage.refusal("UNREADABLE_ANSWER")

    def _refusal(self, reply: Reply, path: str, document: Document | None) -> ErpError:
        error = (json_object(reply) or {}).get("error")
        messages = []
        if isinstance(error, dict):
            code = code_of(str(error.get("code", "")))
            messages = [Message(code, str(error.get("message", "")))]
        return self._triage.error(
            messages,
            document,
            otherwise=_code_of_status(reply.status, is_told=bool(messages)),
            service=path,
            retry_after_s=reply.retry_after_s,
        )


def _json(reply: Reply, triage: Triage) -> Any:
    if reply.media_type == "application/json":
        try:
            return json.loads(reply.body)
        except ValueError:
            pass
    raise triage.refusal("UNREADABLE_ANSWER")


def _code_of_status(status: int, *, is_told: bool) -> str:
    """Return the row of the triage table that an HTTP status speaks through."""
    if status == 401 or 300 <= status < 400:
        return "LOGIN_REFUSED"
    if status == 403:
        return "FORBIDDEN"
    if status in (405, 423, 429, 502, 503, 504):
        return f"HTTP_{status}"
    if status >= 500:
        return "HTTP_500"
    return "" if is_told else "HTTP_400"
