"""Journal entries in the SAP sandbox: by SOAP, checked, posted, refused, confirmed later."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from integration.erp_conformance import wait_until
from integration.sap_sandbox.sap_client import CLOSED_DAY, TODAY
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

CLOUD = "/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi"
ON_PREMISE = "/sap/bc/srt/xip/sap/journalentrycreaterequestconfi/100/service/binding"
ASYNCHRONOUS = "/sap/bc/srt/scs_ext/sap/journalentrybulkcreaterequest_in"
NAMESPACE = "http://sap.com/xi/SAPSCORE/SFIN"


def item(account: str, amount: str, center: str = "") -> str:
    side = "H" if amount.startswith("-") else "S"
    assignment = f"<CostCenter>{center}</CostCenter>" if center else ""
    return (
        f"<Item><GLAccount>{account}</GLAccount>"
        f'<AmountInTransactionCurrency currencyCode="EUR">{amount}</AmountInTransactionCurrency>'
        f"<DebitCreditCode>{side}</DebitCreditCode><DocumentItemText>Scrap</DocumentItemText>"
        f"<AccountAssignment>{assignment}</AccountAssignment></Item>"
    )


SCRAP = item("400000", "12.50", "10101301") + item("220000", "-12.50")


def message(
    items: str = SCRAP,
    *,
    day: str = TODAY,
    reference: str = "CSJ1",
    testing: bool = False,
    message_id: str = "",
    extra: str = "",
) -> str:
    flag = "<TestDataIndicator>true</TestDataIndicator>" if testing else ""
    space = "http://www.sap.com/webas/640/soap/features/messageId/"
    head = f'<m:messageId xmlns:m="{space}">uuid:{message_id}</m:messageId>' if message_id else ""
    now = f"{TODAY}T08:00:00Z"
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        f' xmlns:sfin="{NAMESPACE}"><soapenv:Header>{head}</soapenv:Header><soapenv:Body>'
        "<sfin:JournalEntryBulkCreateRequest>"
        f"<MessageHeader><ID>MSG1</ID><CreationDateTime>{now}</CreationDateTime>{flag}"
        "</MessageHeader><JournalEntryCreateRequest><MessageHeader><ID>SUB1</ID>"
        f"<CreationDateTime>{now}</CreationDateTime></MessageHeader><JournalEntry>"
        "<OriginalReferenceDocumentType>BKPFF</OriginalReferenceDocumentType>"
        "<BusinessTransactionType>RFBU</BusinessTransactionType>"
        "<AccountingDocumentType>SA</AccountingDocumentType>"
        f"<DocumentReferenceID>{reference}</DocumentReferenceID>"
        "<CompanyCode>1010</CompanyCode>"
        f"<DocumentDate>{day}</DocumentDate><PostingDate>{day}</PostingDate>{items}{extra}"
        "</JournalEntry></JournalEntryCreateRequest></sfin:JournalEntryBulkCreateRequest>"
        "</soapenv:Body></soapenv:Envelope>"
    )


def send(sap: SapSandboxProcess, text: str, path: str = CLOUD) -> requests.Response:
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    return requests.post(
        sap.url + path, data=text.encode(), headers=headers, auth=(USER, PASSWORD), timeout=10
    )


def texts(answer: requests.Response, tag: str) -> list[str]:
    return re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text)


@pytest.mark.parametrize("path", [CLOUD, ON_PREMISE])
def test_an_entry_is_posted_and_confirmed(sap: SapSandboxProcess, path: str) -> None:
    answer = send(sap, message(reference="CSPOSTED"), path)
    assert answer.status_code == 200, answer.text
    assert texts(answer, "MaximumLogItemSeverityCode") == ["1"]
    (number,) = texts(answer, "AccountingDocument")
    numbers = [row["number"].split("/")[0] for row in sap.documents(reference="CSPOSTED")]
    assert number in numbers
    assert texts(answer, "ReferenceID") == ["MSG1", "SUB1"]


def test_test_data_is_only_checked(sap: SapSandboxProcess) -> None:
    answer = send(sap, message(testing=True, reference="CSTEST"))
    assert texts(answer, "MaximumLogItemSeverityCode") == ["1"]
    assert texts(answer, "TypeID") == ["614(RW)"]
    assert sap.documents(reference="CSTEST") == []


@pytest.mark.parametrize(
    ("change", "type_id"),
    [
        ({"items": item("400000", "12.50", "10101301")}, "702(F5)"),
        ({"items": item("400000", "12.50") + item("220000", "-12.50")}, "235(KI)"),
        ({"items": item("999999", "1", "10101301") + item("220000", "-1")}, "506(F5)"),
        ({"items": item("400000", "1", "99") + item("220000", "-1")}, "507(F5)"),
        ({"day": CLOSED_DAY}, "201(F5)"),
    ],
)
def test_what_breaks_a_rule_is_told_in_the_log(
    sap: SapSandboxProcess, change: dict[str, Any], type_id: str
) -> None:
    answer = send(sap, message(reference="CSWRONG", **change))
    assert texts(answer, "AccountingDocument") == ["0000000000"]
    assert texts(answer, "MaximumLogItemSeverityCode") == ["3"]
    assert "609(RW)" in texts(answer, "TypeID")
    assert type_id in texts(answer, "TypeID")
    assert sap.documents(reference="CSWRONG") == []


@pytest.mark.parametrize(
    "text",
    [
        "no xml",
        message(extra="<Nothing/>"),
        message(reference="x" * 17),
        message(extra=f'<s:Item xmlns:s="{NAMESPACE}"/>'),
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "<a/>",
    ],
)
def test_a_message_that_is_not_understood_is_a_fault(sap: SapSandboxProcess, text: str) -> None:
    answer = send(sap, text)
    assert answer.status_code == 500
    assert "faultstring" in answer.text


def test_a_synchronous_message_is_posted_as_often_as_it_comes(sap: SapSandboxProcess) -> None:
    for _ in range(2):
        send(sap, message(reference="CSTWICE", message_id="1"))
    assert len(sap.documents(reference="CSTWICE")) == 2
    assert {"type": "journal entry", "reference": "CSTWICE", "count": 2} in sap.doubles()


@pytest.fixture
def mailbox(sap: SapSandboxProcess) -> Iterator[list[bytes]]:
    received: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    sap.settings(journal_confirmation_url=url, idoc_status_url=url)
    yield received
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_asynchronous_message_is_posted_once_and_confirmed_by_another(
    sap: SapSandboxProcess, mailbox: list[bytes]
) -> None:
    text = message(reference="CSLATER", message_id="c0ffee")
    answers = [send(sap, text, ASYNCHRONOUS) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2
    wait_until(lambda: len(mailbox) == 2, within_s=5)
    assert len(sap.documents(reference="CSLATER")) == 1
    assert b"<MaximumLogItemSeverityCode>1<" in mailbox[0]
    assert mailbox[0] == mailbox[1]
