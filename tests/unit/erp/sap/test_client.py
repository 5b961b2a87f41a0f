"""The OData client: tokens, pages, versions, batches, and what each answer means."""

from __future__ import annotations

import doctest
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from unit.erp.sap.saying_sap import JSON, SayingSap, collection, detail, entity, refusal

from countersign.erp.documents import (
    GoodsIssue,
    GoodsIssueLine,
    InventoryCount,
    InventoryCountLine,
    OrderStatusChange,
    ProductionConfirmation,
)
from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ContractError,
    ErpError,
    OutcomeUnknown,
    Transient,
)
from countersign.erp.sap.http import Reply
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Triage
from countersign.erp.sap_odata import SapOData, from_url, services
from countersign.erp.sap_odata import query as query_module
from countersign.erp.sap_odata.client import PAGE_SIZE, Client
from countersign.nouns.quantity import Quantity

KEY = "CSABCDEFGHIJKLMNOPQRSTUV"
DAY = date(2026, 3, 2)
ISSUE = GoodsIssue(
    "1010", "1000023", "0020", DAY, (GoodsIssueLine("RM-1", Quantity(Decimal(2), "KGM")),)
)
BOOKED = entity({"MaterialDocument": "4900000001", "MaterialDocumentYear": "2026"}, 201)
NONE = collection()
TOKEN_WANTED = Reply(403, {"x-csrf-token": "Required"}, b"CSRF token validation failed")
HTML = {"Content-Type": "text/html"}


def client(sap: SayingSap) -> Client:
    return Client(sap, Triage.load(), sap_client="100")


def posted(sap: SayingSap) -> str:
    return SapOData(sap, Profile()).post(ISSUE, KEY).document_id


def test_the_token_is_fetched_once_and_sent_with_every_write() -> None:
    sap = SayingSap(NONE, BOOKED, BOOKED)
    connector = SapOData(sap, Profile(), sap_client="100")
    for _ in range(2):
        connector.post(ISSUE, KEY)
    writes = [call for call in sap.calls if call.method == "POST"]
    assert sap.tokens == 1
    assert [call.headers["X-CSRF-Token"] for call in writes] == ["token-1", "token-1"]
    assert all(call.query["sap-client"] == "100" for call in sap.calls)


def test_a_token_that_ran_out_is_fetched_anew_and_the_call_sent_once_more() -> None:
    sap = SayingSap(NONE, TOKEN_WANTED, BOOKED)
    assert posted(sap) == "4900000001/2026"
    assert (sap.tokens, sap.sessions_dropped) == (2, 1)


def test_a_token_that_is_never_taken_ends_in_another_try_later() -> None:
    with pytest.raises(Transient) as caught:
        posted(SayingSap(NONE, TOKEN_WANTED, TOKEN_WANTED))
    assert caught.value.code == "CSRF"


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        (Reply(401, HTML, b"<html>"), ConfigurationError, "LOGIN_REFUSED"),
        (Reply(302, {"Location": "/saml"}, b""), ConfigurationError, "LOGIN_REFUSED"),
        (Reply(403, HTML, b"no"), ConfigurationError, "FORBIDDEN"),
        (
            refusal(status=403, code="/IWFND/MED/170"),
            ConfigurationError,
            "/IWFND/MED/170",
        ),
        (Reply(404, HTML, b"no"), ConfigurationError, "SERVICE_MISSING"),
        (refusal(detail("M7/053", "closed")), BusinessRejection, "M7/053"),
        (refusal(detail("M7053", "closed"), status=500), BusinessRejection, "M7/053"),
        (refusal(status=400, code="005056A509B11EE1B9A8FEA8DE87F78E"), BusinessRejection, ""),
        (Reply(400, HTML, b"<html>"), ContractError, "HTTP_400"),
        (Reply(405, HTML, b""), ContractError, "HTTP_405"),
        (Reply(423, HTML, b""), Transient, "HTTP_423"),
        (Reply(429, {"Retry-After": "7"}, b""), Transient, "HTTP_429"),
        (Reply(503, HTML, b""), Transient, "HTTP_503"),
        (Reply(500, HTML, b""), OutcomeUnknown, "HTTP_500"),
        (Reply(502, HTML, b""), OutcomeUnknown, "HTTP_502"),
        (Reply(504, HTML, b""), OutcomeUnknown, "HTTP_504"),
        (Reply(507, HTML, b""), OutcomeUnknown, "HTTP_500"),
        (Reply(200, HTML, b"<html>"), OutcomeUnknown, "UNREADABLE_ANSWER"),
        (Reply(201, JSON, b'{"d":{"Mat'), OutcomeUnknown, "UNREADABLE_ANSWER"),
        (Reply(201, JSON, b"[]"), OutcomeUnknown, "UNREADABLE_ANSWER"),
    ],
)
def test_an_answer_to_a_write_gets_its_verdict(
    answer: Reply, verdict: type[ErpError], code: str
) -> None:
    with pytest.raises(ErpError) as caught:
        posted(SayingSap(NONE, answer))
    assert type(caught.value) is verdict
    assert not code or caught.value.code == code


def test_nothing_is_unknown_about_a_read() -> None:
    for answer in (Reply(500, HTML, b""), Reply(200, HTML, b"<html>"), Reply(504, HTML, b"")):
        with pytest.raises(Transient):
            SapOData(SayingSap(answer), Profile()).find(KEY, ISSUE)


def test_the_pause_of_a_rate_limit_is_told() -> None:
    with pytest.raises(Transient) as caught:
        posted(SayingSap(NONE, Reply(429, {"Retry-After": "7"}, b"")))
    assert caught.value.retry_after_s == 7.0


@pytest.mark.parametrize(
    "body",
    [
        {"code": "M7/021", "message": [{"lang": "en", "value": "Deficit RM-1"}]},
        {"code": "M7021", "message": "Deficit RM-1"},
        {
            "code": "SY/530",
            "message": {"value": "x"},
            "innererror": {"errordetails": {"errordetail": [detail("M7/021", "Deficit RM-1")]}},
        },
        {
            "code": "SY/530",
            "message": "x",
            "details": [{"code": "M7/021", "message": "Deficit RM-1", "target": "Material"}],
        },
    ],
)
def test_errors_are_read_in_every_shape_that_releases_give_them(body: object) -> None:
    answer = Reply(400, JSON, json.dumps({"error": body}).encode())
    with pytest.raises(BusinessRejection) as caught:
        posted(SayingSap(NONE, answer))
    assert (caught.value.code, caught.value.entity) == ("M7/021", "RM-1")


def test_an_error_in_xml_is_read_too() -> None:
    xml = (
        '<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
        "<code>MM_IM_ODATA_API_MDOC/014</code><message>failed</message><innererror><errordetails>"
        "<errordetail><code>M7/053</code><message>closed</message><severity>error</severity>"
        "</errordetail></errordetails></innererror></error>"
    )
    answer = Reply(400, {"Content-Type": "application/xml"}, xml.encode())
    with pytest.raises(BusinessRejection) as caught:
        posted(SayingSap(NONE, answer))
    assert caught.value.code == "M7/053"


def test_a_remark_on_a_success_is_kept() -> None:
    remark = json.dumps({"code": "M7/022", "message": "PU quantity exceeded", "details": []})
    answer = entity(
        {"MaterialDocument": "1", "MaterialDocumentYear": "2026"}, 201, **{"sap-message": remark}
    )
    result = SapOData(SayingSap(NONE, answer), Profile()).post(ISSUE, KEY)
    assert result.text == "PU quantity exceeded (M7/022)"


def test_pages_are_followed_by_link_and_by_count() -> None:
    full = [{"n": number} for number in range(PAGE_SIZE)]
    sap = SayingSap(
        collection(*full[:150], more="https://sap.example/s/Rows?$skiptoken=150&sap-client=100"),
        collection(*full[150:]),
        collection({"n": "last"}),
    )
    rows = list(client(sap).rows(services.STOCK, "Rows", {"$filter": "x eq 'y'"}))
    assert len(rows) == PAGE_SIZE + 1
    assert sap.calls[1].path == "/s/Rows"
    assert sap.calls[1].query["$skiptoken"] == "150"
    assert sap.calls[2].query["$skip"] == str(PAGE_SIZE)
    assert sap.calls[2].query["$filter"] == "x eq 'y'"


def test_version_4_pages_and_rows_are_read() -> None:
    first = {"value": [{"n": 1}], "@odata.nextLink": "Rows?$skiptoken=1"}
    sap = SayingSap(
        Reply(200, JSON, json.dumps(first).encode()),
        Reply(200, JSON, json.dumps({"value": [{"n": 2}]}).encode()),
    )
    rows = list(client(sap).rows(services.PLANNED_ORDER, "Rows"))
    assert [row["n"] for row in rows] == [1, 2]
    assert sap.calls[1].path == services.PLANNED_ORDER.path + "Rows"


def test_a_change_that_was_overtaken_is_made_on_what_is_there_now() -> None:
    held = OrderStatusChange("1010", "1000023", "hold", text="wait")
    order = {"ManufacturingOrder": "1000023", "OrderLongText": ""}
    first = {**order, "__metadata": {"etag": "W/'1'"}}
    second = {**order, "__metadata": {"etag": "W/'2'"}}
    sap = SayingSap(
        entity(order), entity(first), Reply(412, HTML, b""), entity(second), Reply(204, {}, b"")
    )
    SapOData(sap, Profile()).post(held, KEY)
    patches = [call for call in sap.calls if call.method == "PATCH"]
    assert [call.headers["If-Match"] for call in patches] == ["W/'1'", "W/'2'"]
    assert json.loads(patches[0].body or b"")["OrderLongText"] == f"HOLD {KEY} wait"


def test_a_function_that_answers_with_an_error_is_a_refusal() -> None:
    told = {
        "ReleaseOrder": {
            "SystemMessageType": "E",
            "SystemMessageIdentification": "BS",
            "SystemMessageNumber": "7",
            "SystemMessageVariable1": "1000023",
        }
    }
    with pytest.raises(BusinessRejection) as caught:
        SapOData(SayingSap(entity(told)), Profile()).post(
            OrderStatusChange("1010", "1000023", "release"), KEY
        )
    assert (caught.value.code, caught.value.entity) == ("BS/007", "1000023")


COUNT = InventoryCount(
    "1010",
    "101A",
    DAY,
    (
        InventoryCountLine("RM-1", Quantity(Decimal(5), "KGM")),
        InventoryCountLine("RM-2", Quantity(Decimal(0), "KGM"), "B1"),
    ),
)
HEADER = {"FiscalYear": "2026", "PhysicalInventoryDocument": "0100000001"}


def counted_item(number: str, material: str, batch: str, *, counted: bool) -> dict[str, object]:
    return {
        **HEADER,
        "PhysicalInventoryDocumentItem": number,
        "Material": material,
        "Batch": batch,
        "PhysicalInventoryItemIsCounted": counted,
    }


def multipart(*statuses: int) -> Reply:
    parts = "".join(
        "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n\r\n"
        + (refusal(detail("M7/127", "counted")).body.decode() if status >= 400 else "")
        + "\r\n"
        for status in statuses
    )
    body = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + parts + "--c--\r\n--b--\r\n"
    return Reply(202, {"Content-Type": "multipart/mixed; boundary=b"}, body.encode())


def test_lines_are_counted_together_in_one_changeset() -> None:
    items = collection(
        counted_item("1", "RM-1", "", counted=False), counted_item("2", "RM-2", "B1", counted=False)
    )
    versions = [entity({**HEADER, "__metadata": {"etag": f"W/'{number}'"}}) for number in (1, 2)]
    sap = SayingSap(NONE, entity(HEADER, 201), items, *versions, multipart(204, 204))
    assert SapOData(sap, Profile()).post(COUNT, KEY).document_id == "100000001/2026"
    batch = (sap.calls[-1].body or b"").decode()
    assert batch.count("PATCH A_PhysInventoryDocItem(") == 2
    assert "If-Match: W/'2'" in batch
    assert '"PhysicalInventoryItemIsZero":true' in batch


def test_a_count_that_is_half_done_is_finished_and_not_begun_again() -> None:
    items = collection(
        counted_item("1", "RM-1", "", counted=True), counted_item("2", "RM-2", "B1", counted=False)
    )
    sap = SayingSap(collection(HEADER), items, entity({}), multipart(204))
    assert SapOData(sap, Profile()).find(KEY, COUNT) is not None
    assert (sap.calls[-1].body or b"").count(b"PATCH") == 1
    assert sum(call.method == "POST" for call in sap.calls) == 1


def test_a_changeset_that_is_refused_says_why_and_is_looked_up_again() -> None:
    items = collection(
        counted_item("1", "RM-1", "", counted=False), counted_item("2", "RM-2", "B1", counted=True)
    )
    sap = SayingSap(NONE, entity(HEADER, 201), items, entity({}), multipart(400))
    with pytest.raises(OutcomeUnknown) as caught:
        SapOData(sap, Profile()).post(COUNT, KEY)
    assert caught.value.code == "M7/127"


def test_a_corrected_count_goes_on_with_the_document_of_the_first_try() -> None:
    items = collection(
        counted_item("1", "RM-1", "", counted=False), counted_item("2", "RM-2", "B1", counted=True)
    )
    sap = SayingSap(collection(HEADER), items, entity({}), multipart(204))
    assert SapOData(sap, Profile()).post(COUNT, KEY).document_id == "100000001/2026"
    assert not any(
        call.path.endswith("A_PhysInventoryDocHeader") and call.method == "POST"
        for call in sap.calls
    )


def test_a_corrected_count_of_another_material_is_refused() -> None:
    items = collection(counted_item("1", "RM-9", "", counted=False))
    with pytest.raises(BusinessRejection) as caught:
        SapOData(SayingSap(collection(HEADER), items), Profile()).post(COUNT, KEY)
    assert (caught.value.code, caught.value.entity) == ("COUNT_WITHOUT_LINE", "RM-1")


def test_orders_are_asked_for_by_their_stamp_and_plant() -> None:
    sap = SayingSap()
    profile = Profile.of({"sites": "1010,1020"})
    assert list(SapOData(sap, profile).orders(datetime(2026, 3, 2, 14, 5, tzinfo=UTC))) == []
    assert sap.calls[0].query["$filter"] == (
        "LastChangeDateTime ge '20260302140500'"
        " and (ProductionPlant eq '1010' or ProductionPlant eq '1020')"
    )


def test_material_details_are_left_out_where_a_release_has_none() -> None:
    bare = {"Product": "RM-1", "BaseUnit": "KG", "IsBatchManagementRequired": True}
    sap = SayingSap(refusal(status=400, code="005056A509B11EE1B9A8FEC11C21578E"), collection(bare))
    (material,) = SapOData(sap, Profile()).materials()
    assert (material.unit, material.lot_managed, material.price) == ("KGM", True, None)


def test_material_details_are_read_where_there_are_any() -> None:
    row = {
        "Product": "RM-1",
        "BaseUnit": "KG",
        "to_Description": {
            "results": [
                {"Language": "DE", "ProductDescription": "Harz"},
                {"Language": "EN", "ProductDescription": "Resin"},
            ]
        },
        "to_Valuation": {"results": [{"StandardPrice": "115.00", "PriceUnitQty": "100"}]},
        "to_ProductUnitsOfMeasure": {
            "results": [
                {"AlternativeUnit": "KG", "QuantityNumerator": "1", "QuantityDenominator": "1"},
                {"AlternativeUnit": "BOX", "QuantityNumerator": "25", "QuantityDenominator": "1"},
            ]
        },
    }
    (material,) = SapOData(SayingSap(collection(row)), Profile()).materials()
    assert (material.description, material.price) == ("Resin", Decimal("1.15"))
    assert material.conversions == (("BX", Decimal(25)),)


def test_a_confirmation_of_an_unknown_order_is_still_sent_for_sap_to_judge() -> None:
    document = ProductionConfirmation(
        "1010", "99", "10", "FG", Quantity(Decimal(1), "H87"), DAY, final=True
    )
    booked = entity({"ConfirmationGroup": "0000000207", "ConfirmationCount": "00000001"}, 201)
    sap = SayingSap(NONE, booked)
    assert SapOData(sap, Profile()).post(document, KEY).document_id == "207/1"
    assert sap.body["FinalConfirmationType"] == "X"
    assert sap.body["IsFinalConfirmation"] is True


@pytest.mark.parametrize(
    "address",
    [
        "sap-odata+https://sap.example",
        "sap-odata+https://user@sap.example",
        "sap-odata+https://user:secret@sap.example:x",
        "sap-odata+https://user:secret@sap.example?colour=red",
    ],
)
def test_an_address_that_lacks_something_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError):
        from_url(address)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(query_module).failed == 0
