"""Remote function calls over an internal HTTP interface, for a test transport to stand on.

The interface is this simulator's own; what it keeps of SAP is the connection with its unit of
work: what BAPIs post is written by BAPI_TRANSACTION_COMMIT on the same connection, and gone when
the connection is.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap import quality_bapis, transparent_tables
from countersign.erp.sandbox.sap.answer import Answer, json_answer
from countersign.erp.sandbox.sap.bapi_fields import ParameterError
from countersign.erp.sandbox.sap.bapis import BAPIS, Parameters, accepted, return_row
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import System, Work
from countersign.erp.sandbox.sap.transparent_tables import TableError

PREFIX = "/sandbox/rfc/"
COMMIT, ROLLBACK = "BAPI_TRANSACTION_COMMIT", "BAPI_TRANSACTION_ROLLBACK"

Run = Callable[[Work], Parameters]


class RfcError(Exception):
    """What the RFC library raises, by its exception class, code and key."""

    def __init__(self, class_name: str, code: int, key: str, text: str) -> None:
        super().__init__(text)
        self.data = {"class": class_name, "code": code, "key": key, "message": text}


class _Rehearsed(Exception):
    """Leaves a transaction whose effects are to wait for the commit."""


@dataclass(slots=True)
class RfcConnection:
    """A logged-on connection: what waits for its commit, with the numbers already told."""

    work: Work
    pending: list[tuple[Run, list[tuple[str, str]]]] = field(default_factory=list)
    drafts: dict[str, Row] = field(default_factory=dict)

    def forget(self) -> None:
        """Undo what was not committed and let go of its locks."""
        self.pending.clear()
        self.drafts.clear()
        self.work.system.locks.release_all(self.work)


class RfcServer:
    """Serves open, call, close, submit (transactional RFC) and confirm."""

    def __init__(self, system: System, users: dict[str, str]) -> None:
        self._system = system
        self._users = users
        self._connections: dict[str, RfcConnection] = {}

    @staticmethod
    def kind(request: Request) -> str:
        """Name a call for the faults: commit, or rfc."""
        return "commit" if COMMIT.encode() in request.body else "rfc"

    def serve(self, work: Work, request: Request) -> Answer:
        """Serve one call; errors of the RFC library come as data."""
        try:
            body = json.loads(request.body or b"{}")
            action = self._actions().get(request.path.removeprefix(PREFIX))
            if action is None or not isinstance(body, dict):
                return json_answer(404, {"error": f"known: {sorted(self._actions())}"})
            return json_answer(200, action(body))
        except RfcError as error:
            return json_answer(200, {"exception": error.data})
        except json.JSONDecodeError as error:
            return json_answer(400, {"error": str(error)})

    def dropped(self, request: Request) -> None:
        """End the connection whose wire was cut: what it did not commit is gone."""
        try:
            body = json.loads(request.body or b"{}")
        except json.JSONDecodeError:
            return
        connection = self._connections.pop(str(body.get("connection", "")), None)
        if connection is not None:
            connection.forget()

    def _actions(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {
            "open": self._open,
            "call": self._call,
            "close": self._close,
            "submit": self._submit,
            "confirm": self._confirm,
        }

    def _open(self, body: dict[str, Any]) -> dict[str, Any]:
        user, password = str(body.get("user", "")), str(body.get("passwd", ""))
        expected = self._users.get(user.upper(), "")
        if not expected or not hmac.compare_digest(expected.encode(), password.encode()):
            text = "Name or password is incorrect (repeat logon)"
            raise RfcError("LogonError", 2, "RFC_LOGON_FAILURE", text)
        if str(body.get("client", "")) != self._system.settings.client:
            text = f"Client {body.get('client')} is not available in this system"
            raise RfcError("LogonError", 2, "RFC_LOGON_FAILURE", text)
        name = secrets.token_hex(8)
        self._connections[name] = RfcConnection(Work(self._system, user.upper()))
        return {"connection": name}

    def _close(self, body: dict[str, Any]) -> dict[str, Any]:
        connection = self._connections.pop(str(body.get("connection", "")), None)
        if connection is not None:
            connection.forget()
        return {"closed": connection is not None}

    def _call(self, body: dict[str, Any]) -> dict[str, Any]:
        connection = self._connections.get(str(body.get("connection", "")))
        if connection is None:
            text = "Connection to partner broken"
            raise RfcError("CommunicationError", 1, "RFC_COMMUNICATION_FAILURE", text)
        connection.work.started_at = datetime.now(UTC).replace(microsecond=0)
        function = str(body.get("function", ""))
        given = body.get("parameters", {})
        if function == COMMIT:
            return {"result": self._commit(connection)}
        if function == ROLLBACK:
            connection.forget()
            return {"result": {"RETURN": _empty_return()}}
        return {"result": self._function(connection, function, given)}

    def _function(self, connection: RfcConnection, function: str, given: Any) -> Parameters:
        if not isinstance(given, dict):
            raise _invalid("parameters must be given by name")
        try:
            if function in ("RFC_PING", "RFCPING"):
                return {}
            if function == "RFC_READ_TABLE":
                transparent_tables.require_known(given)
                return transparent_tables.read_table(self._system.store, given)
            if function == "BAPI_QUALNOT_CREATE":
                return quality_bapis.create(connection.work, given, connection.drafts)
            result, drawn = self._rehearse(connection.work, _runner(connection, function, given))
        except ParameterError as error:
            raise _invalid(str(error)) from None
        except TableError as error:
            raise RfcError("ABAPApplicationError", 5, error.key, str(error)) from None
        left = accepted(given, result)
        if given.get("TESTRUN") != "X" and not function.endswith("_CHECK") and left is not None:
            connection.pending.append((_runner(connection, function, left), drawn))
        elif not connection.pending:
            self._system.locks.release_all(connection.work)
        return result

    def _rehearse(self, work: Work, run: Run) -> tuple[Parameters, list[tuple[str, str]]]:
        """Run a function and undo it, but keep its locks and the numbers it took."""
        store = self._system.store
        result: Parameters = {}
        with store.numbers([]) as drawn:
            try:
                with store.transaction():
                    result = run(work)
                    raise _Rehearsed
            except _Rehearsed:
                pass
        store.keep_numbers(drawn)
        return result, drawn

    def _commit(self, connection: RfcConnection) -> Parameters:
        """Write everything that waits, under the numbers already told."""
        try:
            with self._system.store.transaction():
                for run, drawn in connection.pending:
                    with self._system.store.numbers(drawn):
                        run(connection.work)
        except Refusal as refused:
            text = f"Update was terminated: {refused}"
            return {"RETURN": return_row(Message("00/671", text))}
        finally:
            connection.forget()
        return {"RETURN": _empty_return()}

    def _submit(self, body: dict[str, Any]) -> dict[str, Any]:
        """Execute a unit of transactional RFC once by its TID; what it returns is lost."""
        tid = str(body.get("tid", ""))
        if len(tid) != 24:
            raise _invalid("tid: 24 characters are expected")
        if self._system.store.get("_tid", tid) is None:
            connection = RfcConnection(Work(self._system, str(body.get("user", "TRFC"))))
            for call in body.get("calls", []):
                self._function(connection, str(call.get("function")), call.get("parameters", {}))
            self._commit(connection)
            self._system.store.put("_tid", (tid,), {"tid": tid})
        return {"submitted": tid}

    def _confirm(self, body: dict[str, Any]) -> dict[str, Any]:
        """Forget a TID; the caller promises never to send it again."""
        self._system.store.delete("_tid", str(body.get("tid", "")))
        return {"confirmed": str(body.get("tid", ""))}


def _runner(connection: RfcConnection, function: str, given: Parameters) -> Run:
    """Return what a function does, to be run now and again at the commit.

    Raises:
        RfcError: there is no such function.
    """
    text = json.dumps(given)
    if function == "BAPI_QUALNOT_SAVE":
        drafts = dict(connection.drafts)
        return lambda work: quality_bapis.save(work, json.loads(text), drafts)
    bapi = BAPIS.get(function)
    if bapi is None:
        message = f"Function module {function} not found"
        raise RfcError("ABAPApplicationError", 5, "FU_NOT_FOUND", message)
    return lambda work: bapi(work, json.loads(text))


def _invalid(text: str) -> RfcError:
    return RfcError("ExternalRuntimeError", 20, "RFC_INVALID_PARAMETER", text)


def _empty_return() -> dict[str, Any]:
    return {"TYPE": "", "ID": "", "NUMBER": "000", "MESSAGE": ""}
