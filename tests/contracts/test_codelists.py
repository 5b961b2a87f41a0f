"""The code lists are complete, consistent, and what the service really uses."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from contract_messages import files

from countersign.contracts.validators import errors
from countersign.plant.units import UNITS
from countersign.post.commands import CommandRefused
from countersign.web import idempotency
from countersign.web.approvals import STATUS_OF_REFUSAL

CODELISTS = files.FOLDER / "codelists"
PACKAGE = files.FOLDER.parent / "inference-service" / "src" / "countersign"
RAISED_BY_THE_FRAMEWORK = {"bad-request", "method-not-allowed", "request-entity-too-large"}


def rows(name: str) -> list[dict[str, str]]:
    with (CODELISTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize(
    ("name", "identity"),
    [("uom_rec20.csv", "code"), ("scrap_reason.csv", "code"), ("problem_types.csv", "type")],
)
def test_codes_are_unique_and_every_field_is_filled(name: str, identity: str) -> None:
    found = rows(name)
    assert len({row[identity] for row in found}) == len(found) > 10
    assert all(value and None not in row for row in found for value in row.values())


def test_units_fit_the_contract_and_each_dimension_has_one_measure() -> None:
    found = rows("uom_rec20.csv")
    for row in found:
        quantity = {"quantity_string": "1", "unit_of_measure": row["code"]}
        assert errors("scrap-report", scrap(quantity=quantity)) == [], row
        assert Decimal(row["factor_to_base"]) > 0
    for dimension in {row["dimension"] for row in found} - {"ratio"}:
        factors = [row["factor_to_base"] for row in found if row["dimension"] == dimension]
        assert "1" in factors, f"{dimension} has no unit of factor 1"


def test_the_service_knows_the_units_of_the_list() -> None:
    assert set(UNITS) == {row["code"] for row in rows("uom_rec20.csv")}


@pytest.mark.parametrize(
    ("code", "other", "factor"),
    [
        ("DZN", "C62", "12"),
        ("TNE", "KGM", "1000"),
        ("LBR", "GRM", "453.59237"),
        ("MTQ", "LTR", "1000"),
        ("GLL", "MLT", "3785.411784"),
        ("FOT", "INH", "12"),
        ("INK", "FTK", "0.006944444444444444444444444444"),
        ("HUR", "MIN", "60"),
        ("GV", "KWH", "277.7777777777777777777777778"),
        ("BAR", "KPA", "100"),
    ],
)
def test_factors_are_those_of_the_definitions(code: str, other: str, factor: str) -> None:
    factors = {row["code"]: Decimal(row["factor_to_base"]) for row in rows("uom_rec20.csv")}
    assert factors[code] / factors[other] == Decimal(factor)


def test_scrap_reasons_fit_the_contract() -> None:
    for row in rows("scrap_reason.csv"):
        assert errors("scrap-report", scrap(scrap_reason_code=row["code"])) == [], row


def scrap(**changes: object) -> dict[str, object]:
    examples = {(schema, name): message for schema, name, message in files.examples("valid")}
    return {**examples["scrap-report", "with-required-fields-only"], **changes}


def test_every_problem_that_the_service_raises_is_listed_with_its_status() -> None:
    listed = {(row["type"], int(row["status"])) for row in rows("problem_types.csv")}
    raised = {*_literal_problems(), *_refusals()}
    framework = {entry for entry in listed if entry[0] in RAISED_BY_THE_FRAMEWORK}
    assert raised - listed == set()
    assert listed - raised - framework == set()


def test_problem_types_fit_the_contract() -> None:
    for row in rows("problem_types.csv"):
        problem = {
            "type": f"https://countersign.example/problems/{row['type']}",
            "title": row["title"],
            "status": int(row["status"]),
            "detail": row["what helps"],
        }
        assert errors("problem", problem) == []


def _literal_problems() -> Iterator[tuple[str, int]]:
    """Give type and status of every ``Problem(...)`` whose first arguments are constants."""
    for path in sorted((PACKAGE / "web").glob("*.py")):
        for call in _calls(path, "Problem"):
            values = [
                argument.value if isinstance(argument, ast.Constant) else None
                for argument in call.args[:2]
            ]
            if isinstance(values[0], int) and isinstance(values[-1], str):
                yield values[-1], values[0]


def _refusals() -> Iterator[tuple[str, int]]:
    """Give type and status of what people and the ERP team are refused."""
    rules = PACKAGE / "decide" / "approvals.py"
    for path in (rules, PACKAGE / "journey" / "review.py", PACKAGE / "journey" / "undo.py"):
        for code in _first_arguments(path, "Refused"):
            yield f"approval-{code.replace('_', '-')}", STATUS_OF_REFUSAL.get(code, 409)
    for code in _first_arguments(PACKAGE / "post" / "commands.py", "CommandRefused"):
        problem = idempotency.refused(CommandRefused(code, ""))
        yield problem.kind, problem.status


def _first_arguments(path: Path, name: str) -> Iterator[str]:
    for call in _calls(path, name):
        if isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def _calls(path: Path, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node
