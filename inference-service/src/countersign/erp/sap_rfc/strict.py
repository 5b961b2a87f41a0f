"""The strict transport: checks each call as SAP's library does, and lets the sandbox answer it.

The sandbox is ``countersign.erp.sandbox.sap``: it keeps connections with their unit of work and
offers them over HTTP on this machine. Nothing but tests and demonstrations speaks to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import requests

from countersign.erp.sap_rfc.signatures import require_valid
from countersign.erp.sap_rfc.transport import Fault, Parameters, RfcConnection, RfcError

PREFIX = "/sandbox/rfc/"
COMMIT = "BAPI_TRANSACTION_COMMIT"
_FAULTS: Mapping[str, Fault] = {
    "LogonError": "logon",
    "ExternalAuthorizationError": "authority",
    "ABAPApplicationError": "application",
    "ExternalRuntimeError": "parameter",
}
_NOT_BEGUN = (429, 503)


class StrictTransport:
    """Connects to a sandbox at ``base_url``; ``logon`` has client, user and passwd."""

    def __init__(
        self,
        base_url: str,
        logon: Mapping[str, str],
        *,
        connect_timeout_s: float,
        call_timeout_s: float,
    ) -> None:
        self.address = base_url
        self._logon = dict(logon)
        self._timeout = (connect_timeout_s, call_timeout_s)

    def open(self) -> RfcConnection:
        """Log on."""
        session = _session()
        try:
            answer = self.exchange(session, "open", self._logon)
        except RfcError as error:
            session.close()
            error.was_sent = False
            raise
        return StrictConnection(self, session, str(answer["connection"]))

    def submit(self, tid: str, function: str, **parameters: Any) -> None:
        """Execute a function once under a transaction id."""
        require_valid(function, parameters)
        calls = [{"function": function, "parameters": parameters}]
        body = {"tid": tid, "user": self._logon.get("user", ""), "calls": calls}
        with _session() as session:
            self.exchange(session, "submit", body)

    def confirm(self, tid: str) -> None:
        """Let the sandbox forget a transaction id."""
        with _session() as session:
            self.exchange(session, "confirm", {"tid": tid})

    def exchange(
        self, session: requests.Session, action: str, body: Mapping[str, Any]
    ) -> Parameters:
        """Send one call and return its answer.

        Raises:
            RfcError: as the RFC library would raise it.
        """
        try:
            response = session.post(
                f"{self.address}{PREFIX}{action}",
                data=json.dumps(body, default=str),
                headers={"Content-Type": "application/json"},
                timeout=self._timeout,
            )
            data = response.json() if response.status_code == 200 else None
        except requests.Timeout as error:
            was_sent = not isinstance(error, requests.ConnectTimeout)
            raise RfcError("cancelled", "RFC_CANCELED", "time is up", was_sent=was_sent) from error
        except (requests.RequestException, ValueError) as error:
            raise _broken(str(error), was_sent=not _is_refused(error)) from error
        if not isinstance(data, dict):
            text = f"HTTP {response.status_code}"
            raise _broken(text, was_sent=response.status_code not in _NOT_BEGUN)
        if "exception" in data:
            raise _raised(data["exception"])
        return data


class StrictConnection:
    """A connection of the sandbox."""

    def __init__(self, transport: StrictTransport, session: requests.Session, name: str) -> None:
        self._transport = transport
        self._session = session
        self._name = name
        self._is_committing = False

    def call(self, function: str, **parameters: Any) -> Parameters:
        """Check a call, then have it executed."""
        require_valid(function, parameters)
        self._is_committing = function == COMMIT
        body = {"connection": self._name, "function": function, "parameters": parameters}
        try:
            answer = self._transport.exchange(self._session, "call", body)
        except RfcError as error:
            self._is_committing = self._is_committing and error.was_sent
            raise
        self._is_committing = False
        return cast(Parameters, answer["result"])

    def close(self) -> None:
        """End the session; a commit whose answer never came goes on without us."""
        try:
            if not self._is_committing:
                self._transport.exchange(self._session, "close", {"connection": self._name})
        except RfcError:
            pass
        finally:
            self._session.close()


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def _broken(text: str, *, was_sent: bool) -> RfcError:
    return RfcError("communication", "RFC_COMMUNICATION_FAILURE", text, was_sent=was_sent)


def _is_refused(error: BaseException) -> bool:
    """Tell whether the connection was never made."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ConnectionRefusedError):
            return True
        nested = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = nested if isinstance(nested, BaseException) else seen.__cause__
    return False


def _raised(data: Mapping[str, Any]) -> RfcError:
    fault = _FAULTS.get(str(data.get("class")), "communication")
    return RfcError(fault, str(data.get("key", "")), str(data.get("message", "")))
