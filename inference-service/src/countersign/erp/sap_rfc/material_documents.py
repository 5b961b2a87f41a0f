"""Material documents by BAPI_GOODSMVT_CREATE: posted, found by their reference, cancelled."""

from __future__ import annotations

from countersign.erp.documents import GoodsIssue, GoodsMovement, ScrapReport
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import reference_of
from countersign.erp.sap.subject import FIELD_WORDS
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import short_id
from countersign.erp.sap.wording import MaterialDocument, Wording
from countersign.erp.sap_rfc.fields import day, movement_header, movement_item
from countersign.erp.sap_rfc.orders import OrderBook
from countersign.erp.sap_rfc.sessions import Sessions
from countersign.erp.sap_rfc.tables import Condition, Record, Tables
from countersign.erp.sap_rfc.transport import Parameters

StockDocument = GoodsIssue | ScrapReport | GoodsMovement


class MaterialDocuments:
    """Posts material documents; ``REF_DOC_NO`` (XBLNR) holds what is searched."""

    def __init__(
        self,
        sessions: Sessions,
        tables: Tables,
        wording: Wording,
        triage: Triage,
        order_book: OrderBook,
    ) -> None:
        self._sessions = sessions
        self._tables = tables
        self._wording = wording
        self._triage = triage
        self._order_book = order_book

    def post(self, document: StockDocument, key: str) -> PostResult:
        """Book all lines in one document, all or none."""
        parameters = parameters_of(self.worded(document, key))
        with self._sessions.unit_of_work(document) as unit:
            answer = unit.call("BAPI_GOODSMVT_CREATE", **parameters)
            number, year = str(answer["MATERIALDOCUMENT"]), str(answer["MATDOCUMENTYEAR"])
            if not number.strip("0 "):
                raise self._triage.refusal("UNREADABLE_ANSWER", document)
            unit.commit()
        return PostResult("posted", document_id=id_of(number, year))

    def find(self, document: StockDocument, key: str) -> PostResult | None:
        """Look for the document that stands under the key."""
        for row in self._originals(key):
            if not self._reversal_of(row):
                return PostResult("posted", document_id=id_of(row["MBLNR"], row["MJAHR"]))
        return None

    def reverse(self, document: StockDocument, key: str, document_id: str) -> PostResult:
        """Cancel what stands under the key; what is cancelled already stays so."""
        originals = self._originals(key)
        standing = [row for row in originals if not self._reversal_of(row)]
        for row in standing[:1]:
            with self._sessions.unit_of_work(document) as unit:
                unit.call(
                    "BAPI_GOODSMVT_CANCEL",
                    MATERIALDOCUMENT=row["MBLNR"],
                    MATDOCUMENTYEAR=row["MJAHR"],
                    GOODSMVT_PSTNG_DATE=day(document.posting_date),
                )
                unit.commit()
        for row in (*standing, *originals):
            reversal = self._reversal_of(row)
            if reversal:
                return PostResult("posted", document_id=reversal)
        raise self._triage.refusal("DOCUMENT_UNKNOWN", document, document=document_id)

    def worded(self, document: StockDocument, key: str) -> MaterialDocument:
        """Write a document in SAP's terms, with what its order says about its materials.

        Raises:
            BusinessRejection: something does not fit into the fields of the BAPI.
        """
        worded = self._in_sap_terms(document, key)
        for row in worded.rows:
            self._require_digits(row.reason, "reason_code")
            self._require_digits(row.purchase_order_item, "purchase_order_item")
        return worded

    def _in_sap_terms(self, document: StockDocument, key: str) -> MaterialDocument:
        if isinstance(document, GoodsMovement):
            return self._wording.goods_movement(document, key)
        components = self._order_book.components(document.order_id)
        if isinstance(document, ScrapReport):
            return self._wording.scrap_report(document, key, components)
        return self._wording.goods_issue(document, key, components)

    def _require_digits(self, value: str, field: str) -> None:
        if value and not (value.isascii() and value.isdigit()):
            what = FIELD_WORDS.get(field, field.replace("_", " "))
            error = self._triage.refusal("ONLY_DIGITS", what=what, value=value)
            error.field = field
            raise error

    def _originals(self, key: str) -> list[Record]:
        """Return the documents with the reference of the key that reverse no other."""
        reference = Condition("XBLNR", reference_of(key))
        heads = self._tables.rows("MKPF", "MBLNR MJAHR", reference)
        return [row for row in heads if not any(item["SMBLN"] for item in self._items(row))]

    def _items(self, row: Record) -> list[Record]:
        number, year = Condition("MBLNR", row["MBLNR"]), Condition("MJAHR", row["MJAHR"])
        return list(self._tables.rows("MSEG", "MBLNR ZEILE SMBLN", number, year))

    def _reversal_of(self, row: Record) -> str:
        return reversal_of(self._tables, row["MBLNR"], row["MJAHR"])


def parameters_of(document: MaterialDocument) -> Parameters:
    """Write a material document."""
    return {
        "GOODSMVT_HEADER": movement_header(document),
        "GOODSMVT_CODE": {"GM_CODE": document.code},
        "GOODSMVT_ITEM": [movement_item(row) for row in document.rows],
    }


def reversal_of(tables: Tables, number: str, year: str) -> str:
    """Return the document that reverses another one, or nothing."""
    wanted = Condition("SMBLN", number), Condition("SJAHR", year)
    for item in tables.rows("MSEG", "MBLNR MJAHR", *wanted):
        return id_of(item["MBLNR"], item["MJAHR"])
    return ""


def id_of(number: str, year: str) -> str:
    """Return the number of a material document as people write it, with its year."""
    return f"{short_id(number)}/{year}"
