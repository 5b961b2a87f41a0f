"""Sayings: stored in English, shown in every language, without a finding that lacks one."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import countersign
from countersign.assess import (
    material_consumption,
    production_confirmation,
    scrap_report,
    slips,
)
from countersign.assess.examination import Examination
from countersign.assess.order_facts import in_unit
from countersign.assess.use_case import USE_CASES
from countersign.console.causes import causes
from countersign.language.locales import LOCALES
from countersign.language.sayings import Saying, say, sayings, translate
from countersign.learn.train import examine_for
from countersign.nouns.order import Material

SOURCE = Path(countersign.__file__).parent
STATIONS = ("assess", "decide", "post")
OTHERS = [locale for locale in LOCALES if locale != "en"]
NAMES = st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,8}", fullmatch=True)
NUMBERS = st.decimals("-999999", "999999", places=2).map(str)
UNITS = st.sampled_from(["C62", "KGM", "LTR", "BX"])


def calls(name: str) -> Iterator[ast.Call]:
    """Return the calls of a function in the stations that judge; text has a ``find`` as well."""
    for folder in STATIONS:
        for path in (SOURCE / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) == name:
                    yield node


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def findings() -> Iterator[ast.Call]:
    """Return the calls that record a finding."""
    return (node for node in calls("find") if len(node.args) > 1)


def severities(node: ast.Call) -> str:
    return ast.unparse(node.args[0]).strip("'")


def said(argument: ast.expr) -> set[str]:
    """Return the sayings that an argument may name; what follows a variable is left open."""
    if isinstance(argument, ast.Constant):
        return {str(argument.value)}
    if isinstance(argument, ast.IfExp):
        return said(argument.body) | said(argument.orelse)
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        stem = str(argument.values[0].value)
        return {code for code in sayings() if code.startswith(stem)}
    return set()


def given_facts(saying: Saying) -> st.SearchStrategy[dict[str, str]]:
    kinds = {
        "": NAMES,
        "number": NUMBERS,
        "percent": NUMBERS.map(lambda number: f"{number}%"),
        "unit": UNITS,
        "quantity": st.tuples(NUMBERS, UNITS).map(" ".join),
        "saying": st.sampled_from(
            [one.texts["en"] for one in sayings().values() if not one.kinds]
        ).filter(lambda text: not text.endswith(".")),
    }
    return st.fixed_dictionaries({name: kinds[kind] for name, kind in saying.kinds.items()})


def test_every_saying_has_every_language_with_the_same_places() -> None:
    for code, saying in sayings().items():
        assert set(saying.texts) == set(LOCALES), code
        for locale, text in saying.texts.items():
            places = set(re.findall(r"\{(\w+)\}", text))
            assert places == set(saying.kinds), (code, locale)
            assert text.strip() == text != "", (code, locale)


def test_every_finding_and_every_gate_is_said_by_a_saying_and_has_a_cause() -> None:
    found = {code for node in findings() for code in said(node.args[1])}
    assert len(found) > 30
    assert found <= set(sayings())
    asked = {
        code.partition(".")[0]
        for node in findings()
        if severities(node) != "info"
        for code in said(node.args[1])
    } - {"slip"}
    asked |= {slip.code for slip in slips.ALL_SLIPS}
    asked |= {code for node in calls("Gate") for code in said(node.args[1])}
    for locale in LOCALES:
        assert asked - set(causes(locale)) == set(), locale


def test_whoever_says_something_gives_its_facts() -> None:
    checked = 0
    for place, nodes in ((1, findings()), (0, calls("say"))):
        for node in nodes:
            given_names = {word.arg for word in node.keywords} - {"code"}
            if None in given_names:
                continue
            for code in said(node.args[place]):
                missing = set(sayings()[code].kinds) - given_names
                assert missing == set(), (code, ast.unparse(node))
                checked += 1
    assert checked > 60


def test_every_part_that_is_chosen_at_run_time_is_there() -> None:
    parts = [slip.saying for slip in slips.ALL_SLIPS]
    parts += [f"time.{name}" for name in ("setup_time", "machine_time", "labor_time")]
    variants = ("with_scrap", "after", "with_scrap_after")
    parts += [f"expected.{variant}" for variant in variants]
    assert set(parts) <= set(sayings())


@settings(max_examples=400, deadline=None)
@given(code=st.sampled_from(sorted(sayings())), locale=st.sampled_from(OTHERS), data=st.data())
def test_the_facts_are_found_again(code: str, locale: str, data: st.DataObject) -> None:
    saying = sayings()[code]
    facts = data.draw(given_facts(saying))
    told = translate(say(code, **facts), locale)  # type: ignore[arg-type]
    stem = re.escape(saying.texts[locale])
    pattern = re.sub(r"\\\{\w+\\\}", ".+", stem)
    assert re.fullmatch(pattern, told), told
    for name, kind in saying.kinds.items():
        if kind == "":
            assert facts[name] in told
        if kind == "number":
            assert facts[name].replace(".", ",") in told


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (
            "de",
            "485 Stk SEAL-01 sind das 1,03-Fache der Stückliste; erwartet 452–468 Stk für 480 Stk,",
        ),
        ("nl", "485 st SEAL-01 is 1,03 keer de stuklijst; verwacht 452–468 st voor 480 st,"),
    ],
)
def test_a_sentence_within_a_sentence_is_told_too(locale: str, text: str) -> None:
    english = (
        "485 C62 of SEAL-01 makes 1.03 times the bill of materials; "
        "expected 452–468 C62 for 480 C62, 37 past bookings."
    )
    assert translate(english, locale).startswith(text)  # type: ignore[arg-type]


def test_a_phrase_that_became_a_sentence_is_told_as_one() -> None:
    assert translate("12% of the order left open.", "de") == "12 % des Auftrags bleiben offen."
    assert translate("Exactly the open quantity of the order.", "nl").startswith("Precies")


@pytest.mark.parametrize("text", ["", "Item 10 is locked by MILLER", "  ", "{order}"])
def test_what_nobody_here_wrote_stands_as_it_is(text: str) -> None:
    for locale in LOCALES:
        assert translate(text, locale) == text


def test_english_is_what_is_stored() -> None:
    text = say("order_unknown", order="4711")
    assert translate(text, "en") == text == "The ERP has no production order 4711."


@pytest.mark.parametrize("material", [None, Material("STEEL", "KGM", price=Decimal(1))])
@pytest.mark.parametrize(("unit", "to_unit"), [("XYZ", "KGM"), ("LTR", "KGM")])
def test_what_the_table_of_units_says_is_told(
    unit: str, to_unit: str, material: Material | None
) -> None:
    found = Examination()
    given_quantity = {"quantity_string": "1", "unit_of_measure": unit}
    in_unit(given_quantity, to_unit, material, found, "/data/quantity")  # type: ignore[arg-type]
    (finding,) = found.findings
    for locale in OTHERS:
        assert translate(finding.text, locale) != finding.text  # type: ignore[arg-type]


def test_all_that_a_simulated_plant_makes_rules_and_models_say_is_told() -> None:
    examined = examine_for(USE_CASES, 5, plants=1, orders=25)
    texts = {
        text
        for name, plants in examined.items()
        for case in itertools.chain(*plants)
        if case.event.use_case == name
        for text in [
            *(finding.text for finding in case.examined.findings),  # type: ignore[attr-defined]
            *(row.text for row in case.examined.expectations),  # type: ignore[attr-defined]
        ]
    }
    values = (-3.2, -0.4, 0.0, 0.03, 0.4, 7.0)
    for use_case in (production_confirmation, material_consumption, scrap_report):
        for phrase in use_case.PHRASES.values():
            texts |= {phrase(value) for value in values} - {""}
    assert len(texts) > 200
    for locale in OTHERS:
        untold = [text for text in texts if translate(text, locale) == text]  # type: ignore[arg-type]
        assert untold == []
