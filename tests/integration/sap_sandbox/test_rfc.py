"""Remote functions in the SAP sandbox: posted by the commit on the same connection, or gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from integration.sap_sandbox.sap_client import CLOSED_DAY, TODAY
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

DAY = TODAY.replace("-", "")


class Rfc:
    """One connection over the sandbox's internal interface."""

    def __init__(self, sap: SapSandboxProcess, password: str = PASSWORD) -> None:
        self._sap = sap
        logon = {"user": USER, "passwd": password, "client": "100"}
        self.opened = self.send("open", **logon)
        self.name = self.opened.get("connection", "")

    def send(self, action: str, **body: Any) -> dict[str, Any]:
        """Send one internal call."""
        url = f"{self._sap.url}/sandbox/rfc/{action}"
        answer: dict[str, Any] = requests.post(url, json=body, timeout=10).json()
        return answer

    def call(self, function: str, **parameters: Any) -> dict[str, Any]:
        """Call a function and return what it exports."""
        answer = self.send("call", connection=self.name, function=function, parameters=parameters)
        assert "result" in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def error(self, function: str, **parameters: Any) -> dict[str, Any]:
        """Call a function that raises, and return what the library would raise."""
        answer = self.send("call", connection=self.name, function=function, parameters=parameters)
        raised: dict[str, Any] = answer["exception"]
        return raised

    def commit(self) -> dict[str, Any]:
        """Write what waits."""
        return self.call("BAPI_TRANSACTION_COMMIT", WAIT="X")


@pytest.fixture
def rfc(sap: SapSandboxProcess) -> Iterator[Rfc]:
    connection = Rfc(sap)
    yield connection
    connection.send("close", connection=connection.name)


def ticket(order: str, **change: Any) -> dict[str, Any]:
    return {
        "ORDERID": order.zfill(12),
        "OPERATION": "0010",
        "YIELD": "5.000",
        "CONF_QUAN_UNIT": "PC",
        "POSTG_DATE": DAY,
        "CONF_TEXT": "CSRFC",
        **change,
    }


def movement(order: str, **change: Any) -> dict[str, Any]:
    return {
        "MATERIAL_LONG": "BODY-55",
        "PLANT": "1010",
        "STGE_LOC": "101A",
        "MOVE_TYPE": "261",
        "ENTRY_QNT": "2",
        "ENTRY_UOM": "PC",
        "ORDERID": order.zfill(12),
        **change,
    }


def goods_movement(order: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {
        "GOODSMVT_HEADER": {"PSTNG_DATE": DAY, "DOC_DATE": DAY, "REF_DOC_NO": f"CS{order}"},
        "GOODSMVT_CODE": {"GM_CODE": "03"},
        "GOODSMVT_ITEM": list(items or [movement(order)]),
    }


def test_a_posting_is_there_only_after_the_commit(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order()
    told = rfc.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))
    assert told["RETURN"] == []
    assert sap.documents(order=order) == []
    assert rfc.commit()["RETURN"]["TYPE"] == ""
    (document,) = sap.documents(order=order)
    assert document["number"] == f"{told['MATDOCUMENTYEAR']}/{told['MATERIALDOCUMENT']}"
    rfc.commit()
    assert len(sap.documents(order=order)) == 1


@pytest.mark.parametrize("end", ["rollback", "close"])
def test_without_a_commit_nothing_stays_and_nothing_is_locked(
    sap: SapSandboxProcess, rfc: Rfc, end: str
) -> None:
    order, other = sap.new_order(), Rfc(sap)
    rfc.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))
    locked = other.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))
    assert [row["ID"] + row["NUMBER"] for row in locked["RETURN"]] == ["CO469"]
    if end == "rollback":
        rfc.call("BAPI_TRANSACTION_ROLLBACK")
    else:
        rfc.send("close", connection=rfc.name)
    assert other.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))["RETURN"] == []
    other.commit()
    assert len(sap.documents(order=order)) == 1


def test_numbers_told_to_one_are_not_told_to_another(sap: SapSandboxProcess, rfc: Rfc) -> None:
    other = Rfc(sap)
    numbers = [
        one.call("BAPI_GOODSMVT_CREATE", **goods_movement(sap.new_order()))["MATERIALDOCUMENT"]
        for one in (rfc, other)
    ]
    other.commit()
    rfc.commit()
    assert len(set(numbers)) == 2


def test_time_tickets_are_saved_or_refused_one_by_one(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order()
    tickets = [ticket(order), ticket(order, OPERATION="0099")]
    told = rfc.call("BAPI_PRODORDCONF_CREATE_TT", POST_WRONG_ENTRIES="0", TIMETICKETS=tickets)
    saved, refused = told["DETAIL_RETURN"]
    assert (saved["TYPE"], saved["ID"], saved["NUMBER"]) == ("S", "RU", "100")
    assert (len(saved["CONF_NO"]), saved["CONF_CNT"]) == (10, "00000001")
    assert (refused["TYPE"], refused["NUMBER"], refused["ROW"]) == ("E", "011", 2)
    rfc.commit()
    assert len(sap.documents(order=order)) == 1


def test_a_ticket_refused_when_it_was_told_is_not_saved_by_the_commit(
    sap: SapSandboxProcess, rfc: Rfc
) -> None:
    free, held = sap.new_order(), sap.new_order()
    sap.lock("order", held)
    tickets = [ticket(held), ticket(free)]
    told = rfc.call("BAPI_PRODORDCONF_CREATE_TT", TIMETICKETS=tickets)["DETAIL_RETURN"]
    sap.unlock("order", held)
    rfc.commit()
    assert [row["TYPE"] for row in told] == ["E", "S"]
    assert [len(sap.documents(order=order)) for order in (held, free)] == [0, 1]


def test_linked_goods_movements_replace_the_standard_ones(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order()
    last = ticket(order, OPERATION="0020")
    none = {"INDEX_CONFIRM": 1, "INDEX_GOODSMOV": 0}
    rfc.call("BAPI_PRODORDCONF_CREATE_TT", TIMETICKETS=[last], LINK_CONF_GOODSMOV=[none])
    rfc.commit()
    own = {"INDEX_CONFIRM": 1, "INDEX_GOODSMOV": 1}
    rfc.call(
        "BAPI_PRODORDCONF_CREATE_TT",
        TIMETICKETS=[last],
        GOODSMOVEMENTS=[movement(order)],
        LINK_CONF_GOODSMOV=[own],
    )
    rfc.commit()
    rfc.call("BAPI_PRODORDCONF_CREATE_TT", TIMETICKETS=[last])
    rfc.commit()
    sums = {row["movement"]: row["quantity"] for row in sap.sums() if row["order"] == order}
    assert sums == {"yield": "15", "261": "2", "101": "5"}


def test_a_lock_is_told_in_the_detail(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order()
    sap.lock("order", order)
    told = rfc.call("BAPI_PRODORDCONF_CREATE_TT", TIMETICKETS=[ticket(order)])
    sap.unlock("order", order)
    assert [(row["NUMBER"], row["FLG_LOCKED"]) for row in told["DETAIL_RETURN"]] == [("469", "X")]


def test_an_order_can_be_confirmed_as_a_whole_and_undone(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order()
    header = {"ORDERID": order.zfill(12), "YIELD": "3", "CONF_QUAN_UNIT": "PC"}
    told = rfc.call("BAPI_PRODORDCONF_CREATE_HDR", ATHDRLEVELS=[header])["DETAIL_RETURN"][0]
    rfc.commit()
    key = {"CONFIRMATION": told["CONF_NO"], "CONFIRMATIONCOUNTER": told["CONF_CNT"]}
    undone = rfc.call("BAPI_PRODORDCONF_CANCEL", **key)
    rfc.commit()
    assert undone["CREATED_CONF_COUNT"] == "00000002"
    assert [row for row in sap.sums() if row["order"] == order] == []


def test_a_goods_movement_is_undone(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order()
    told = rfc.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))
    rfc.commit()
    key = {name: told[name] for name in ("MATERIALDOCUMENT", "MATDOCUMENTYEAR")}
    assert rfc.call("BAPI_GOODSMVT_CANCEL", **key)["RETURN"] == []
    rfc.commit()
    again = rfc.call("BAPI_GOODSMVT_CANCEL", **key)
    assert [row["NUMBER"] for row in again["RETURN"]] == ["055"]


@pytest.mark.parametrize(
    "change", [{"ORDERID": "1000001"}, {"MATERIAL_LONG": "4711"}, {"MATERIAL_LONG": "NOPE"}]
)
def test_numbers_without_their_zeros_are_unknown(
    sap: SapSandboxProcess, rfc: Rfc, change: dict[str, str]
) -> None:
    sap.seed({"materials": [{"material": "4711"}]})
    order = sap.new_order()
    told = rfc.call("BAPI_GOODSMVT_CREATE", **goods_movement(order, movement(order, **change)))
    assert [row["TYPE"] for row in told["RETURN"]] == ["E"]


@pytest.mark.parametrize(
    ("function", "parameters", "raised"),
    [
        ("NO_SUCH_FUNCTION", {}, ("ABAPApplicationError", 5, "FU_NOT_FOUND")),
        (
            "BAPI_PRODORDCONF_CREATE_TT",
            {"TIMETICKETS": [{"NOTHING": "1"}]},
            ("ExternalRuntimeError", 20, "RFC_INVALID_PARAMETER"),
        ),
        (
            "BAPI_PRODORDCONF_CREATE_TT",
            {"TIMETICKETS": [{"CONF_TEXT": "x" * 41}]},
            ("ExternalRuntimeError", 20, "RFC_INVALID_PARAMETER"),
        ),
        (
            "BAPI_PRODORDCONF_CREATE_TT",
            {"TIMETICKETS": [{"POSTG_DATE": "2026-11-20"}]},
            ("ExternalRuntimeError", 20, "RFC_INVALID_PARAMETER"),
        ),
        (
            "RFC_READ_TABLE",
            {"QUERY_TABLE": "NOTHING"},
            ("ABAPApplicationError", 5, "TABLE_NOT_AVAILABLE"),
        ),
        (
            "RFC_READ_TABLE",
            {"QUERY_TABLE": "MKPF", "OPTIONS": [{"TEXT": "XBLNR LIKES 'A'"}]},
            ("ABAPApplicationError", 5, "OPTION_NOT_VALID"),
        ),
    ],
)
def test_calls_that_make_no_sense_raise_what_the_library_raises(
    rfc: Rfc, function: str, parameters: dict[str, Any], raised: tuple[str, int, str]
) -> None:
    error = rfc.error(function, **parameters)
    assert (error["class"], error["code"], error["key"]) == raised


def test_a_wrong_password_is_refused(sap: SapSandboxProcess) -> None:
    opened = Rfc(sap, "guess").opened["exception"]
    assert (opened["class"], opened["code"]) == ("LogonError", 2)


@pytest.mark.parametrize(("fault", "booked"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_lost_around_the_commit_leaves_the_outcome_open(
    sap: SapSandboxProcess, rfc: Rfc, fault: str, booked: int
) -> None:
    order = sap.new_order()
    rfc.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))
    sap.faults({"fault": fault, "calls": ["commit"], "next": 1})
    with pytest.raises(requests.ConnectionError):
        rfc.commit()
    assert rfc.error("BAPI_TRANSACTION_COMMIT")["class"] == "CommunicationError"
    assert len(sap.documents(order=order)) == booked
    fresh = Rfc(sap)
    assert fresh.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))["RETURN"] == []


def test_documents_are_found_in_the_tables(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order()
    told = rfc.call("BAPI_GOODSMVT_CREATE", **goods_movement(order))
    rfc.commit()
    found = rfc.call(
        "RFC_READ_TABLE",
        QUERY_TABLE="MKPF",
        DELIMITER="|",
        FIELDS=[{"FIELDNAME": "MBLNR"}, {"FIELDNAME": "BUDAT"}],
        OPTIONS=[{"TEXT": f"XBLNR = 'CS{order}' "}, {"TEXT": "AND MJAHR GE '2020'"}],
    )
    assert [row["WA"] for row in found["DATA"]] == [f"{told['MATERIALDOCUMENT']}|{DAY}"]
    assert [row["LENGTH"] for row in found["FIELDS"]] == ["000010", "000008"]


def journal(day: str = DAY) -> dict[str, Any]:
    head = {"COMP_CODE": "1010", "DOC_TYPE": "SA", "DOC_DATE": day, "PSTNG_DATE": day}
    first = {"ITEMNO_ACC": "1", "GL_ACCOUNT": "0000400000", "COSTCENTER": "0010101301"}
    amounts = [("1", "12.5"), ("2", "-12.5")]
    return {
        "DOCUMENTHEADER": {**head, "REF_DOC_NO": "CSRFCJ", "BUS_ACT": "RFBU"},
        "ACCOUNTGL": [first, {"ITEMNO_ACC": "2", "GL_ACCOUNT": "0000220000"}],
        "CURRENCYAMOUNT": [
            {"ITEMNO_ACC": number, "CURRENCY": "EUR", "AMT_DOCCUR": amount}
            for number, amount in amounts
        ],
    }


def test_journal_entries_are_checked_and_posted(sap: SapSandboxProcess, rfc: Rfc) -> None:
    checked = rfc.call("BAPI_ACC_DOCUMENT_CHECK", **journal())
    assert [row["NUMBER"] for row in checked["RETURN"]] == ["614"]
    rfc.commit()
    assert sap.documents(reference="CSRFCJ") == []
    posted = rfc.call("BAPI_ACC_DOCUMENT_POST", **journal())
    rfc.commit()
    (document,) = sap.documents(reference="CSRFCJ")
    assert posted["OBJ_KEY"] == document["number"].replace("/", "")
    late = rfc.call("BAPI_ACC_DOCUMENT_POST", **journal(CLOSED_DAY.replace("-", "")))
    assert [row["ID"] + row["NUMBER"] for row in late["RETURN"]] == ["RW609", "F5201"]


def test_a_quality_notification_is_created_saved_and_committed(
    sap: SapSandboxProcess, rfc: Rfc
) -> None:
    order = sap.new_order()
    header = {"REFOBJECTKEY": f"CSQ{order}", "SHORT_TEXT": "Burr", "PROD_ORDER": order.zfill(12)}
    item = {"ITEM_SORT_NO": "0001", "D_CODEGRP": "QMCOM", "D_CODE": "SURF"}
    unsorted = {**item, "ITEM_SORT_NO": ""}
    create = {"NOTIF_TYPE": "Q3", "NOTIFHEADER": header}
    assert rfc.call("BAPI_QUALNOT_CREATE", **create, NOTITEM=[unsorted])["RETURN"]
    told = rfc.call("BAPI_QUALNOT_CREATE", **create, NOTITEM=[item])
    saved = rfc.call("BAPI_QUALNOT_SAVE", NUMBER=told["NOTIFHEADER_EXPORT"]["NOTIF_NO"])
    assert sap.documents(reference=f"CSQ{order}") == []
    rfc.commit()
    (document,) = sap.documents(reference=f"CSQ{order}")
    assert saved["NOTIFHEADER"]["NOTIF_NO"] == document["number"].zfill(12)


def test_a_requisition_takes_the_fields_that_are_marked(sap: SapSandboxProcess, rfc: Rfc) -> None:
    item = {"PREQ_ITEM": "00010", "MATERIAL": "SEAL-12", "PUR_GROUP": "001", "PLANT": "1010"}
    item |= {"QUANTITY": "5", "TRACKINGNO": "CSPR"}
    marks = dict.fromkeys(item, "X") | {"PREQ_ITEM": "00010"}
    told = rfc.call("BAPI_PR_CREATE", PRITEM=[item], PRITEMX=[marks])
    rfc.commit()
    assert told["NUMBER"]
    assert [row["lines"][0]["quantity"] for row in sap.documents(reference="CSPR")] == ["5"]
    unmarked = {**marks, "PUR_GROUP": ""}
    refused = rfc.call("BAPI_PR_CREATE", PRITEM=[item], PRITEMX=[unmarked])
    assert [row["ID"] for row in refused["RETURN"]] == ["ME"]


def test_orders_are_released_and_completed(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order = sap.new_order(status="CRTD")
    named = [{"ORDER_NUMBER": order.zfill(12)}]
    assert rfc.call("BAPI_PRODORD_RELEASE", ORDERS=named)["DETAIL_RETURN"][0]["TYPE"] == "S"
    rfc.commit()
    rfc.call("BAPI_PRODORD_COMPLETE_TECH", ORDERS=named)
    rfc.commit()
    again = rfc.call("BAPI_PRODORD_RELEASE", ORDERS=named)["DETAIL_RETURN"][0]
    assert (again["TYPE"], again["ID"], again["NUMBER"]) == ("E", "BS", "013")


def test_a_transactional_call_is_executed_once_by_its_id(sap: SapSandboxProcess, rfc: Rfc) -> None:
    order, tid = sap.new_order(), "0123456789ABCDEF01234567"
    call = {"function": "BAPI_GOODSMVT_CREATE", "parameters": goods_movement(order)}
    for _ in range(2):
        assert rfc.send("submit", tid=tid, calls=[call]) == {"submitted": tid}
    assert len(sap.documents(order=order)) == 1
    rfc.send("confirm", tid=tid)
    rfc.send("submit", tid=tid, calls=[call])
    assert len(sap.documents(order=order)) == 2
