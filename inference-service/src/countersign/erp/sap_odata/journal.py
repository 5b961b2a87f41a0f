"""The journal: entries of the general ledger by SOAP, checked by SAP before a person approves.

An entry is first sent with ``TestDataIndicator``: SAP checks it and posts nothing. Only when a
person has approved what SAP would post is it sent for good. No released interface finds an entry
by its reference, so an answer that is lost goes to a person who looks for it in SAP.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from countersign.erp.documents import JournalEntry, JournalLine
from countersign.erp.errors import ErpError, OutcomeUnknown, Transient
from countersign.erp.port import PostResult
from countersign.erp.sap.http import Call, Reply, Transport
from countersign.erp.sap.keys import guid_of, reference_of
from countersign.erp.sap.limits import Limits
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Message, Triage, code_of, severity_of
from countersign.erp.sap.values import cut, one_line, short_id
from countersign.nouns.quantity import plain

CLOUD_PATH = "/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi"
CHECKED = "JOURNAL_CHECKED"
DEFAULT_TYPE = "SA"

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_SFIN = "http://sap.com/xi/SAPSCORE/SFIN"
_MESSAGE_ID = "http://www.sap.com/webas/640/soap/features/messageId/"
_AMOUNT_DIGITS = 20
_AMOUNT_DECIMALS = 3

for _prefix, _namespace in (("soapenv", _SOAP), ("sfin", _SFIN), ("msgID", _MESSAGE_ID)):
    ElementTree.register_namespace(_prefix, _namespace)


class Journal:
    """Posts journal entries after SAP has checked them and a person has approved them."""

    def __init__(
        self,
        http: Transport,
        profile: Profile,
        triage: Triage,
        path: str = CLOUD_PATH,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = http
        self._profile = profile
        self._triage = triage
        self._limits = Limits(triage)
        self._path = path
        self._now = now

    def post(
        self, document: JournalEntry, key: str, approved_warnings: Sequence[str]
    ) -> PostResult:
        """Have SAP check the entry; post it once the check was approved."""
        total = sum((line.amount for line in document.lines), Decimal(0))
        if total:
            raise self._triage.refusal("BALANCE", document, value=plain(total))
        if CHECKED not in approved_warnings:
            return self._checked(document, key)
        reply = self._http.send(self.call(document, key, is_test=False))
        entry, messages = self._read(reply, document)
        number = (entry.get("AccountingDocument") or "").strip()
        if any(message.is_error for message in messages):
            raise self._triage.error(messages, document)
        if not number.strip("0"):
            raise self._triage.refusal("UNREADABLE_ANSWER", document)
        parts = (short_id(number), entry.get("CompanyCode", ""), entry.get("FiscalYear", ""))
        return PostResult("posted", document_id="/".join(parts), text=_words(messages))

    def find(self, document: JournalEntry, key: str) -> PostResult | None:
        """Send whoever asks to SAP: there is no interface to look an entry up."""
        raise self._triage.refusal("NOT_SEARCHABLE", document, reference=reference_of(key))

    def call(self, document: JournalEntry, key: str, *, is_test: bool) -> Call:
        """Return the request for an entry; its message id is the same every time it is sent."""
        body = self._envelope(document, key, is_test=is_test)
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "Accept": "text/xml",
            "SOAPAction": "",
        }
        return Call("POST", self._path, headers=headers, body=body)

    def _checked(self, document: JournalEntry, key: str) -> PostResult:
        try:
            reply = self._http.send(self.call(document, key, is_test=True))
            _, messages = self._read(reply, document)
        except OutcomeUnknown as error:
            raise Transient(error.text, code=error.code) from error
        if any(message.is_error for message in messages):
            raise self._triage.error(messages, document)
        said = _words(messages) or "no remark"
        return PostResult(
            "needs_approval",
            code=CHECKED,
            text=f"SAP has checked the entry and would post it ({said}). Shall it be posted?",
            entity=document.company_code,
            warnings=(CHECKED,),
        )

    def _read(self, reply: Reply, document: JournalEntry) -> tuple[dict[str, str], list[Message]]:
        try:
            root = ElementTree.fromstring(reply.body)
        except ElementTree.ParseError:
            raise self._refused(reply, document, "") from None
        fault = next((node for node in root.iter() if _local(node) == "Fault"), None)
        if fault is not None or reply.status != 200:
            said = "".join(fault.itertext()).strip() if fault is not None else ""
            raise self._refused(reply, document, said)
        confirmations = [node for node in root.iter() if _local(node).endswith("Confirmation")]
        if not confirmations:
            raise self._triage.refusal("UNREADABLE_ANSWER", document)
        entry = {_local(node): (node.text or "").strip() for node in confirmations[-1]}
        items = [node for node in root.iter() if _local(node) == "Item"]
        return entry, [message for item in items if (message := _message(item))]

    def _refused(self, reply: Reply, document: JournalEntry, said: str) -> ErpError:
        """Return what an answer means that is no confirmation."""
        if reply.status in (401, 403, 429, 502, 503, 504):
            code = {401: "LOGIN_REFUSED", 403: "FORBIDDEN"}.get(
                reply.status, f"HTTP_{reply.status}"
            )
        elif reply.status == 404:
            code = "SERVICE_MISSING"
        elif reply.status == 200:
            code = "UNREADABLE_ANSWER"
        else:
            code = "HTTP_500"
        messages = [Message("", said)] if said else []
        return self._triage.error(
            messages,
            document,
            otherwise=code,
            service="JournalEntryBulkCreateRequest_In",
            retry_after_s=reply.retry_after_s,
        )

    def _envelope(self, document: JournalEntry, key: str, *, is_test: bool) -> bytes:
        purpose = f"{key}/check" if is_test else key
        message_id = guid_of(purpose)
        created = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        root = Element(f"{{{_SOAP}}}Envelope")
        header = SubElement(root, f"{{{_SOAP}}}Header")
        id_node = SubElement(header, f"{{{_MESSAGE_ID}}}messageId")
        id_node.text = f"uuid:{message_id}"
        body = SubElement(root, f"{{{_SOAP}}}Body")
        bulk = SubElement(body, f"{{{_SFIN}}}JournalEntryBulkCreateRequest")
        _add(
            SubElement(bulk, "MessageHeader"),
            ID=reference_of(purpose),
            UUID=str(message_id),
            CreationDateTime=created,
            TestDataIndicator="true" if is_test else "",
        )
        request = SubElement(bulk, "JournalEntryCreateRequest")
        _add(
            SubElement(request, "MessageHeader"),
            ID=reference_of(purpose),
            CreationDateTime=created,
        )
        self._add_entry(SubElement(request, "JournalEntry"), document, key)
        text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return text

    def _add_entry(self, node: Element, document: JournalEntry, key: str) -> None:
        limits = self._limits
        _add(
            node,
            OriginalReferenceDocumentType="BKPFF",
            BusinessTransactionType="RFBU",
            AccountingDocumentType=limits.text(
                document.document_type or DEFAULT_TYPE, "document_type", 2
            ),
            DocumentReferenceID=reference_of(key),
            DocumentHeaderText=cut(one_line(document.text) or key, 25),
            CreatedByUser=self._profile.journal_user[:12],
            CompanyCode=limits.text(document.company_code, "company_code", 4),
            DocumentDate=document.document_date.isoformat(),
            PostingDate=document.posting_date.isoformat(),
        )
        for line in document.lines:
            self._add_line(SubElement(node, "Item"), line, document.currency)

    def _add_line(self, node: Element, line: JournalLine, currency: str) -> None:
        limits = self._limits
        _add(node, GLAccount=limits.identifier(line.account_id, "account_id", 10))
        amount = SubElement(node, "AmountInTransactionCurrency", currencyCode=currency)
        amount.text = limits.quantity(line.amount, "amount", _AMOUNT_DIGITS, _AMOUNT_DECIMALS)
        _add(
            node,
            DebitCreditCode="S" if line.amount >= 0 else "H",
            DocumentItemText=cut(one_line(line.text), 50),
        )
        if line.cost_center:
            center = limits.identifier(line.cost_center, "cost_center", 10)
            _add(SubElement(node, "AccountAssignment"), CostCenter=center)


def _add(node: Element, **values: str) -> None:
    for name, value in values.items():
        if value:
            SubElement(node, name).text = value


def _message(item: Element) -> Message | None:
    parts = {_local(node): (node.text or "").strip() for node in item}
    if "SeverityCode" not in parts and "TypeID" not in parts:
        return None
    return Message(
        code=code_of(parts.get("TypeID", "")),
        text=parts.get("Note", ""),
        severity=severity_of(parts.get("SeverityCode", "3")),
    )


def _words(messages: Sequence[Message]) -> str:
    return "; ".join(message.text for message in messages if message.text)


def _local(node: Element) -> str:
    return node.tag.rpartition("}")[2]
