"""A call is checked as SAP's library checks it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from countersign.erp.sap_rfc.signatures import require_valid, signatures, structures
from countersign.erp.sap_rfc.transport import RfcError

HEADER = {"PSTNG_DATE": "20260302", "REF_DOC_NO": "ABCDEFGHIJKLMNOP"}


def item(**values: Any) -> dict[str, Any]:
    return {"GOODSMVT_HEADER": HEADER, "GOODSMVT_ITEM": [{"MATERIAL": "RM-100", **values}]}


def ticket(**values: Any) -> dict[str, Any]:
    return {"TIMETICKETS": [values]}


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        ("BAPI_GOODSMVT_CREATE", item(ENTRY_QNT="5.25")),
        ("BAPI_GOODSMVT_CREATE", item(ENTRY_QNT=Decimal("0.001"))),
        ("BAPI_GOODSMVT_CREATE", item(ENTRY_QNT=5.25)),
        ("BAPI_GOODSMVT_CREATE", item(RES_ITEM="0001", BATCH="GRÜN-Ö1")),
        ("BAPI_GOODSMVT_CREATE", {"GOODSMVT_HEADER": {"PSTNG_DATE": date(2026, 3, 2)}}),
        ("BAPI_PRODORDCONF_CREATE_TT", ticket(EXEC_START_TIME="235959", POSTG_DATE="20240229")),
        ("BAPI_PRODORDCONF_CREATE_TT", ticket(POSTG_DATE="00000000", CONF_NO="")),
        ("BAPI_TRANSACTION_COMMIT", {"WAIT": "X"}),
        ("RFC_READ_TABLE", {"QUERY_TABLE": "AFRU", "ROWCOUNT": 5}),
    ],
)
def test_what_the_library_takes_is_taken(function: str, parameters: dict[str, Any]) -> None:
    require_valid(function, parameters)


@pytest.mark.parametrize(
    ("parameters", "error", "says"),
    [
        (item(ENTRY_QNT=None), TypeError, r"GOODSMVT_ITEM\[0\].ENTRY_QNT"),
        (item(ENTRY_QNT=True), TypeError, "ENTRY_QNT"),
        (item(BATCH=4711), TypeError, r"GOODSMVT_ITEM\[0\].BATCH"),
        (item(BATCH="12345678901"), ValueError, "BATCH"),
        (item(BATCH="\U0001f600" * 6), ValueError, "BATCH"),
        (item(ENTRY_QNT="1.0001"), ValueError, "ENTRY_QNT"),
        (item(ENTRY_QNT="12345678901"), ValueError, "ENTRY_QNT"),
        (item(ENTRY_QNT="many"), ValueError, "ENTRY_QNT"),
        (item(RES_ITEM="A1"), ValueError, "RES_ITEM"),
        ({"GOODSMVT_HEADER": {"PSTNG_DATE": "20260230"}}, ValueError, "PSTNG_DATE"),
        ({"GOODSMVT_HEADER": {"PSTNG_DATE": "2026-03-02"}}, ValueError, "PSTNG_DATE"),
        ({"GOODSMVT_HEADER": [HEADER]}, TypeError, "GOODSMVT_HEADER"),
        ({"GOODSMVT_ITEM": HEADER}, TypeError, "GOODSMVT_ITEM"),
    ],
)
def test_what_the_library_refuses_is_refused_with_its_path(
    parameters: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        require_valid("BAPI_GOODSMVT_CREATE", parameters)


@pytest.mark.parametrize(
    ("function", "parameters", "key"),
    [
        ("BAPI_NOT_THERE", {}, "FU_NOT_FOUND"),
        ("BAPI_GOODSMVT_CREATE", {"GOODSMVT_HEAD": {}}, "RFC_INVALID_PARAMETER"),
        ("BAPI_GOODSMVT_CREATE", {"MATERIALDOCUMENT": "1"}, "RFC_INVALID_PARAMETER"),
        ("BAPI_GOODSMVT_CREATE", item(QUANTITY="1"), "RFC_INVALID_PARAMETER"),
    ],
)
def test_what_sap_does_not_know_is_named(
    function: str, parameters: dict[str, Any], key: str
) -> None:
    with pytest.raises(RfcError) as caught:
        require_valid(function, parameters)
    assert caught.value.key == key


def test_an_index_is_an_integer_and_no_text() -> None:
    with pytest.raises(TypeError, match="INDEX_CONFIRM"):
        require_valid(
            "BAPI_PRODORDCONF_CREATE_TT", {"LINK_CONF_GOODSMOV": [{"INDEX_CONFIRM": "1"}]}
        )


def test_every_structure_is_used_and_every_type_is_known() -> None:
    used = {
        parameter.structure
        for parameters in signatures().values()
        for parameter in parameters.values()
        if parameter.structure
    }
    assert used == set(structures())
    scalars = [field for fields in structures().values() for field in fields.values()]
    scalars += [
        parameter.scalar
        for parameters in signatures().values()
        for parameter in parameters.values()
        if not parameter.structure
    ]
    assert {field.type for field in scalars} == {"CHAR", "NUMC", "BCD", "DATS", "TIMS", "INT4"}
