"""The transport: what carries remote function calls to SAP, and how it tells that it failed.

Parameters are given as the RFC library of SAP wants them: texts as ``str``, numbers as text or
``Decimal``, days as ``YYYYMMDD``, structures as ``dict``, tables as ``list`` of them.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

Row = dict[str, Any]
Parameters = dict[str, Any]

Fault = Literal["communication", "cancelled", "logon", "authority", "application", "parameter"]
"""communication, cancelled: no answer. application: the function ended with an ABAP exception."""


class RfcError(Exception):
    """A call failed in the library or on its way, not by a message of the function.

    ``key`` is ABAP's or the library's name of it. ``was_sent`` is false where SAP surely did not
    begin to work. ``code`` is the message (``M7/021``) where an exception was raised with one.
    """

    def __init__(
        self, fault: Fault, key: str, text: str, *, was_sent: bool = True, code: str = ""
    ) -> None:
        super().__init__(text)
        self.fault = fault
        self.key = key
        self.text = text
        self.was_sent = was_sent
        self.code = code


class RfcConnection(Protocol):
    """A logged-on session of SAP with its unit of work; for one thread at a time."""

    def call(self, function: str, **parameters: Any) -> Parameters:
        """Call a function and return what it exports, tables included.

        Raises:
            RfcError: there is no answer, or an exception for one. After ``communication`` and
                ``cancelled`` the connection is of no more use.
        """

    def close(self) -> None:
        """End the session; what was not committed is gone."""


class RfcTransport(Protocol):
    """Opens connections to one SAP system as one user."""

    address: str
    """Which system, for people; without the login."""

    def open(self) -> RfcConnection:
        """Log on.

        Raises:
            RfcError: SAP is out of reach or refuses the user.
        """

    def submit(self, tid: str, function: str, **parameters: Any) -> None:
        """Have a function executed once under a transaction id (tRFC); nothing comes back.

        Raises:
            RfcError: it did not arrive; the same id may be submitted again.
        """

    def confirm(self, tid: str) -> None:
        """Let SAP forget a transaction id, which is never submitted again.

        Raises:
            RfcError: it did not arrive; harmless.
        """
