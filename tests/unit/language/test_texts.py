"""Texts: every language says the same facts, in its own way of writing numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from countersign.language.facts import (
    Amount,
    Code,
    Facts,
    Identity,
    Moment,
    Number,
    Share,
    Words,
    digest,
)
from countersign.language.locales import LOCALES, Locale
from countersign.language.template import KINDS, Kind, render
from countersign.language.wording import _table, number_words, unit_symbol, word

VARIANCE: Facts = {
    "counted": Number(Decimal("1485.5"), "KGM"),
    "material": Identity("STEEL-S235"),
    "order": Identity("100234"),
    "operation": Identity("0010"),
    "low": Number(Decimal("452"), "KGM"),
    "high": Number(Decimal("468"), "KGM"),
    "produced": Number(Decimal("480"), "C62"),
    "deviation": Share(Decimal("2.174145")),
    "is_over": Code("yes"),
    "cause": Code("recording_error"),
    "probability": Share(Decimal("0.62")),
    "amount": Amount(Decimal("1254.3"), "EUR"),
}
EXCEPTION: Facts = {
    "document": Code("goods_issue"),
    "order": Identity("100234"),
    "erp": Words("sap"),
    "verdict": Code("rejected"),
    "key": Identity("0a1b"),
    "said": Words("Deficit of SL Unrestricted-use 5 KG"),
    "code": Words("M7 021"),
    "waiting": Number(Decimal(12)),
}
JOURNAL: Facts = {
    "total": Amount(Decimal("1200"), "EUR"),
    "company": Identity("1000"),
    "posting_date": Moment(date(2026, 10, 31)),
    "debit": Identity("471000"),
    "credit": Identity("160000"),
    "purpose": Words("energy of line 3"),
    "cost_center": Identity("CC-10", "cost_center"),
}
SAID = {
    ("variance", "en"): (
        "1,485.5 kg STEEL-S235 were counted on order 100234/0010; 452 kg to 468 kg were expected "
        "for 480 pcs made. That is 217.4% more than the most expected. The most likely cause is "
        "an error in recording (62%). €1,254.30 are at stake."
    ),
    ("variance", "de"): (
        "Auf Auftrag 100234/0010 wurden 1.485,5 kg STEEL-S235 gezählt; erwartet waren 452 kg bis "
        "468 kg für 480 Stk. Das sind 217,4 % mehr als höchstens erwartet. Die wahrscheinlichste "
        "Ursache ist ein Erfassungsfehler (62 %). Es geht um 1.254,30 €."
    ),
    ("variance", "nl"): (
        "Op order 100234/0010 is 1.485,5 kg STEEL-S235 geteld; verwacht was 452 kg tot 468 kg "
        "voor 480 st. Dat is 217,4% meer dan hoogstens verwacht. De waarschijnlijkste oorzaak is "
        "een registratiefout (62%). Het gaat om € 1.254,30."
    ),
    ("exception", "en"): (
        "The goods issue for order 100234 is not booked in sap. sap says: “Deficit of SL "
        "Unrestricted-use 5 KG” (M7 021). Correct the document or its cause in the ERP and send "
        "it again, or cancel it. 12 more documents of the order wait behind it."
    ),
    ("journal", "de"): (
        "1.200,00 € gebucht im Buchungskreis 1000 am 31.10.2026 für energy of line 3: "
        "Soll 471000, Haben 160000. Belastet ist die Kostenstelle CC-10."
    ),
}
FACTS: dict[Kind, Facts] = {"variance": VARIANCE, "exception": EXCEPTION, "journal": JOURNAL}


@pytest.mark.parametrize(("kind", "locale"), SAID)
def test_a_text_says_its_facts_as_the_language_writes_them(kind: Kind, locale: Locale) -> None:
    assert render(kind, FACTS[kind], locale) == SAID[kind, locale]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_has_a_text_in_every_language(kind: Kind, locale: Locale) -> None:
    text = render(kind, FACTS[kind], locale)
    assert text[0].isupper() or text[0].isdigit() or text[0] == "€"
    assert not re.search(r"[{}]|None|  ", text)
    for name, fact in FACTS[kind].items():
        if name not in ("verdict", "is_over", "key", "document"):
            assert fact.show(locale) in text, name


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("verdict", ["rejected", "asks", "unknown", "configuration", "transient"])
def test_what_to_do_is_said_for_every_verdict(verdict: str, locale: Locale) -> None:
    facts = {**EXCEPTION, "verdict": Code(verdict)}
    without = render("exception", {**EXCEPTION, "verdict": Code("nothing")}, locale)
    assert len(render("exception", facts, locale)) > len(without) + 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_fact_that_a_text_needs_is_named(kind: Kind) -> None:
    with pytest.raises(ValueError, match=r"needs .*"):
        render(kind, {}, "en")


@pytest.mark.parametrize("name", ["words.csv", "units.csv", "number_words.csv"])
def test_no_table_lacks_a_language(name: str) -> None:
    gaps = [row for row in _table(name).values() if not all(row[locale] for locale in LOCALES)]
    assert gaps == []


def test_codes_and_units_without_words_speak_for_themselves() -> None:
    assert word("never_heard_of", "de") == "never heard of"
    assert unit_symbol("XPX", "de") == "XPX"
    assert unit_symbol("C62", "de") == "Stk"
    assert number_words("nl")["honderd"] == 100


CHANGES: list[Callable[[Facts], Facts]] = [
    lambda facts: {**facts, "counted": Number(Decimal("1485.6"), "KGM")},
    lambda facts: {**facts, "counted": Number(Decimal("1485.5"), "GRM")},
    lambda facts: {**facts, "material": Words("STEEL-S235")},
    lambda facts: {name: fact for name, fact in facts.items() if name != "cause"},
]


@pytest.mark.parametrize("change", CHANGES)
def test_other_facts_are_another_text(change: Callable[[Facts], Facts]) -> None:
    assert digest(change(VARIANCE)) != digest(VARIANCE)
    assert digest(dict(VARIANCE)) == digest(VARIANCE)


def test_an_instant_shows_the_clock_of_the_plant() -> None:
    moment = Moment(datetime(2026, 11, 20, 14, 5, tzinfo=UTC))
    assert "14:05" in moment.show("de")
