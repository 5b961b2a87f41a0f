"""Units of work: the order of calls, and what each failure means."""

from __future__ import annotations

from decimal import Decimal

import pytest
from integration.erp_documents import confirmation_of, issue_of, new_key
from unit.erp.sap_rfc.calling_sap import CallingSap
from unit.erp.sap_rfc.orders import ORDER

from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ContractError,
    ErpError,
    OutcomeUnknown,
    Transient,
)
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_rfc import SapRfc
from countersign.erp.sap_rfc.transport import RfcError

POST = "BAPI_GOODSMVT_CREATE"
COMMIT, ROLLBACK = "BAPI_TRANSACTION_COMMIT", "BAPI_TRANSACTION_ROLLBACK"


@pytest.fixture
def sap() -> CallingSap:
    return CallingSap()


def post(sap: CallingSap) -> None:
    SapRfc(sap, Profile()).post(issue_of(ORDER), new_key())


def test_what_is_posted_is_committed_on_the_same_connection(sap: CallingSap) -> None:
    post(sap)
    assert sap.functions == [POST, COMMIT]
    assert (sap.opened, sap.closed) == (1, 0)


@pytest.mark.parametrize("severity", ["E", "A"])
def test_a_refusal_is_rolled_back_and_never_committed(sap: CallingSap, severity: str) -> None:
    row = {"TYPE": severity, "ID": "M7", "NUMBER": "021", "MESSAGE": "Deficit of RM-100"}
    sap.answers[POST] = {**sap.answers[POST], "RETURN": [row]}
    with pytest.raises(BusinessRejection) as caught:
        post(sap)
    assert (caught.value.code, caught.value.entity) == ("M7/021", "RM-100")
    assert sap.functions == [POST, ROLLBACK]


@pytest.mark.parametrize("severity", ["W", "I", "S"])
def test_a_remark_does_not_stop_the_commit(sap: CallingSap, severity: str) -> None:
    row = {"TYPE": severity, "ID": "M7", "NUMBER": "021", "MESSAGE": "Deficit"}
    sap.answers[POST] = {**sap.answers[POST], "RETURN": [row]}
    post(sap)
    assert sap.functions == [POST, COMMIT]


def test_a_ticket_that_is_locked_is_transient(sap: CallingSap) -> None:
    row = {"TYPE": "E", "ID": "CO", "NUMBER": "469", "MESSAGE": "locked", "FLG_LOCKED": "X"}
    sap.answers["BAPI_PRODORDCONF_CREATE_TT"] = {"RETURN": {}, "DETAIL_RETURN": [row]}
    with pytest.raises(Transient) as caught:
        SapRfc(sap, Profile()).post(confirmation_of(ORDER, Decimal(5)), new_key())
    assert caught.value.entity == ORDER.order_id
    assert sap.functions[-1] == ROLLBACK


@pytest.mark.parametrize("function", [POST, COMMIT])
@pytest.mark.parametrize(
    ("failure", "verdict"),
    [
        (RfcError("communication", "RFC_COMMUNICATION_FAILURE", "gone"), OutcomeUnknown),
        (RfcError("cancelled", "RFC_CANCELED", "too long"), OutcomeUnknown),
        (RfcError("communication", "X", "not there", was_sent=False), Transient),
    ],
)
def test_a_connection_that_breaks_is_not_used_again(
    sap: CallingSap, function: str, failure: RfcError, verdict: type[ErpError]
) -> None:
    sap.failing[function] = failure
    with pytest.raises(verdict):
        post(sap)
    assert sap.functions[-1] == function
    assert sap.closed == 1


@pytest.mark.parametrize(
    ("failure", "verdict"),
    [
        (RfcError("authority", "NO_AUTHORITY", "no"), ConfigurationError),
        (RfcError("parameter", "RFC_INVALID_PARAMETER", "X", was_sent=False), ContractError),
        (RfcError("application", "FU_NOT_FOUND", "no function"), ConfigurationError),
        (RfcError("application", "LOCK", "busy", code="CO/469"), Transient),
        (RfcError("application", "SOMETHING", "else"), BusinessRejection),
    ],
)
def test_a_call_that_sap_refuses_leaves_a_clean_connection(
    sap: CallingSap, failure: RfcError, verdict: type[ErpError]
) -> None:
    sap.failing[POST] = failure
    with pytest.raises(verdict):
        post(sap)
    assert sap.functions == [POST, ROLLBACK]
    assert sap.closed == 0


def test_a_commit_whose_update_ended_is_looked_up(sap: CallingSap) -> None:
    row = {"TYPE": "A", "ID": "00", "NUMBER": "671", "MESSAGE": "Update was terminated"}
    sap.answers[COMMIT] = {"RETURN": row}
    with pytest.raises(OutcomeUnknown) as caught:
        post(sap)
    assert caught.value.code == "RFC_UPDATE"


def test_an_answer_without_a_number_is_rolled_back(sap: CallingSap) -> None:
    sap.answers[POST] = {"MATERIALDOCUMENT": "", "MATDOCUMENTYEAR": "0000", "RETURN": []}
    with pytest.raises(OutcomeUnknown):
        post(sap)
    assert sap.functions == [POST, ROLLBACK]


def test_a_refused_logon_stops(sap: CallingSap, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> CallingSap:
        raise RfcError("logon", "RFC_LOGON_FAILURE", "wrong password", was_sent=False)

    monkeypatch.setattr(sap, "open", refuse)
    with pytest.raises(ConfigurationError) as caught:
        post(sap)
    assert caught.value.code == "RFC_LOGON"


def test_a_session_that_sap_ended_is_replaced_for_a_read(sap: CallingSap) -> None:
    connector = SapRfc(sap, Profile())
    connector.post(issue_of(ORDER), new_key())
    sap.failing["RFC_READ_TABLE"] = RfcError("communication", "RFC_CLOSED", "closed")
    assert connector.find(new_key(), issue_of(ORDER)) is None
    assert (sap.opened, sap.closed) == (2, 1)


def test_the_same_call_of_a_transaction_has_the_same_id(sap: CallingSap) -> None:
    connector, key = SapRfc(sap, Profile()), new_key()
    first = connector.submit("Z_NOTE", {"TEXT": "stop"}, key)
    again = connector.submit("Z_NOTE", {"TEXT": "stop"}, key)
    assert first == again
    assert first.status == "accepted"
    assert len(first.document_id) == 24
