"""The journal: checked first, posted once approved, never sent again unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from unit.erp.sap.saying_sap import SayingSap

from countersign.erp.documents import JournalEntry, JournalLine
from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ErpError,
    OutcomeUnknown,
    Transient,
)
from countersign.erp.sap.http import Call, Reply
from countersign.erp.sap.keys import guid_of, reference_of
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_odata import SapOData
from countersign.erp.sap_odata.journal import CHECKED, CLOUD_PATH

KEY = "CSABCDEFGHIJKLMNOPQRSTUV"
XML = {"Content-Type": "text/xml;charset=utf-8"}
ENTRY = JournalEntry(
    company_code="1010",
    posting_date=date(2026, 3, 31),
    document_date=date(2026, 3, 31),
    currency="EUR",
    lines=(
        JournalLine("0000400000", Decimal("120.50"), "4200", "Ausschuss März"),
        JournalLine("893010", Decimal("-120.50")),
    ),
    text="scrap of March & more",
)
NOTHING = Reply(200, XML, b"")
FAULT = Reply(500, XML, b"<f><Fault><faultstring>x</faultstring></Fault></f>")


def confirmation(*items: tuple[str, str, str], number: str = "0100000008") -> Reply:
    log = "".join(
        f"<Item><TypeID>{code}</TypeID><SeverityCode>{severity}</SeverityCode>"
        f"<Note>{note}</Note></Item>"
        for code, severity, note in items
    )
    body = (
        '<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soap-env:Header/><soap-env:Body>"
        '<n0:JournalEntryBulkCreateConfirmation xmlns:n0="http://sap.com/xi/SAPSCORE/SFIN">'
        "<MessageHeader/><JournalEntryCreateConfirmation><MessageHeader/>"
        f"<JournalEntryCreateConfirmation><AccountingDocument>{number}</AccountingDocument>"
        "<CompanyCode>1010</CompanyCode><FiscalYear>2026</FiscalYear>"
        f"</JournalEntryCreateConfirmation><Log>{log}</Log></JournalEntryCreateConfirmation>"
        "<Log/></n0:JournalEntryBulkCreateConfirmation></soap-env:Body></soap-env:Envelope>"
    )
    return Reply(200, XML, body.encode())


POSTED = confirmation(("605(RW)", "1", "Document posted successfully"))
CHECKED_OK = confirmation(("614(RW)", "1", "Document check - no errors"), number="0000000000")


def sent(call: Call) -> dict[str, list[str]]:
    """Return the texts of a request by the name of their element."""
    found: dict[str, list[str]] = {}
    for node in ElementTree.fromstring(call.body or b"").iter():
        found.setdefault(node.tag.rpartition("}")[2], []).append(node.text or "")
    return found


def test_an_entry_is_checked_and_then_asked_about() -> None:
    sap = SayingSap(CHECKED_OK)
    result = SapOData(sap, Profile()).post(ENTRY, KEY)
    assert (result.status, result.warnings) == ("needs_approval", (CHECKED,))
    assert "no errors" in result.text
    assert sent(sap.calls[0])["TestDataIndicator"] == ["true"]


def test_an_approved_entry_is_posted_with_its_reference() -> None:
    sap = SayingSap(POSTED)
    result = SapOData(sap, Profile()).post(ENTRY, KEY, (CHECKED,))
    values = sent(sap.calls[0])
    assert (result.status, result.document_id) == ("posted", "100000008/1010/2026")
    assert "TestDataIndicator" not in values
    assert values["DocumentReferenceID"] == [reference_of(KEY)]
    assert values["messageId"] == [f"uuid:{guid_of(KEY)}"]
    assert values["AmountInTransactionCurrency"] == ["120.5", "-120.5"]
    assert values["DebitCreditCode"] == ["S", "H"]
    assert values["GLAccount"] == ["400000", "893010"]
    assert sap.calls[0].path == CLOUD_PATH


def test_check_and_posting_have_message_ids_of_their_own_that_never_change() -> None:
    sap = SayingSap(CHECKED_OK, POSTED, POSTED)
    connector = SapOData(sap, Profile())
    connector.post(ENTRY, KEY)
    connector.post(ENTRY, KEY, (CHECKED,))
    connector.post(ENTRY, KEY, (CHECKED,))
    ids = [sent(call)["messageId"][0] for call in sap.calls]
    assert ids[0] != ids[1] == ids[2]


def test_inner_elements_have_no_namespace() -> None:
    sap = SayingSap(POSTED)
    SapOData(sap, Profile()).post(ENTRY, KEY, (CHECKED,))
    tags = {node.tag for node in ElementTree.fromstring(sap.calls[0].body or b"").iter()}
    assert "{http://sap.com/xi/SAPSCORE/SFIN}JournalEntryBulkCreateRequest" in tags
    assert {"JournalEntry", "Item", "CostCenter"} <= tags


@pytest.mark.parametrize("approved", [(), (CHECKED,)])
def test_an_error_in_the_log_is_a_refusal_with_its_cause(approved: tuple[str, ...]) -> None:
    answer = confirmation(
        ("609(RW)", "3", "Error in document: BKPFF $ X"),
        ("201(F5)", "3", "Posting period 003 2026 is not open"),
        number=" ",
    )
    with pytest.raises(BusinessRejection) as caught:
        SapOData(SayingSap(answer), Profile()).post(ENTRY, KEY, approved)
    assert (caught.value.code, caught.value.field) == ("F5/201", "posting_date")


@pytest.mark.parametrize(
    ("answer", "of_check", "of_posting"),
    [
        (Reply(200, XML, b"<html"), Transient, OutcomeUnknown),
        (NOTHING, Transient, OutcomeUnknown),
        (Reply(504, {}, b""), Transient, OutcomeUnknown),
        (Reply(503, {}, b""), Transient, Transient),
        (Reply(401, {}, b""), ConfigurationError, ConfigurationError),
        (Reply(404, {}, b""), ConfigurationError, ConfigurationError),
        (confirmation(number="0000000000"), None, OutcomeUnknown),
        (
            Reply(500, XML, b"<f><Fault><faultstring>x</faultstring></Fault></f>"),
            Transient,
            OutcomeUnknown,
        ),
    ],
)
def test_an_answer_that_is_none_means_less_for_a_check(
    answer: Reply, of_check: type[ErpError] | None, of_posting: type[ErpError]
) -> None:
    with pytest.raises(of_posting):
        SapOData(SayingSap(answer), Profile()).post(ENTRY, KEY, (CHECKED,))
    if of_check is None:
        assert SapOData(SayingSap(answer), Profile()).post(ENTRY, KEY).warnings
    else:
        with pytest.raises(of_check):
            SapOData(SayingSap(answer), Profile()).post(ENTRY, KEY)


def test_an_entry_that_does_not_add_up_is_never_sent() -> None:
    sap = SayingSap()
    wrong = replace(ENTRY, lines=(ENTRY.lines[0], JournalLine("893010", Decimal("-120.49"))))
    with pytest.raises(BusinessRejection) as caught:
        SapOData(sap, Profile()).post(wrong, KEY)
    assert caught.value.entity == "0.01"
    assert sap.calls == []


def test_a_lost_answer_goes_to_a_person_with_the_reference() -> None:
    with pytest.raises(BusinessRejection) as caught:
        SapOData(SayingSap(), Profile()).find(KEY, ENTRY)
    assert reference_of(KEY) in caught.value.text


def test_the_preview_shows_check_and_posting() -> None:
    sap = SayingSap()
    check, posting = SapOData(sap, Profile()).preview(ENTRY, KEY)
    assert "TestDataIndicator" in check.body
    assert "TestDataIndicator" not in posting.body
    assert check.url.startswith("https://sap.example/")
    assert sap.calls == []
