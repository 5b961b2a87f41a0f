"""The preview: which call a document would begin with; SAP is read, nothing is posted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from countersign.erp.port import PreparedRequest
from countersign.erp.sap_rfc.transport import Parameters, RfcConnection, RfcTransport

READING = frozenset({"RFC_READ_TABLE", "RFC_PING"})
NOTE = "COMMIT follows on the same connection when SAP refuses nothing, otherwise ROLLBACK."


class _Recorded(Exception):
    """Leaves a posting where it would call SAP to post."""

    def __init__(self, function: str, parameters: Parameters) -> None:
        super().__init__(function)
        self.function = function
        self.parameters = parameters


class Recorder:
    """A transport that reads from SAP and stops at the first call that would post."""

    def __init__(self, transport: RfcTransport) -> None:
        self.address = transport.address
        self._transport = transport
        self._opened: list[RfcConnection] = []

    def open(self) -> RfcConnection:
        """Log on."""
        connection = self._transport.open()
        self._opened.append(connection)
        return _Reading(connection)

    def submit(self, tid: str, function: str, **parameters: Any) -> None:
        """Stop here."""
        raise _Recorded(function, parameters)

    def confirm(self, tid: str) -> None:
        """Do nothing: nothing was submitted."""

    def recorded(self, post: Callable[[], object]) -> list[PreparedRequest]:
        """Run a posting up to its first call and return that."""
        try:
            post()
        except _Recorded as stopped:
            body = json.dumps(stopped.parameters, indent=2, ensure_ascii=False)
            return [PreparedRequest("RFC", stopped.function, (), body, NOTE)]
        finally:
            for connection in self._opened:
                connection.close()
        return []


class _Reading:
    """A connection that reads and does not post."""

    def __init__(self, connection: RfcConnection) -> None:
        self._connection = connection

    def call(self, function: str, **parameters: Any) -> Parameters:
        if function not in READING:
            raise _Recorded(function, parameters)
        return self._connection.call(function, **parameters)

    def close(self) -> None:
        """Leave it to the recorder."""
