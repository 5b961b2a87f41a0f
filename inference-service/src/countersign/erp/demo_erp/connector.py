"""The connector: the sandbox ERP as an :class:`~countersign.erp.port.ErpPort`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from countersign.erp.demo_erp import wording
from countersign.erp.demo_erp.client import Answer, Client
from countersign.erp.documents import (
    FLOOR_KINDS,
    Document,
    FloorDocument,
    GoodsIssue,
    floor_document,
)
from countersign.erp.errors import BusinessRejection, ContractError, OutcomeUnknown, Transient
from countersign.erp.port import BookedDocument, Capabilities, Period, PostResult, StockLevel
from countersign.nouns.order import Material, ProductionOrder

IDS_PER_CALL = 50
"""How many orders or materials one read asks for: the address stays below 4 kB."""

PARTLY_BOOKED = 207
ASKED_BACK = 409


class DemoErp:
    """Posts to the sandbox ERP; the key goes into each document's ``ref``, which is searchable.

    An issue can come back partly booked. The rest is then posted under the same key with the same
    line numbers, so whoever reads the key back sees which lines are missing.
    """

    def __init__(
        self, client: Client, *, call_timeout_s: float, settle_s: float, max_in_flight: int
    ) -> None:
        self._client = client
        self._capabilities = Capabilities(
            name="sandbox",
            document_kinds=FLOOR_KINDS,
            max_in_flight=max_in_flight,
            call_timeout_s=call_timeout_s,
            settle_s=settle_s,
        )

    def capabilities(self) -> Capabilities:
        """Tell what the ERP can do."""
        return self._capabilities

    def check(self) -> None:
        """Log in and read something."""
        self._client.get("/periods")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        """Book the document once under the key."""
        document = floor_document(document)
        body = wording.posting(document, key, approved_warnings)
        answer = self._client.post(wording.FORMS[document.kind].path, body)
        if answer.status == ASKED_BACK:
            return _question(answer)
        if answer.status == PARTLY_BOOKED and isinstance(document, GoodsIssue):
            return self._finish(document, key)
        return PostResult("posted", document_id=str(answer.data["document"]))

    def find(self, key: str, document: Document) -> PostResult | None:
        """Look the key up among the documents that stand; finish one that is partly booked."""
        document = floor_document(document)
        standing = self._standing(key, document)
        if not standing:
            return None
        if isinstance(document, GoodsIssue) and _missing(document, standing):
            return self._finish(document, key)
        return _posted(standing)

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        """Undo what stands under the key; what is undone already stays so."""
        document = floor_document(document)
        rows = self._rows(key, document)
        if not rows:
            raise self._client.error("DOCUMENT_UNKNOWN", {"document": document_id})
        self._reverse_standing(document, key)
        undone = self._rows(key, document)
        return PostResult("posted", document_id=str(undone[0]["reversed_by"]))

    def orders(self, changed_since: datetime | None = None) -> Iterator[ProductionOrder]:
        """Read works orders, a page at a time."""
        query = {} if changed_since is None else {"since": changed_since.isoformat()}
        return (wording.order(row) for row in self._pages("/orders", "orders", query))

    def materials(self) -> Iterator[Material]:
        """Read items."""
        return (wording.material(row) for row in self._client.get("/items")["items"])

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read stock by bin; a material with several lots in a bin comes once for each."""
        for some in _chunks(material_ids):
            for row in self._client.get("/stock", {"items": ",".join(some)})["stock"]:
                yield wording.stock_level(row)

    def periods(self) -> Iterator[Period]:
        """Read posting periods."""
        return (wording.period(row) for row in self._client.get("/periods")["periods"])

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read the documents of some orders; a reversed one is marked, its reversal left out."""
        for some in _chunks(order_ids):
            for row in self._pages("/documents", "documents", {"orders": ",".join(some)}):
                document = wording.booked_document(row)
                if document is not None:
                    yield document

    def _finish(self, document: GoodsIssue, key: str) -> PostResult:
        """Post the lines that are missing; each round books at least one or ends in an error.

        The ERP refusing the rest undoes what stands: a refused document is not booked at all.
        """
        while True:
            standing = self._standing(key, document)
            missing = _missing(document, standing)
            if not missing:
                return _posted(standing)
            body = wording.posting(document, key, ())
            body["lines"] = [
                wording.issue_line(number, line)
                for number, line in wording.numbered(document)
                if number in missing
            ]
            try:
                self._client.post(wording.FORMS[document.kind].path, body)
            except Transient as error:
                raise OutcomeUnknown(
                    f"{len(document.lines) - len(missing)} of {len(document.lines)} lines are"
                    f" booked; the rest waits. {error.text}",
                    code=error.code,
                    entity=error.entity,
                    retry_after_s=error.retry_after_s,
                ) from error
            except (BusinessRejection, ContractError):
                self._reverse_standing(document, key)
                raise

    def _reverse_standing(self, document: FloorDocument, key: str) -> None:
        body = {"ref": key, "date": document.posting_date.isoformat()}
        for row in reversed(self._standing(key, document)):
            try:
                self._client.post(f"/documents/{row['no']}/storno", body)
            except BusinessRejection as error:
                if error.code != "ALREADY_REVERSED":
                    raise

    def _rows(self, key: str, document: FloorDocument) -> list[dict[str, Any]]:
        wanted = wording.FORMS[document.kind].type
        pages = self._pages("/documents", "documents", {"ref": key})
        return [row for row in pages if row["type"] == wanted]

    def _standing(self, key: str, document: FloorDocument) -> list[dict[str, Any]]:
        return [row for row in self._rows(key, document) if row["reversed_by"] is None]

    def _pages(self, path: str, name: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        after: str | None = ""
        while after is not None:
            page = self._client.get(path, {**query, "after": after} if after else query)
            yield from page[name]
            after = page["next"]


def _missing(document: GoodsIssue, standing: Iterable[dict[str, Any]]) -> set[int]:
    booked = {line["pos"] for row in standing for line in row["lines"]}
    return {number for number, _ in wording.numbered(document)} - booked


def _posted(standing: Sequence[dict[str, Any]]) -> PostResult:
    numbers = [str(row["no"]) for row in standing]
    text = "" if len(numbers) == 1 else f"Booked in several documents: {', '.join(numbers)}."
    return PostResult("posted", document_id=numbers[0], text=text)


def _question(answer: Answer) -> PostResult:
    warnings = answer.data["warnings"]
    return PostResult(
        "needs_approval",
        code=warnings[0]["code"],
        text=" ".join(f"{warning['text']}." for warning in warnings),
        entity=warnings[0].get("order", ""),
        warnings=tuple(warning["code"] for warning in warnings),
    )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), IDS_PER_CALL):
        yield ids[start : start + IDS_PER_CALL]
