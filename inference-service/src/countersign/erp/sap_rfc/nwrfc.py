"""The transport by SAP's own RFC library, through ``pyrfc``.

``pyrfc`` is not developed further and its releases are withdrawn from the package index, so it is
an extra (``sap-rfc``) and imported only when a connection is opened.

On a broken connection ``pyrfc`` silently opens another one. What was not committed is gone then,
and a later commit would commit nothing; so a connection whose handle has changed is given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from countersign.erp.errors import ConfigurationError
from countersign.erp.sap_rfc.transport import Fault, Parameters, RfcConnection, RfcError

CANCELLED, INVALID_PARAMETER = 7, 20
_FAULTS: Mapping[str, Fault] = {
    "LogonError": "logon",
    "ExternalAuthorizationError": "authority",
    "ABAPApplicationError": "application",
    "ExternalApplicationError": "application",
}


class NwRfcTransport:
    """Connects by SAP NW RFC; ``logon`` are the parameters of ``pyrfc.Connection``."""

    def __init__(
        self, logon: Mapping[str, str], *, call_timeout_s: float, library: Any = None
    ) -> None:
        self.address = f"{logon.get('ashost') or logon.get('mshost') or logon.get('dest', '')}"
        self._logon = dict(logon)
        self._call_timeout_s = call_timeout_s
        self._library = library

    def open(self) -> RfcConnection:
        """Log on."""
        library = self._loaded()
        try:
            connection = library.Connection(**self._logon)
        except library.RFCError as error:
            raise failure_of(error, was_sent=False) from error
        return NwRfcConnection(connection, library.RFCError, self._call_timeout_s)

    def submit(self, tid: str, function: str, **parameters: Any) -> None:
        """Execute a function once by tRFC."""
        library = self._loaded()
        try:
            with library.Connection(**self._logon) as connection:
                unit = {"id": tid, "background": False, "queued": False}
                connection.fill_and_submit_unit(unit, [(function, parameters)])
        except library.RFCError as error:
            raise failure_of(error) from error

    def confirm(self, tid: str) -> None:
        """Let SAP forget a transaction id."""
        library = self._loaded()
        try:
            with library.Connection(**self._logon) as connection:
                connection.confirm_unit({"id": tid, "background": False, "queued": False})
        except library.RFCError as error:
            raise failure_of(error) from error

    def _loaded(self) -> Any:
        """Return pyrfc.

        Raises:
            ConfigurationError: it, or the SDK of SAP beneath it, is not installed.
        """
        if self._library is None:
            try:
                self._library = import_module("pyrfc")
            except ImportError as error:
                raise ConfigurationError(
                    "SAP by RFC needs pyrfc and the SAP NW RFC SDK, which SAP gives its customers:"
                    " unpack the SDK, set SAPNWRFC_HOME to it, and install the extra sap-rfc"
                    f" (pip install pyrfc==3.3.1). The import says: {error}.",
                    code="RFC_LIBRARY",
                ) from error
        return self._library


class NwRfcConnection:
    """A connection of pyrfc."""

    def __init__(self, connection: Any, failure: type[Exception], call_timeout_s: float) -> None:
        self._connection = connection
        self._failure = failure
        self._timeout_s = max(1, round(call_timeout_s))
        self._handle = connection.handle

    def call(self, function: str, **parameters: Any) -> Parameters:
        """Call a function; a connection that pyrfc has replaced counts as broken."""
        try:
            options = {"timeout": self._timeout_s}
            answer: Parameters = self._connection.call(function, options=options, **parameters)
        except self._failure as error:
            failure = failure_of(error)
            if failure.fault == "application" and self._is_replaced():
                raise _replaced() from error
            raise failure from error
        if self._is_replaced():
            raise _replaced()
        return answer

    def close(self) -> None:
        """End the session."""
        self._connection.close()

    def _is_replaced(self) -> bool:
        return bool(self._connection.handle != self._handle)


def failure_of(error: Exception, *, was_sent: bool = True) -> RfcError:
    """Return what an exception of pyrfc means, by its class, code and key; never by its text."""
    code = getattr(error, "code", None)
    key = str(getattr(error, "key", "") or type(error).__name__)
    text = str(getattr(error, "message", "") or error)
    if code == CANCELLED:
        return RfcError("cancelled", "RFC_CANCELED", text, was_sent=was_sent)
    if code == INVALID_PARAMETER:
        return RfcError("parameter", key, text, was_sent=False)
    fault = _FAULTS.get(type(error).__name__, "communication")
    message_class = str(getattr(error, "msg_class", "") or "").strip()
    number = str(getattr(error, "msg_number", "") or "").strip()
    message = f"{message_class}/{number.zfill(3)}" if message_class and number else ""
    return RfcError(fault, key, text, was_sent=was_sent, code=message)


def _replaced() -> RfcError:
    text = "The connection broke and was opened anew; what was not committed is gone."
    return RfcError("communication", "RFC_CONNECTION_REPLACED", text)
