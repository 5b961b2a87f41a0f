"""Triage: what SAP's messages mean, and what a clerk reads."""

from __future__ import annotations

import csv
import doctest
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from countersign.erp.documents import GoodsIssue, GoodsIssueLine, ScrapReport
from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ContractError,
    ErpError,
    OutcomeUnknown,
    Transient,
)
from countersign.erp.sap import triage as triage_module
from countersign.erp.sap import values as values_module
from countersign.erp.sap.triage import Message, Triage, code_of
from countersign.nouns.quantity import Quantity

TRIAGE = Triage.load()
ISSUE = GoodsIssue(
    site_id="1010",
    order_id="000001000023",
    operation_id="0020",
    posting_date=date(2026, 1, 31),
    lines=(
        GoodsIssueLine("RM-100", Quantity(Decimal("5.25"), "KGM"), "B1", "101A"),
        GoodsIssueLine("000000000000004711", Quantity(Decimal(3), "H87")),
    ),
)
SCRAP = ScrapReport(
    "1010",
    "1000023",
    "0020",
    "RM-100",
    Quantity(Decimal(2), "KGM"),
    date(2026, 1, 31),
    "DIM",
)
REFERENCE_ROWS = [
    "HTTP_423",
    "CO/469",
    "CO/470",
    "CO/471",
    "M3/023",
    "M3/024",
    "MC/601",
    "HTTP_412",
    "HTTP_428",
    "HTTP_429",
    "HTTP_503",
    "HTTP_500",
    "HTTP_502",
    "HTTP_504",
    "RFC_CANCELED",
    "M7/021",
    "M7/022",
    "M7/053",
    "F5/201",
    "M8/147",
    "KI/235",
    "M3/305",
    "M3/351",
    "M7/001",
    "00/058",
    "M7/018",
    "M7/090",
    "M7/127",
    "M7/120",
    "MM_IM_ODATA_API_MDOC/011",
    "MM_IM_ODATA_API_MDOC/014",
    "BS/007",
    "BS/013",
    "RW/609",
    "F5/702",
    "F5/808",
    "W5/002",
    "W5/057",
    "W5/061",
    "W5/069",
    "BM/034",
    "BM/882",
    "ME/083",
    "QA/441",
    "/IWFND/MED/170",
    "IDOC/51",
]


@pytest.mark.parametrize("code", REFERENCE_ROWS)
def test_every_row_of_the_reference_is_in_the_table(code: str) -> None:
    assert TRIAGE.knows(code)


def test_every_text_of_the_table_can_be_written_for_every_document() -> None:
    text = files("countersign.erp.sap").joinpath("triage.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for document in (None, ISSUE, SCRAP):
            error = TRIAGE.error([Message(row["code"], "Nein")], document)
            assert error.text.endswith("."), row
            assert error.code == row["code"]
        if "{sap}" in row["text"]:
            assert "Nein" in error.text


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("CO/469", Transient),
        ("M7/127", Transient),
        ("HTTP_504", OutcomeUnknown),
        ("M7/053", BusinessRejection),
        ("BS/007", BusinessRejection),
        ("MM_IM_ODATA_API_MDOC/011", ContractError),
        ("/IWFND/MED/170", ConfigurationError),
    ],
)
def test_a_code_has_its_verdict(code: str, verdict: type[ErpError]) -> None:
    assert type(TRIAGE.error([Message(code, "x")], ISSUE)) is verdict


@pytest.mark.parametrize(
    ("message", "entity", "field"),
    [
        (Message("M7/021", "Fehlmenge 3 ST: RM-100 1010"), "RM-100", "quantity"),
        (Message("M7/021", "Deficit: 4711 1010 101A"), "000000000000004711", "quantity"),
        (Message("M7/021", "Deficit of something"), "RM-100, 000000000000004711", "quantity"),
        (
            Message("M7/018", "Enter Batch", target="x/Batch"),
            "RM-100, 000000000000004711",
            "lot_id",
        ),
        (Message("CO/469", "Auftrag wird bearbeitet"), "000001000023", ""),
        (Message("M7/053", "Buchen nur in Perioden"), "2026-01-31", "posting_date"),
        (Message("ZPP/007", "Auftrag 1000023 gesperrt"), "000001000023", "order_id"),
        (Message("ZPP/008", "&1 &2", variables=("B1", "")), "RM-100", "lot_id"),
        (Message("ZPP/009", "geht nicht"), "", ""),
    ],
)
def test_what_a_message_is_about_is_found_in_any_language(
    message: Message, entity: str, field: str
) -> None:
    error = TRIAGE.error(
        [message], replace(ISSUE, lines=ISSUE.lines[:1]) if field == "storage_location" else ISSUE
    )
    assert (error.entity, error.field) == (entity, field)


def test_the_only_line_is_the_one_that_is_meant() -> None:
    message = Message("M7/001", "T001L 101A", target="to_Item(1)/StorageLocation")
    error = TRIAGE.error([message], replace(ISSUE, lines=ISSUE.lines[:1]))
    assert (error.entity, error.field) == ("RM-100", "storage_location")
    assert "storage location 101A" in error.text


def test_the_telling_message_decides_not_its_wrapper() -> None:
    messages = [
        Message("/IWBEP/CX_MGW_BUSI_EXCEPTION", "Exception raised"),
        Message("MM_IM_ODATA_API_MDOC/014", "Material Document processing failed"),
        Message("M7/053", "Posting only possible in periods 2026/02 and 2026/01"),
    ]
    assert TRIAGE.error(messages, ISSUE).code == "M7/053"


def test_a_wrapper_alone_still_says_something() -> None:
    error = TRIAGE.error([Message("MM_IM_ODATA_API_MDOC/014", "failed")], ISSUE)
    assert error.code == "MM_IM_ODATA_API_MDOC/014"


def test_a_warning_is_no_cause() -> None:
    messages = [Message("M7/022", "exceeded", severity="W"), Message("M7/053", "closed")]
    assert TRIAGE.error(messages, ISSUE).code == "M7/053"


def test_an_unknown_message_goes_to_a_person_with_the_words_of_sap() -> None:
    error = TRIAGE.error([Message("ZMM/123", "Lieferant {gesperrt}?")], ISSUE)
    assert isinstance(error, BusinessRejection)
    assert "Lieferant {gesperrt}?" in error.text
    assert "ZMM/123" in error.text


def test_the_http_status_speaks_where_the_message_is_unknown() -> None:
    error = TRIAGE.error([Message("ZMM/123", "kaputt")], ISSUE, otherwise="HTTP_500")
    assert isinstance(error, OutcomeUnknown)


def test_a_known_message_wins_over_the_http_status() -> None:
    error = TRIAGE.error([Message("M7/053", "closed")], ISSUE, otherwise="HTTP_500")
    assert isinstance(error, BusinessRejection)


def test_an_installation_can_judge_a_message_otherwise(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "code,verdict,entity,field,text,verified\n"
        "M7/021,retry,material,quantity,Wait for the receipt of {material}.,yes\n"
        "ZPP/001,contract,,,Never again.,yes\n",
        encoding="utf-8",
    )
    mine = Triage.load(own)
    assert isinstance(mine.error([Message("M7/021", "x RM-100")], ISSUE), Transient)
    assert isinstance(mine.error([Message("ZPP/001")], ISSUE), ContractError)
    assert isinstance(mine.error([Message("CO/469")], ISSUE), Transient)


def test_the_pause_that_sap_asks_for_is_kept() -> None:
    assert TRIAGE.error([], ISSUE, otherwise="HTTP_429", retry_after_s=7.0).retry_after_s == 7.0


@pytest.mark.parametrize("written", ["M7/021", "M7021", " M7/021 ", "021(M7)"])
def test_a_code_is_the_same_however_it_is_written(written: str) -> None:
    assert code_of(written) == "M7/021"


@pytest.mark.parametrize("module", [triage_module, values_module])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
