"""Sessions: connections kept for the next call, and units of work that end by COMMIT or ROLLBACK.

What a BAPI posts is written by BAPI_TRANSACTION_COMMIT on the same connection, so a unit of work
holds one from its first call to its end. A connection that failed is never used again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from countersign.erp.documents import Document
from countersign.erp.errors import ErpError, OutcomeUnknown, Transient
from countersign.erp.sap.triage import Message, Triage
from countersign.erp.sap_rfc.transport import (
    Parameters,
    RfcConnection,
    RfcError,
    RfcTransport,
    Row,
)

PING_AFTER_S = 1.0
COMMIT, ROLLBACK = "BAPI_TRANSACTION_COMMIT", "BAPI_TRANSACTION_ROLLBACK"
_CODES = {
    "cancelled": "RFC_CANCELED",
    "logon": "RFC_LOGON",
    "authority": "RFC_AUTHORITY",
    "parameter": "RFC_INVALID_PARAMETER",
}


@dataclass(slots=True)
class _Idle:
    connection: RfcConnection
    since: float


class Sessions:
    """Connections to SAP for any number of threads; each is used by one at a time."""

    def __init__(self, transport: RfcTransport, triage: Triage) -> None:
        self._transport = transport
        self._triage = triage
        self._idle: deque[_Idle] = deque()
        self._lock = threading.Lock()

    def read(self, function: str, **parameters: Any) -> Parameters:
        """Call a function that changes nothing; no answer means that it may be tried again.

        A kept session that SAP has ended meanwhile is replaced by a new one, once.
        """
        connection, is_kept = self._taken()
        try:
            return self._read_by(connection, function, parameters)
        except RfcError as error:
            if not (is_kept and error.fault == "communication" and error.was_sent):
                raise as_reading(self.error(error, function)) from error
        try:
            return self._read_by(self._opened(), function, parameters)
        except RfcError as error:
            raise as_reading(self.error(error, function)) from error

    @contextmanager
    def unit_of_work(self, document: Document) -> Iterator[UnitOfWork]:
        """Hold a connection; what was not committed when the block is left is rolled back."""
        connection, _ = self._taken()
        unit = UnitOfWork(self, connection, document)
        try:
            yield unit
        except BaseException as error:
            unit.is_broken = unit.is_broken or not isinstance(error, ErpError)
            raise
        finally:
            if not (unit.is_broken or unit.is_committed):
                unit.roll_back()
            if unit.is_broken:
                connection.close()
            else:
                self._returned(connection)

    def submit(self, tid: str, function: str, parameters: Parameters) -> None:
        """Have a function executed once under a transaction id, then let SAP forget the id."""
        try:
            self._transport.submit(tid, function, **parameters)
        except RfcError as error:
            raise self.error(error, function) from error
        with suppress(RfcError):
            self._transport.confirm(tid)

    def check(self) -> None:
        """Log on anew and ping."""
        connection = self._opened()
        try:
            connection.call("RFC_PING")
        except RfcError as error:
            raise as_reading(self.error(error, "RFC_PING")) from error
        finally:
            connection.close()

    def close(self) -> None:
        """End all sessions that are not in use."""
        while True:
            try:
                self._idle.pop().connection.close()
            except IndexError:
                return

    def error(self, failure: RfcError, function: str, document: Document | None = None) -> ErpError:
        """Return the verdict of a call that failed."""
        if failure.fault == "communication":
            code = "RFC_COMMUNICATION" if failure.was_sent else "CONNECTION_REFUSED"
            return self._triage.refusal(code, document)
        if failure.fault == "cancelled" and not failure.was_sent:
            return self._triage.refusal("CONNECTION_REFUSED", document)
        if failure.fault == "application":
            if failure.key == "FU_NOT_FOUND":
                return self._triage.refusal("SERVICE_MISSING", document, service=function)
            message = Message(failure.code or failure.key, failure.text)
            return self._triage.error([message], document)
        return self._triage.refusal(_CODES[failure.fault], document, sap=failure.text)

    def refused(self, messages: Sequence[Message], document: Document) -> ErpError:
        """Return the verdict of messages that refuse."""
        return self._triage.error(messages, document)

    def terminated(self, messages: Sequence[Message], document: Document) -> ErpError:
        """Return the verdict of a commit that ended with an error."""
        said = "; ".join(message.text for message in messages if message.is_error)
        return self._triage.refusal("RFC_UPDATE", document, sap=said)

    def _taken(self) -> tuple[RfcConnection, bool]:
        """Return a connection and whether it was kept; the one used last comes first."""
        while True:
            with self._lock:
                idle = self._idle.pop() if self._idle else None
            if idle is None:
                return self._opened(), False
            if time.monotonic() - idle.since < PING_AFTER_S:
                return idle.connection, True
            try:
                idle.connection.call("RFC_PING")
            except RfcError:
                idle.connection.close()
            else:
                return idle.connection, True

    def _read_by(
        self, connection: RfcConnection, function: str, parameters: Parameters
    ) -> Parameters:
        try:
            answer = connection.call(function, **parameters)
        except RfcError as error:
            self._return_or_close(connection, error)
            raise
        self._returned(connection)
        return answer

    def _opened(self) -> RfcConnection:
        try:
            return self._transport.open()
        except RfcError as error:
            raise as_reading(self.error(error, "logon")) from error

    def _returned(self, connection: RfcConnection) -> None:
        with self._lock:
            self._idle.append(_Idle(connection, time.monotonic()))

    def _return_or_close(self, connection: RfcConnection, error: RfcError) -> None:
        if error.fault in ("application", "authority", "parameter"):
            self._returned(connection)
        else:
            connection.close()


class UnitOfWork:
    """The calls between two commits on one connection."""

    def __init__(self, sessions: Sessions, connection: RfcConnection, document: Document) -> None:
        self._sessions = sessions
        self._connection = connection
        self._document = document
        self.is_committed = False
        self.is_broken = False

    def call(self, function: str, **parameters: Any) -> Parameters:
        """Call a BAPI; raises what its failure means, and what its messages refuse."""
        answer = self._called(function, **parameters)
        messages = messages_of(answer)
        if any(message.is_error for message in messages):
            raise self._sessions.refused(messages, self._document)
        return answer

    def commit(self) -> None:
        """Write what the calls have posted.

        Raises:
            OutcomeUnknown: the answer is lost, or the update ended with an error.
        """
        answer = self._called(COMMIT, WAIT="X")
        messages = messages_of(answer)
        self.is_committed = True
        if any(message.is_error for message in messages):
            raise self._sessions.terminated(messages, self._document)

    def roll_back(self) -> None:
        """Forget what the calls have posted; a connection that cannot is closed, which does too."""
        try:
            self._connection.call(ROLLBACK)
        except RfcError:
            self.is_broken = True

    def _called(self, function: str, **parameters: Any) -> Parameters:
        try:
            return self._connection.call(function, **parameters)
        except RfcError as error:
            self.is_broken = error.fault in ("communication", "cancelled")
            raise self._sessions.error(error, function, self._document) from error


def messages_of(answer: Parameters) -> list[Message]:
    """Return the messages of a BAPI, errors of single rows first."""
    rows: list[Row] = []
    for name in ("DETAIL_RETURN", "RETURN"):
        told = answer.get(name) or []
        rows += [told] if isinstance(told, dict) else told
    return [_message(row) for row in rows if str(row.get("TYPE", "")).strip()]


def as_reading(error: ErpError) -> ErpError:
    """Return an error of a call that changes nothing: no answer means to try again."""
    if isinstance(error, OutcomeUnknown):
        return Transient(error.text, code=error.code)
    return error


def _message(row: Row) -> Message:
    variables = (str(row.get(f"MESSAGE_V{n}") or "").strip() for n in range(1, 5))
    return Message(
        code=f"{str(row.get('ID', '')).strip()}/{str(row.get('NUMBER', '')).zfill(3)}",
        text=str(row.get("MESSAGE") or "").strip(),
        severity=str(row["TYPE"]).strip(),
        target=str(row.get("FIELD") or "").strip(),
        variables=tuple(filter(None, variables)),
    )
