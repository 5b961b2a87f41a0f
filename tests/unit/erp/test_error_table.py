"""Codes become verdicts by a table; people get texts they can act on."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

import countersign.erp.sandbox
from countersign.erp.error_table import ErrorRow, ErrorTable
from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ContractError,
    ErpError,
    OutcomeUnknown,
    Transient,
)

TABLE = ErrorTable.load("countersign.erp.demo_erp")
HEADER = "code,verdict,entity,field,text,verified\n"


def emitted_codes() -> set[str]:
    """Collect the codes that the simulator's sources pass to ``Refusal`` and ``_refuse``."""
    codes: set[str] = set()
    for path in Path(countersign.erp.sandbox.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            name = node.func.attr if isinstance(node.func, ast.Attribute) else name
            if name in ("Refusal", "_refuse"):
                codes |= {
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and argument.value.isupper()
                }
    return codes


def test_every_code_that_the_sandbox_can_send_is_in_the_table() -> None:
    codes = emitted_codes()
    assert len(codes) > 20
    assert codes <= TABLE.rows.keys()


@pytest.mark.parametrize(
    ("verdict", "error"),
    [
        ("retry", Transient),
        ("unknown", OutcomeUnknown),
        ("rejected", BusinessRejection),
        ("contract", ContractError),
        ("stop", ConfigurationError),
    ],
)
def test_a_verdict_is_a_class_of_error(verdict: str, error: type[ErpError]) -> None:
    table = ErrorTable([ErrorRow("X", verdict, "", "", "Text.", verified=True)])
    assert type(table.error("X")) is error


def test_an_error_names_what_it_is_about() -> None:
    error = TABLE.error("UOM_MISMATCH", values={"item": "A", "uom": "LTR", "expected": "KGM"})
    assert (error.code, error.entity, error.field) == ("UOM_MISMATCH", "A", "unit_of_measure")
    assert error.text == "LTR is not a unit of material A. Use one of: KGM."


def test_a_value_that_the_erp_did_not_send_does_not_break_the_text() -> None:
    assert TABLE.error("ITEM_UNKNOWN").text.startswith("Material ? does not exist")


def test_an_unlisted_code_shows_the_erps_own_words_even_with_braces() -> None:
    error = TABLE.error("E{}42", erp_text="Key {x} is bad", field="key")
    assert type(error) is BusinessRejection
    assert error.text == "Key {x} is bad (E{}42)"
    assert error.field == "key"


def test_an_unlisted_code_gets_the_callers_verdict() -> None:
    assert type(TABLE.error("HTTP_500", unlisted="unknown")) is OutcomeUnknown


@pytest.mark.parametrize("row", TABLE.rows.values(), ids=lambda row: row.code)
def test_a_text_is_a_sentence_for_people(row: ErrorRow) -> None:
    assert row.text.endswith(".")
    assert len(row.text.split()) >= 5
    assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(row.text))


SHIPPED = {
    name: ErrorTable.load(*home)
    for name, home in (
        ("demo_erp", ("countersign.erp.demo_erp",)),
        ("tryton", ("countersign.erp.tryton",)),
        ("sap", ("countersign.erp.sap", "triage.csv")),
    )
}
DO_NOT_TELL = {
    "demo_erp": set(),
    "tryton": {"TRYTON_REFUSED"},
    "sap": {"MM_IM_ODATA_API_MDOC/014", "RW/609", "W5/057", "W5/061", "IDOC/51"},
}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_code_tells_who_mends_it_unless_only_its_text_does(name: str) -> None:
    table = SHIPPED[name]
    assert {code for code in table.rows if table.queue_of(code) is None} == DO_NOT_TELL[name]


def test_a_row_of_the_installation_wins_and_keeps_the_queue_that_it_does_not_name() -> None:
    own = ErrorTable(
        [
            ErrorRow("PERIOD_CLOSED", "rejected", "", "", "Ask Ms Weber.", verified=True),
            ErrorRow("LOT_UNKNOWN", "rejected", "", "", "Ask.", verified=True, queue="document"),
        ]
    )
    table = TABLE.overlaid(own)
    assert table.rows["PERIOD_CLOSED"].text == "Ask Ms Weber."
    assert [table.queue_of(code) for code in ("PERIOD_CLOSED", "LOT_UNKNOWN", "?")] == [
        "period",
        "document",
        None,
    ]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("A,perhaps,,,Text,yes\n", "A has no verdict"),
        ("A,retry,,,,yes\n", "A has no text"),
        ("A,retry,,,Text,maybe\n", "neither yes nor no"),
        ("A,retry,,,Text,yes\nA,stop,,,Text,yes\n", "comes twice"),
    ],
)
def test_a_bad_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, complaint: str
) -> None:
    package = tmp_path / f"table_{abs(hash(body))}"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "errors.csv").write_text(HEADER + body, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match=complaint):
        ErrorTable.load(package.name)


def test_a_table_of_an_installation_may_name_queues(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    header = HEADER.replace("verified", "verified,queue")
    own.write_text(f"{header}A,retry,,,Text,yes,stock\nB,retry,,,Text,yes,\n", encoding="utf-8")
    table = ErrorTable.read(own)
    assert (table.queue_of("A"), table.queue_of("B")) == ("stock", None)
    own.write_text(f"{header}A,retry,,,Text,yes,helpdesk\n", encoding="utf-8")
    with pytest.raises(ValueError, match="A has no queue of master_data, period"):
        ErrorTable.read(own)
