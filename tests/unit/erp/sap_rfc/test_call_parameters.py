"""Whatever a legal document says: it is refused by us, or its calls fit the signatures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.erp_documents import confirmation_of, issue_of, new_key
from unit.erp.sap.nasty_documents import DOCUMENTS
from unit.erp.sap_rfc.calling_sap import CallingSap
from unit.erp.sap_rfc.orders import ORDER

from countersign.erp.documents import Document, GoodsIssueLine
from countersign.erp.errors import BusinessRejection, ErpError, OutcomeUnknown
from countersign.erp.sap.keys import key_in, reference_of
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_rfc import SapRfc
from countersign.erp.sap_rfc.journal import CHECKED
from countersign.nouns.posting import idempotency_key
from countersign.nouns.quantity import Quantity

KEY = idempotency_key("0" * 32, "anything")
KINDS = sorted(SapRfc(CallingSap(), Profile()).capabilities().document_kinds)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backflush", [True, False])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_legal_document_is_refused_or_fits(
    kind: str, backflush: bool, data: st.DataObject
) -> None:
    document: Document = data.draw(DOCUMENTS[kind])
    sap = CallingSap()
    connector = SapRfc(sap, Profile(backflush=backflush, scrap_cost_center="4711"))
    refused: ErpError | None = None
    try:
        connector.post(document, KEY, (CHECKED,))
    except ErpError as error:
        refused = error
    if isinstance(refused, BusinessRejection):
        assert refused.text
        assert sap.functions == []
    else:
        assert refused is None or refused.code == "MOVEMENT_PENDING"
        assert sap.functions[-1] == "BAPI_TRANSACTION_COMMIT"


def test_two_hundred_components_fit_into_one_confirmation() -> None:
    lines = tuple(
        GoodsIssueLine(f"RM-{number}", Quantity(Decimal("0.001"), "KGM")) for number in range(200)
    )
    sap = CallingSap()
    confirmation = replace(confirmation_of(ORDER, Decimal(5)), consumed=lines)
    with pytest.raises(OutcomeUnknown, match="has not moved material"):
        SapRfc(sap, Profile()).post(confirmation, KEY)
    (sent,) = (given for name, given in sap.calls if name == "BAPI_PRODORDCONF_CREATE_TT")
    assert len(sent["GOODSMOVEMENTS"]) == 201
    assert [row["INDEX_GOODSMOV"] for row in sent["LINK_CONF_GOODSMOV"]] == list(range(1, 202))
    assert {row["INDEX_CONFIRM"] for row in sent["LINK_CONF_GOODSMOV"]} == {1}


def test_a_confirmation_stays_out_of_the_error_pool_and_carries_the_key() -> None:
    sap, key = CallingSap(), new_key()
    SapRfc(sap, Profile()).post(confirmation_of(ORDER, Decimal(5)), key)
    (sent,) = (given for name, given in sap.calls if name == "BAPI_PRODORDCONF_CREATE_TT")
    assert sent["POST_WRONG_ENTRIES"] == "0"
    (ticket,) = sent["TIMETICKETS"]
    assert key_in(ticket["CONF_TEXT"]) == key
    assert ticket["ORDERID"] == "000001000023"
    assert sent["LINK_CONF_GOODSMOV"] == []


def test_a_confirmation_that_moves_nothing_is_linked_to_no_movement() -> None:
    sap = CallingSap()
    SapRfc(sap, Profile(backflush=False)).post(confirmation_of(ORDER, Decimal(5)), KEY)
    (sent,) = (given for name, given in sap.calls if name == "BAPI_PRODORDCONF_CREATE_TT")
    assert sent["LINK_CONF_GOODSMOV"] == [
        {"INDEX_CONFIRM": 1, "INDEX_GOODSMOV": 0, "INDEX_GM_DEPEND": 0}
    ]


def test_an_order_is_confirmed_as_a_whole_where_no_operation_is_named() -> None:
    sap = CallingSap()
    whole = replace(confirmation_of(ORDER, Decimal(5)), operation_id="")
    SapRfc(sap, Profile()).post(whole, KEY)
    assert "BAPI_PRODORDCONF_CREATE_HDR" in sap.functions


@pytest.mark.parametrize(
    ("material", "field", "written"),
    [
        ("4711", "MATERIAL", "000000000000004711"),
        ("000000000000004711", "MATERIAL", "000000000000004711"),
        ("RM-100", "MATERIAL", "RM-100"),
        ("M" * 40, "MATERIAL_LONG", "M" * 40),
        ("1" * 19, "MATERIAL_LONG", "0" * 21 + "1" * 19),
    ],
)
def test_a_material_stands_in_the_field_that_has_room(
    material: str, field: str, written: str
) -> None:
    sap = CallingSap()
    SapRfc(sap, Profile()).post(issue_of(ORDER, component_id=material), KEY)
    (sent,) = (given for name, given in sap.calls if name == "BAPI_GOODSMVT_CREATE")
    (item,) = sent["GOODSMVT_ITEM"]
    assert item[field] == written
    assert sent["GOODSMVT_HEADER"]["REF_DOC_NO"] == reference_of(KEY)
