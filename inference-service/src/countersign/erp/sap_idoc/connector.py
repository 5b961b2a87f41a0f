"""The connector: documents out as IDocs, everything else by RFC.

IDocs are asynchronous: what SAP has taken over is ``accepted``, and reading back tells later what
became of it. IDocs cannot be searched, cancelled, or read from, so status, search, reversal and
master data go by RFC to the same system.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

from countersign.erp.documents import (
    Document,
    GoodsIssue,
    GoodsMovement,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.erp.errors import BusinessRejection, ContractError, ErpError
from countersign.erp.port import (
    BookedDocument,
    Capabilities,
    CheckStep,
    Period,
    PostResult,
    PreparedRequest,
    StockLevel,
)
from countersign.erp.sap.http import Call, Reply, Transport
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Message
from countersign.erp.sap.values import short_id
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_idoc import segments
from countersign.erp.sap_idoc.inbox import Inbox
from countersign.erp.sap_idoc.partner import Partner
from countersign.erp.sap_idoc.status import IdocStatuses
from countersign.erp.sap_rfc import SapRfc
from countersign.nouns.order import Material, ProductionOrder

PATH = "/sap/bc/idoc_xml"
KINDS = (ProductionConfirmation, GoodsIssue, ScrapReport, GoodsMovement)
_STATUS_CODES = {401: "LOGIN_REFUSED", 403: "FORBIDDEN", 404: "SERVICE_MISSING"}


class SapIdoc:
    """Posts by IDoc over HTTP-XML; ``reader`` is the RFC connector of the same system.

    With an ``inbox`` orders come from the LOIPRO files there instead of from SAP's tables.
    """

    def __init__(
        self,
        http: Transport,
        profile: Profile,
        reader: SapRfc,
        partner: Partner,
        inbox: Inbox | None = None,
    ) -> None:
        self._http = http
        self._triage = profile.triage
        self._confirms_floor = profile.confirms_floor
        self._wording = Wording(profile)
        self._reader = reader
        self._partner = partner
        self._inbox = inbox
        self._statuses = IdocStatuses(reader.tables)
        self._capabilities = replace(
            reader.capabilities(),
            name="sap-idoc",
            document_kinds=frozenset(document.kind for document in KINDS),
            asynchronous=True,
            consumes_with_confirmation=False,
        )

    def capabilities(self) -> Capabilities:
        """Tell what SAP can do by IDocs."""
        return self._capabilities

    def check(self) -> None:
        """Log on by RFC; an IDoc that only tests cannot be sent."""
        self._reader.check()

    def check_steps(self) -> Iterator[CheckStep]:
        """Try the steps of the RFC connection, then the status of IDocs."""
        yield from self._reader.check_steps()
        try:
            self._statuses.of("NO-SUCH-KEY")
        except ErpError as error:
            yield CheckStep("EDIDC: read the status of IDocs", False, error.text)
        else:
            yield CheckStep("EDIDC: read the status of IDocs", True, "the user may read it")

    def close(self) -> None:
        """Close the connections of all threads."""
        self._http.close()
        self._reader.close()

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        """Hand the document over; ``accepted`` under the number of its IDoc."""
        self._triage.require_ours(document, confirms_floor=self._confirms_floor)
        reply = self._http.send(self.call(document, key))
        number = _number(reply)
        if reply.status == 200 and number:
            return PostResult("accepted", document_id=short_id(number))
        raise self._refused(reply, document)

    def find(self, key: str, document: Document) -> PostResult | None:
        """Return what became of the document.

        Raises:
            BusinessRejection: SAP could not book the IDoc; it waits there (BD87) or is sent anew.
        """
        status = self._statuses.of(key)
        if status is None:
            return self._reader.find(key, document)
        if status.is_refused:
            booked = self._reader.find(key, document)
            if booked is None:
                raise self._not_booked(status.messages, document)
            return booked
        if status.is_posted:
            return self._reader.find(key, document)
        return PostResult("accepted", document_id=short_id(status.number))

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        """Cancel by BAPI: there is no IDoc for it."""
        return self._reader.reverse(document, key, document_id)

    def preview(self, document: Document, key: str) -> list[PreparedRequest]:
        """Return the request that posting would send; nothing is sent."""
        call = self.call(document, key)
        body = (call.body or b"").decode()
        url = f"{self._http.base_url}{call.target}"
        note = "SAP books the IDoc later; its status is read back."
        return [PreparedRequest(call.method, url, tuple(call.headers.items()), body, note)]

    def call(self, document: Document, key: str) -> Call:
        """Return the request for a document."""
        headers = {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"}
        query = {"sap-client": self._partner.client} if self._partner.client else {}
        return Call("POST", PATH, query, headers, self._written(document, key))

    def orders(self, changed_since: datetime | None = None) -> Iterator[ProductionOrder]:
        """Read orders: those that SAP has sent, where there is an inbox for them."""
        return (self._inbox or self._reader).orders(changed_since)

    def materials(self) -> Iterator[Material]:
        """Read materials."""
        return self._reader.materials()

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read unrestricted stock."""
        return self._reader.stock(material_ids)

    def periods(self) -> Iterator[Period]:
        """Read nothing: a closed period is found when SAP books."""
        return self._reader.periods()

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read back what is booked for these orders."""
        return self._reader.booked(order_ids)

    def _written(self, document: Document, key: str) -> bytes:
        document = self._reader.written(document)
        if isinstance(document, ProductionConfirmation):
            if document.consumed:
                text = "A confirmation by IDoc cannot carry what was consumed; issue it for itself."
                raise ContractError(text, code="kind_unsupported")
            return segments.confirmation(
                self._wording.confirmation(document, key), key, self._partner
            )
        if isinstance(document, GoodsIssue | ScrapReport | GoodsMovement):
            worded = self._reader.material_document(document, key)
            return segments.goods_movement(worded, key, self._partner)
        raise ContractError(
            f"SAP by IDoc does not take documents of kind {document.kind}; OData does.",
            code="kind_unsupported",
        )

    def _refused(self, reply: Reply, document: Document) -> ErpError:
        code = _STATUS_CODES.get(reply.status, f"HTTP_{reply.status}")
        if reply.status == 200:
            code = "UNREADABLE_ANSWER"
        elif not self._triage.knows(code):
            code = "HTTP_500" if reply.status >= 500 else "HTTP_400"
        said = reply.body.decode("utf-8", "replace") if reply.status == 400 else ""
        return self._triage.error(
            [Message("", said)] if said else [],
            document,
            otherwise=code,
            service=PATH,
            retry_after_s=reply.retry_after_s,
        )

    def _not_booked(self, messages: Sequence[Message], document: Document) -> ErpError:
        """Return why an IDoc was not booked; whatever it was, a person decides what follows."""
        is_told = any(message.code for message in messages)
        error = self._triage.error(messages, document, otherwise="" if is_told else "IDOC/51")
        return BusinessRejection(
            error.text, code=error.code, entity=error.entity, field=error.field
        )


def _number(reply: Reply) -> str:
    """Return the number of the IDoc that SAP has made of a request."""
    try:
        return ElementTree.fromstring(reply.body).findtext(".//DOCNUM", "").strip()
    except ElementTree.ParseError:
        return ""
