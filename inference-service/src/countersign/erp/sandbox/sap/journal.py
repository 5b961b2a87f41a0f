"""The journal entry service: SOAP, several entries in a message, each posted or refused alone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap.answer import Answer
from countersign.erp.sandbox.sap.journal_posting import JournalEntry, JournalItem, post
from countersign.erp.sandbox.sap.messages import Message, Refusal, message
from countersign.erp.sandbox.sap.system import Work
from countersign.erp.sandbox.sap.tables import rows_of
from countersign.erp.sandbox.sap.xml_input import XmlError, parse

CLOUD_PATH = "/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi"
ON_PREMISE_PATH = "/sap/bc/srt/xip/sap/journalentrycreaterequestconfi/"
ASYNCHRONOUS_PATH = "/sap/bc/srt/scs_ext/sap/journalentrybulkcreaterequest_in"

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_SFIN = "http://sap.com/xi/SAPSCORE/SFIN"
_MESSAGE_ID = "{http://www.sap.com/webas/640/soap/features/messageId/}messageId"
_NO_DOCUMENT = "0000000000"
_SEVERITIES = {"success": "1", "warning": "2", "error": "3"}

Confirm = Callable[[bytes], None]
"""Sends a confirmation some time after the answer."""


class SoapFault(Exception):
    """A message that is not understood; nothing of it is executed."""


class JournalService:
    """Serves both ways: answered at once, or accepted and confirmed by a message of its own."""

    def __init__(self, confirm: Confirm) -> None:
        self._confirm = confirm

    def serve(self, work: Work, request: Request) -> Answer:
        """Serve one message."""
        try:
            envelope = _envelope(request)
            bulk = _bulk(envelope)
            confirmed = self._once(work, envelope, bulk, request.path)
        except SoapFault as fault:
            text = f"<faultcode>soap-env:Client</faultcode><faultstring>{_escaped(str(fault))}"
            body = _wrapped(f"<soap-env:Fault>{text}</faultstring></soap-env:Fault>")
            return Answer(500, body, "text/xml; charset=utf-8")
        if request.path == ASYNCHRONOUS_PATH:
            self._confirm(confirmed)
            return Answer(202, b"", "text/xml; charset=utf-8")
        return Answer(200, confirmed, "text/xml; charset=utf-8")

    def _once(
        self, work: Work, envelope: ElementTree.Element, bulk: ElementTree.Element, path: str
    ) -> bytes:
        """Post the entries, or return the first confirmation where SAP knows the message.

        SAP executes an asynchronous message once by its message id; a synchronous one only where
        repeatability is set up, by the UUID of its header.
        """
        if path == ASYNCHRONOUS_PATH:
            name = (envelope.findtext(f".//{_MESSAGE_ID}") or "").strip()
        elif work.system.settings.repeatability:
            name = (bulk.findtext("MessageHeader/UUID") or "").strip()
        else:
            name = ""
        known = work.system.store.get("_soap_message", name) if name else None
        if known is not None:
            return str(known["confirmation"]).encode()
        confirmed = _confirmation(work, bulk)
        row = {"name": name, "confirmation": confirmed.decode()}
        work.system.store.put("_soap_message", (name or uuid.uuid4().hex,), row)
        return confirmed


def _envelope(request: Request) -> ElementTree.Element:
    if "xml" not in request.header("content-type"):
        raise SoapFault("Content type must be text/xml")
    try:
        envelope = parse(request.body)
    except XmlError as error:
        raise SoapFault(str(error)) from None
    if envelope.tag != f"{{{_SOAP}}}Envelope":
        raise SoapFault(f"no SOAP envelope: {envelope.tag}")
    return envelope


def _bulk(envelope: ElementTree.Element) -> ElementTree.Element:
    bulk = envelope.find(f"{{{_SOAP}}}Body/{{{_SFIN}}}JournalEntryBulkCreateRequest")
    if bulk is None:
        raise SoapFault("JournalEntryBulkCreateRequest is missing in the body")
    _require_known(bulk, "")
    if not bulk.findtext("MessageHeader/CreationDateTime"):
        raise SoapFault("MessageHeader/CreationDateTime is missing")
    return bulk


def _require_known(element: ElementTree.Element, path: str) -> None:
    """Refuse elements that the message does not have, in a namespace, or too long."""
    known = {row["path"]: row for row in rows_of("journal_entry.csv")}
    for child in element:
        if child.tag.startswith("{"):
            raise SoapFault(f"{child.tag} must have no namespace")
        name = f"{path}/{child.tag}".lstrip("/")
        if name not in known:
            raise SoapFault(f"element {name} is not expected")
        length = known[name]["length"]
        if length and len(child.text or "") > int(length):
            raise SoapFault(f"{name}: {child.text!r} is longer than {length}")
        _require_known(child, name)


def _confirmation(work: Work, bulk: ElementTree.Element) -> bytes:
    testing = (bulk.findtext("MessageHeader/TestDataIndicator") or "").strip() in ("true", "1")
    entries = "".join(
        _entry_confirmation(work, request, testing)
        for request in bulk.findall("JournalEntryCreateRequest")
    )
    header = _header(bulk.findtext("MessageHeader/ID") or "")
    return _wrapped(
        f'<n0:JournalEntryBulkCreateConfirmation xmlns:n0="{_SFIN}">{header}'
        f"<ConfirmationInterfaceOrignName/>{entries}</n0:JournalEntryBulkCreateConfirmation>"
    )


def _entry_confirmation(work: Work, request: ElementTree.Element, testing: bool) -> str:
    number, company, year = _NO_DOCUMENT, "", "0000"
    log: list[Message]
    try:
        entry = _entry(request)
        with work.system.store.transaction():
            number, company, year = post(work, entry, testing=testing)
        code = "RW/614" if testing else "RW/605"
        log = [message(code, f"{number} {company} {year}", "S4SCLNT100", severity="success")]
    except Refusal as refused:
        head = message("RW/609", "BKPFF $", "S4SCLNT100")
        log = [head, *refused.messages]
    worst = max(_SEVERITIES[one.severity] for one in log)
    items = "".join(
        f"<Item><TypeID>{one.number}({one.message_class})</TypeID>"
        f"<SeverityCode>{_SEVERITIES[one.severity]}</SeverityCode>"
        f"<Note>{_escaped(one.text)}</Note></Item>"
        for one in log
    )
    return (
        f"<JournalEntryCreateConfirmation>{_header(request.findtext('MessageHeader/ID') or '')}"
        f"<JournalEntryCreateConfirmation><AccountingDocument>{number}</AccountingDocument>"
        f"<CompanyCode>{company}</CompanyCode><FiscalYear>{year}</FiscalYear>"
        "</JournalEntryCreateConfirmation>"
        f"<Log><MaximumLogItemSeverityCode>{worst}</MaximumLogItemSeverityCode>{items}</Log>"
        "</JournalEntryCreateConfirmation>"
    )


def _entry(request: ElementTree.Element) -> JournalEntry:
    element = request.find("JournalEntry")
    if element is None:
        raise Refusal([message("F5/808", "JournalEntry", "-")])
    text = {child.tag: (child.text or "").strip() for child in element}
    return JournalEntry(
        company_code=text.get("CompanyCode", ""),
        document_type=text.get("AccountingDocumentType", ""),
        transaction_type=text.get("BusinessTransactionType", ""),
        document_date=text.get("DocumentDate", ""),
        posting_date=text.get("PostingDate", ""),
        reference=text.get("DocumentReferenceID", ""),
        text=text.get("DocumentHeaderText", ""),
        user=text.get("CreatedByUser", ""),
        items=tuple(_item(item) for item in element.findall("Item")),
    )


def _item(item: ElementTree.Element) -> JournalItem:
    amount = item.find("AmountInTransactionCurrency")
    try:
        value = Decimal((amount.text or "").strip()) if amount is not None else Decimal(0)
    except InvalidOperation:
        raise Refusal([message("F5/808", "AmountInTransactionCurrency", "-")]) from None
    return JournalItem(
        account=(item.findtext("GLAccount") or "").strip().lstrip("0"),
        amount=value,
        currency=(amount.get("currencyCode") or "") if amount is not None else "",
        side=(item.findtext("DebitCreditCode") or "").strip(),
        text=(item.findtext("DocumentItemText") or "").strip(),
        cost_center=(item.findtext("AccountAssignment/CostCenter") or "").strip().lstrip("0"),
        order=(item.findtext("AccountAssignment/OrderID") or "").strip().lstrip("0"),
    )


def _header(reference: str) -> str:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return (
        f"<MessageHeader><UUID>{uuid.uuid4()}</UUID>"
        f"<ReferenceID>{_escaped(reference)}</ReferenceID>"
        f"<CreationDateTime>{now}</CreationDateTime>"
        "<SenderBusinessSystemID>S4S</SenderBusinessSystemID></MessageHeader>"
    )


def _wrapped(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap-env:Envelope xmlns:soap-env="{_SOAP}">'
        f"<soap-env:Header/><soap-env:Body>{body}</soap-env:Body></soap-env:Envelope>"
    ).encode()


def _escaped(text: str) -> str:
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
