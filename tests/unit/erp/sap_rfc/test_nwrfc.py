"""SAP's own library behind the transport: what it raises, and what it hides."""

from __future__ import annotations

from typing import Any

import pytest

from countersign.erp.errors import ConfigurationError
from countersign.erp.registry import connect
from countersign.erp.sap_rfc.nwrfc import NwRfcTransport, failure_of
from countersign.erp.sap_rfc.transport import RfcError


class RFCError(Exception):
    """The base of what pyrfc raises."""

    code: int | None = None

    def __init__(self, message: str = "", code: int | None = None, key: str = "") -> None:
        super().__init__(message)
        self.message, self.code, self.key = message, code, key
        self.msg_class = self.msg_number = ""


class CommunicationError(RFCError): ...


class LogonError(RFCError): ...


class ABAPApplicationError(RFCError): ...


class ABAPRuntimeError(RFCError): ...


class ExternalRuntimeError(RFCError): ...


class ExternalAuthorizationError(RFCError): ...


class Library:
    """Stands for the module: connections that answer, raise, or are silently replaced."""

    RFCError = RFCError

    def __init__(self, outcome: Any = None, *, replaces: bool = False) -> None:
        self.outcome, self.replaces = outcome, replaces
        self.logon: dict[str, str] = {}
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.units: list[Any] = []
        self.handle = 1

    def Connection(self, **logon: str) -> Library:  # noqa: N802  the library's own name
        self.logon = logon
        return self

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None: ...

    def call(self, function: str, options: dict[str, Any], **parameters: Any) -> dict[str, Any]:
        self.called.append((function, {"options": options, **parameters}))
        if self.replaces:
            self.handle += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return {"RETURN": []}

    def fill_and_submit_unit(self, unit: dict[str, Any], calls: list[Any]) -> None:
        self.units.append((unit["id"], calls))

    def confirm_unit(self, unit: dict[str, Any]) -> None:
        self.units.append((unit["id"], "confirmed"))

    def close(self) -> None: ...


def transport(library: Library) -> NwRfcTransport:
    logon = {"ashost": "sap", "sysnr": "00", "client": "100", "user": "U", "passwd": "P"}
    return NwRfcTransport(logon, call_timeout_s=30, library=library)


def raised(library: Library) -> RfcError:
    connection = transport(library).open()
    with pytest.raises(RfcError) as caught:
        connection.call("BAPI_TRANSACTION_COMMIT", WAIT="X")
    return caught.value


def test_a_call_carries_its_time_limit_and_its_parameters() -> None:
    library = Library()
    assert transport(library).open().call("BAPI_TRANSACTION_COMMIT", WAIT="X") == {"RETURN": []}
    assert library.called == [
        ("BAPI_TRANSACTION_COMMIT", {"options": {"timeout": 30}, "WAIT": "X"})
    ]
    assert library.logon["ashost"] == "sap"


@pytest.mark.parametrize(
    ("error", "fault", "was_sent"),
    [
        (CommunicationError("gone", 1, "RFC_COMMUNICATION_FAILURE"), "communication", True),
        (RFCError("too long", 7, "RFC_CANCELED"), "cancelled", True),
        (LogonError("wrong", 2, "RFC_LOGON_FAILURE"), "logon", True),
        (ABAPApplicationError("no", 5, "TABLE_NOT_AVAILABLE"), "application", True),
        (ABAPRuntimeError("dump", 3, "DBSQL_SQL_ERROR"), "communication", True),
        (ExternalRuntimeError("field", 20, "RFC_INVALID_PARAMETER"), "parameter", False),
        (ExternalAuthorizationError("no", 6, "NO_AUTHORITY"), "authority", True),
    ],
)
def test_a_failure_is_told_by_class_and_code(error: RFCError, fault: str, was_sent: bool) -> None:
    failure = raised(Library(error))
    assert (failure.fault, failure.key, failure.was_sent) == (fault, error.key, was_sent)


def test_a_message_of_an_exception_is_told() -> None:
    error = ABAPApplicationError("locked", 5, "FOREIGN_LOCK")
    error.msg_class, error.msg_number = "CO", "469"
    assert failure_of(error).code == "CO/469"


@pytest.mark.parametrize("outcome", [None, ABAPApplicationError("again", 5, "X")])
def test_a_connection_that_was_silently_opened_anew_counts_as_broken(outcome: Any) -> None:
    failure = raised(Library(outcome, replaces=True))
    assert (failure.fault, failure.was_sent) == ("communication", True)


def test_a_logon_that_fails_was_never_sent() -> None:
    class Refusing(Library):
        def Connection(self, **logon: str) -> Library:  # noqa: N802  the library's own name
            raise CommunicationError("no route", 1, "RFC_COMMUNICATION_FAILURE")

    with pytest.raises(RfcError) as caught:
        transport(Refusing()).open()
    assert not caught.value.was_sent


def test_a_transaction_is_submitted_under_its_id_and_confirmed() -> None:
    library = Library()
    way = transport(library)
    way.submit("A" * 24, "Z_NOTE", TEXT="stop")
    way.confirm("A" * 24)
    assert library.units == [
        ("A" * 24, [("Z_NOTE", {"TEXT": "stop"})]),
        ("A" * 24, "confirmed"),
    ]


def test_without_the_library_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyrfc", None)
    connector = connect("sap-rfc+rfc://user:secret@sap.example?client=100")
    with pytest.raises(ConfigurationError, match="SAPNWRFC_HOME") as caught:
        connector.check()
    assert caught.value.code == "RFC_LIBRARY"
