"""The preview: posting with everything but the sending, to show the exact requests."""

from __future__ import annotations

import json

from countersign.erp.port import PreparedRequest
from countersign.erp.sap.http import Call, Reply, Transport


class Recorder:
    """Carries reads to Digital Manufacturing and keeps what would be written."""

    def __init__(self, transport: Transport) -> None:
        self.base_url = transport.base_url
        self.requests: list[PreparedRequest] = []
        self._transport = transport

    def send(self, call: Call) -> Reply:
        """Send a read; keep anything else and say that it went well."""
        if call.method == "GET":
            return self._transport.send(call)
        body = json.dumps(json.loads(call.body or b"{}"), ensure_ascii=False, indent=2)
        url = self.base_url + call.target
        headers = tuple(call.headers.items())
        self.requests.append(PreparedRequest(call.method, url, headers, body))
        return Reply(204, {}, b"")

    def forget_session(self) -> None:
        """Leave the session as it is: nothing was written in it."""

    def close(self) -> None:
        """Leave the connections open: they belong to the connector."""
