"""Whatever a legal document says: it is refused by us, or its IDoc fits SAP's segments."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.erp.sap.nasty_documents import DOCUMENTS
from unit.erp.sap_rfc.calling_sap import CallingSap

from countersign.erp.documents import Document
from countersign.erp.errors import BusinessRejection, ContractError
from countersign.erp.sandbox.sap.bapi_fields import read
from countersign.erp.sap.http import Http, Login
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_idoc import SapIdoc
from countersign.erp.sap_idoc.partner import Partner
from countersign.erp.sap_rfc import SapRfc
from countersign.nouns.posting import idempotency_key

KEY = idempotency_key("0" * 32, "anything")
PROFILE = Profile(scrap_cost_center="4711")
STRUCTURES = {
    "E1BP2017_GM_HEAD_01": "BAPI2017_GM_HEAD_01",
    "E1BP2017_GM_CODE": "BAPI2017_GM_CODE",
    "E1BP2017_GM_ITEM_CREATE": "BAPI2017_GM_ITEM_CREATE",
    "E1CONF2": "E1CONF2",
}


def connector() -> SapIdoc:
    http = Http(
        "https://sap.example",
        Login("user", "secret"),
        PROFILE.triage,
        connect_timeout_s=1,
        call_timeout_s=1,
    )
    return SapIdoc(http, PROFILE, SapRfc(CallingSap(), PROFILE), Partner("100"))


@pytest.mark.parametrize("kind", sorted(connector().capabilities().document_kinds))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_legal_document_is_refused_or_fits(kind: str, data: st.DataObject) -> None:
    document: Document = data.draw(DOCUMENTS[kind])
    try:
        body = connector().call(document, KEY).body
    except BusinessRejection:
        return
    except ContractError:
        assert getattr(document, "consumed", ())
        return
    root = ElementTree.fromstring(body or b"")
    control = root.find("IDOC/EDI_DC40")
    assert control is not None
    assert control.findtext("IDOCTYP") == root.tag
    assert control.findtext("ARCKEY") == KEY
    segments = [node for node in root.iter() if node.tag in STRUCTURES]
    assert segments
    for segment in segments:
        assert segment.get("SEGMENT") == "1"
        read(STRUCTURES[segment.tag], {field.tag: field.text for field in segment})
