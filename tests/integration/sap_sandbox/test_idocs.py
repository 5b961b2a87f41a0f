"""IDocs in the SAP sandbox: accepted first, booked later, and orders sent out."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from integration.erp_conformance import wait_until
from integration.sap_sandbox.sap_client import CLOSED_DAY, TODAY
from integration.sap_sandbox.test_journal import mailbox
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

__all__ = ["mailbox"]

DAY = TODAY.replace("-", "")


def segment(name: str, fields: dict[str, str], inside: str = "") -> str:
    text = "".join(f"<{field}>{value}</{field}>" for field, value in fields.items())
    return f'<{name} SEGMENT="1">{text}{inside}</{name}>'


def idoc(type_: str, message: str, body: str, arckey: str = "") -> str:
    control = {
        "IDOCTYP": type_,
        "MESTYP": message,
        "SNDPOR": "CS",
        "SNDPRT": "LS",
        "SNDPRN": "COUNTERSIGN",
        "RCVPOR": "SAPS4S",
        "RCVPRT": "LS",
        "RCVPRN": "S4SCLNT100",
        "ARCKEY": arckey,
    }
    inside = segment("EDI_DC40", control) + body
    return f'<?xml version="1.0"?><{type_}><IDOC BEGIN="1">{inside}</IDOC></{type_}>'


def goods_movement(order: str, arckey: str, **change: str) -> str:
    head = {"PSTNG_DATE": DAY, "DOC_DATE": DAY, "REF_DOC_NO": arckey}
    row = {
        "MATERIAL": "BODY-55",
        "PLANT": "1010",
        "STGE_LOC": "101A",
        "MOVE_TYPE": "261",
        "ENTRY_QNT": "2.000",
        "ENTRY_UOM": "PC",
        "ORDERID": order.zfill(12),
        **change,
    }
    if "PSTNG_DATE" in row:
        head["PSTNG_DATE"] = row.pop("PSTNG_DATE")
    inside = segment("E1BP2017_GM_HEAD_01", head)
    inside += segment("E1BP2017_GM_CODE", {"GM_CODE": "03"})
    inside += segment("E1BP2017_GM_ITEM_CREATE", row)
    return idoc("MBGMCR03", "MBGMCR", segment("E1MBGMCR", {}, inside), arckey)


def send(sap: SapSandboxProcess, text: str) -> requests.Response:
    headers = {"Content-Type": "text/xml"}
    url = f"{sap.url}/sap/bc/idoc_xml?sap-client=100"
    return requests.post(
        url, data=text.encode(), headers=headers, auth=(USER, PASSWORD), timeout=10
    )


def status(sap: SapSandboxProcess, arckey: str) -> list[dict[str, Any]]:
    answer = requests.get(
        f"{sap.url}/sandbox/idocs", params={"arckey": arckey}, auth=(USER, PASSWORD), timeout=10
    )
    found: list[dict[str, Any]] = answer.json()["idocs"]
    return found


def settled(sap: SapSandboxProcess, arckey: str) -> dict[str, Any]:
    wait_until(lambda: [row["status"] != "64" for row in status(sap, arckey)] == [True], within_s=5)
    return status(sap, arckey)[0]


def test_a_goods_movement_is_accepted_and_booked_later(sap: SapSandboxProcess) -> None:
    sap.settings(idoc_delay_ms=300)
    order = sap.new_order()
    assert send(sap, goods_movement(order, "CSIDOC1")).status_code == 200
    assert [row["status"] for row in status(sap, "CSIDOC1")] == ["64"]
    assert sap.documents(order=order) == []
    row = settled(sap, "CSIDOC1")
    assert (row["status"], row["document"]) == ("53", sap.documents(order=order)[0]["number"])


@pytest.mark.parametrize(
    ("arckey", "change", "outcome", "code"),
    [
        ("CSBAD1", {"MATERIAL": "NOPE"}, "51", "M3/305"),
        ("CSBAD2", {"ORDERID": "1000001"}, "51", "M7/001"),
        ("CSBAD3", {"PSTNG_DATE": CLOSED_DAY.replace("-", "")}, "51", "M7/053"),
        ("CSBAD4", {"NOTHING": "1"}, "60", ""),
        ("CSBAD5", {"ENTRY_QNT": "many"}, "60", ""),
    ],
)
def test_what_cannot_be_booked_ends_in_a_status(
    sap: SapSandboxProcess, arckey: str, change: dict[str, str], outcome: str, code: str
) -> None:
    order = sap.new_order()
    assert send(sap, goods_movement(order, arckey, **change)).status_code == 200
    row = settled(sap, arckey)
    assert (row["status"], row["messages"][0]["code"]) == (outcome, code)
    assert sap.documents(order=order) == []


def test_a_confirmation_comes_as_an_idoc_too(sap: SapSandboxProcess) -> None:
    order = sap.new_order()
    fields = {"AUFNR": order.zfill(12), "VORNR": "0010", "LMNGA": "5.000", "MEINH": "PC"}
    send(sap, idoc("CONF21", "CONF21", segment("E1CONF2", fields), "CSCONF"))
    assert settled(sap, "CSCONF")["status"] == "53"
    (document,) = sap.documents(order=order)
    assert document["lines"][0]["quantity"] == "5"


@pytest.mark.parametrize(
    "text",
    [
        "no xml",
        "<MBGMCR03/>",
        idoc("MBGMCR03", "", ""),
        idoc("MBGMCR03", "MBGMCR", "").replace('BEGIN="1"', ""),
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)
def test_what_is_no_idoc_is_refused_at_once(sap: SapSandboxProcess, text: str) -> None:
    assert send(sap, text).status_code == 400


def test_an_accepted_idoc_survives_a_kill(sap: SapSandboxProcess) -> None:
    sap.settings(idoc_delay_ms=60_000)
    order = sap.new_order()
    send(sap, goods_movement(order, "CSKILL"))
    sap.kill()
    sap.start()
    assert settled(sap, "CSKILL")["status"] == "53"
    assert len(sap.documents(order=order)) == 1


def test_the_status_is_told_to_the_sender(sap: SapSandboxProcess, mailbox: list[bytes]) -> None:
    send(sap, goods_movement(sap.new_order(), "CSTOLD", MATERIAL="NOPE"))
    wait_until(lambda: bool(mailbox), within_s=5)
    record = ElementTree.fromstring(mailbox[0]).find("IDOC/E1STATS")
    assert record is not None
    told = {child.tag: child.text for child in record}
    assert (told["STATUS"], told["ARCKEY"]) == ("51", "CSTOLD")
    assert (told["STAMID"], told["STAMNO"]) == ("M3", "305")


def test_orders_are_sent_out(sap: SapSandboxProcess, mailbox: list[bytes]) -> None:
    order = sap.new_order()
    url = sap.settings()["idoc_status_url"]
    assert sap.admin("POST", "/orders/send", {"orders": [order], "url": url}) == {"sent": 1}
    wait_until(lambda: bool(mailbox), within_s=5)
    header = ElementTree.fromstring(mailbox[0]).find("IDOC/E1AFKOL")
    assert header is not None
    assert header.findtext("AUFNR") == order.zfill(12)
    assert [row.findtext("VORNR") for row in header.iter("E1AFVOL")] == ["0010", "0020"]
    assert {row.findtext("MATNR") for row in header.iter("E1RESBL")} == {
        "BODY-55",
        "SEAL-12",
        "GREASE-01",
    }


def test_nothing_is_sent_to_another_machine(sap: SapSandboxProcess) -> None:
    body = {"orders": [sap.new_order()], "url": "http://192.0.2.1/"}
    with pytest.raises(AssertionError, match="only http to this machine"):
        sap.admin("POST", "/orders/send", body)
