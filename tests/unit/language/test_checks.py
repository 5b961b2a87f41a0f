"""Checks: nothing secret leaves, and no number comes back that is not a fact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.language.facts import Facts, Identity, Number, Words
from countersign.language.locales import LOCALES, Locale
from countersign.language.masking import MaskLost, mask, unmask
from countersign.language.number_check import foreign_numbers
from countersign.language.prompt import PromptError, prompts, read_prompt
from countersign.language.template import KINDS
from countersign.language.writer import refusal

FACTS: Facts = {
    "counted": Number(Decimal("1234.5"), "KGM"),
    "order": Identity("100234"),
    "past": Number(Decimal(3)),
}
ALLOWED: list[tuple[Locale, str]] = [
    ("en", "On order 100234 it was 1,234.5 kg."),
    ("en", "On order 100234 it was 1234.5 kg."),
    ("en", "It was -1,234.5 kg in three cases."),
    ("de", "Es waren 1.234,5 kg."),
    ("de", "Es waren drei Fälle mit 1234,50 kg."),
    ("nl", "Het was 1.234,5 kg."),
    ("en", "No number at all."),
]
REFUSED: list[tuple[Locale, str, str]] = [
    ("en", "It was 1,235 kg.", "1,235"),
    ("en", "It was about 1200 kg.", "1200"),
    ("en", "It was 1.234,5 kg.", "1.234,5"),
    ("de", "Es waren 1,234.5 kg.", "1,234.5"),
    ("de", "Es waren 1.2345 kg.", "1.2345"),
    ("en", "It was 12,34.5 kg.", "12,34.5"),
    ("en", "It was ten kilograms.", "ten"),
    ("de", "Es waren zwölf.", "zwölf"),
    ("nl", "Het was Honderd.", "Honderd"),
    ("en", "It was ١٢٣ kg.", "١٢٣"),
    ("en", "It was 123450 %.", "123450"),
]


@pytest.mark.parametrize(("locale", "text"), ALLOWED)
def test_numbers_that_are_facts_pass(locale: Locale, text: str) -> None:
    assert foreign_numbers(text, FACTS, "", locale) == []


@pytest.mark.parametrize(("locale", "text", "strange"), REFUSED)
def test_any_other_number_is_found(locale: Locale, text: str, strange: str) -> None:
    assert foreign_numbers(text, FACTS, "", locale) == [strange]


@given(st.decimals(0, 10**9, allow_nan=False, places=3), st.sampled_from(LOCALES), st.data())
def test_a_number_passes_only_as_its_own_language_writes_it(
    value: Decimal, locale: Locale, data: st.DataObject
) -> None:
    facts: Facts = {"value": Number(value)}
    shown = facts["value"].show(locale)
    assert foreign_numbers(f"it is {shown} now", facts, "", locale) == []
    place = data.draw(
        st.sampled_from([place for place, sign in enumerate(shown) if sign.isdigit()])
    )
    other = data.draw(st.sampled_from([digit for digit in "123456789" if digit != shown[place]]))
    changed = shown[:place] + other + shown[place + 1 :]
    assert foreign_numbers(f"it is {changed} now", facts, "", locale) == [changed]


def test_a_date_passes_as_the_template_has_it_and_no_other() -> None:
    template = "Gebucht am 31.10.2026."
    assert foreign_numbers("Am 31.10.2026 wurde gebucht.", {}, template, "de") == []
    assert foreign_numbers("Am 30.10.2026 wurde gebucht.", {}, template, "de") == ["30.10.2026"]


def test_secrets_are_masked_wherever_they_are_said_and_come_back() -> None:
    facts: Facts = {
        "cost_center": Identity("4711", "cost_center"),
        "supplier": Identity("ACME", "supplier"),
        "again": Identity("4711", "cost_center"),
        "said": Words("Cost center 0000004711 is locked for ACME, order 47112"),
        "order": Identity("47112"),
    }
    masked, masks = mask(facts)
    assert masked["said"] == Words(
        "Cost center [[COST_CENTER_1]] is locked for [[SUPPLIER_1]], order 47112"
    )
    assert masked["cost_center"] == masked["again"]
    assert not any("4711 " in fact.show("en") for fact in masked.values())
    assert unmask("[[COST_CENTER_1]] of [[SUPPLIER_1]]", masks) == "4711 of ACME"


@pytest.mark.parametrize("answer", ["[[COST_CENTER_2]]", "It is 4711.", "[[PERSON_1]] did it"])
def test_an_answer_that_invents_or_guesses_a_secret_is_refused(answer: str) -> None:
    with pytest.raises(MaskLost):
        unmask(answer, {"[[COST_CENTER_1]]": "4711"})


def test_there_is_a_prompt_for_every_kind_with_an_owner() -> None:
    assert {prompt.kind for prompt in prompts()} == set(KINDS)
    assert all(prompt.owner and prompt.business_object for prompt in prompts())


@pytest.mark.parametrize("prompt", prompts(), ids=lambda prompt: prompt.name)
def test_the_examples_of_a_prompt_are_judged_as_they_say(prompt: object) -> None:
    for example in prompt.examples:  # type: ignore[attr-defined]
        found = refusal(example.answer, {}, example.template, example.locale, prompt)  # type: ignore[arg-type]
        assert bool(found) == bool(example.refused_for), example
        assert example.refused_for in found


GOOD = """
name = "x"
version = "1"
kind = "variance"
business_object = "a thing"
owner = "somebody"
max_answer_characters = 100
text = "{language} {facts} {template}"
[[examples]]
locale = "en"
template = "It is 5."
answer = "5 it is."
refused_for = ""
[[examples]]
locale = "en"
template = "It is 5."
answer = "It is 6."
refused_for = "6"
"""
BAD_PROMPTS = [
    ("no owner", lambda text: text.replace('owner = "somebody"\n', "")),
    ("unknown place", lambda text: text.replace("{facts}", "{secrets}")),
    ("unknown kind", lambda text: text.replace("variance", "poem")),
    ("unknown locale", lambda text: text.replace('locale = "en"', 'locale = "fr"', 1)),
    ("nothing refused", lambda text: text.replace('refused_for = "6"', 'refused_for = ""')),
    ("no TOML", lambda text: text + "="),
    ("no examples", lambda text: text.split("[[examples]]")[0]),
]


@pytest.mark.parametrize(("_", "spoil"), BAD_PROMPTS)
def test_a_prompt_that_makes_no_sense_is_refused(_: str, spoil: object) -> None:
    read_prompt(GOOD, "x.toml")
    with pytest.raises(PromptError, match=r"x\.toml"):
        read_prompt(spoil(GOOD), "x.toml")  # type: ignore[operator]
