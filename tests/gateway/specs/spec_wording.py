"""Quantities, money, times and spans in the languages of the plant; the tables of texts."""

from __future__ import absolute_import, unicode_literals

import re

from fakes import raises
from gatewaylibrary import module

texts = module("texts")
wording = module("wording")
times = module("times")
number_pad = module("number_pad")

MINUTE = 60 * 1000


def test_quantities_carry_the_separators_and_symbols_of_the_language():
    for text, unit, locale, written in (
        ("4850", "C62", "en-US", "4,850 pcs"),
        ("4850", "C62", "de-DE", "4.850 Stk."),
        ("4850", "C62", "nl-NL", "4.850 st."),
        ("1234567.25", "KGM", "en-GB", "1,234,567.25 kg"),
        ("1234567.25", "KGM", "de", "1.234.567,25 kg"),
        ("-12.5", "LTR", "de", "-12,5 l"),
        ("7", "XBX", "en", "7 XBX"),
        ("485", "C62", "fr-FR", "485 pcs"),
    ):
        data = {"quantity_string": text, "unit_of_measure": unit}
        assert wording.quantity(data, locale) == written, written


def test_money_has_two_decimals_and_says_when_it_is_unknown():
    for amount, locale, written in (
        ("15520", "en", "15,520.00 EUR"),
        ("15520.5", "de", "15.520,50 EUR"),
        ("-0.5", "en", "-0.50 EUR"),
        (None, "en", "amount unknown"),
        (None, "nl", "bedrag onbekend"),
    ):
        assert wording.money(amount, "EUR", locale) == written, written


def test_unit_codes_within_a_sentence_become_what_people_say():
    said = "4850 C62 of SEAL-12 looks like 485 C62; expected 453 KGM to 522 KGMX of C62"
    assert wording.spoken(said, "en") == (
        "4850 pcs of SEAL-12 looks like 485 pcs; expected 453 kg to 522 KGMX of C62"
    )


def test_spans_take_the_units_that_matter():
    for minutes, locale, written in (
        (0.5, "en", "less than 1 min"),
        (12, "en", "12 min"),
        (-12, "en", "12 min"),
        (185, "en", "3 h 05"),
        (185, "nl", "3 u 05"),
        (24 * 60, "de", "1 Tag"),
        (72 * 60, "en", "3 days"),
    ):
        assert wording.span(int(minutes * MINUTE), locale) == written, written


def test_a_time_of_the_service_becomes_its_instant():
    for text, milliseconds in (
        ("1970-01-01T00:00:00Z", 0),
        ("2026-03-02T13:05:10+00:00", 1772456710000),
        ("2026-03-02T14:05:10.250+01:00", 1772456710250),
        ("2026-03-02T08:35:10.5-04:30", 1772456710500),
        ("2026-03-02T13:05:10.123456Z", 1772456710123),
    ):
        assert times.milliseconds(text) == milliseconds, text
    with raises(ValueError):
        times.milliseconds("2026-03-02 13:05")


def test_a_clock_shows_the_day_only_when_it_is_another_one():
    now = times.milliseconds("2026-03-02T12:05:10Z")
    parts = wording.local_time(now)
    assert wording.clock(now, now) == "%02d:%02d" % parts[3:5]
    week_ago = now - 7 * 24 * 60 * MINUTE
    assert wording.clock(week_ago, now).startswith("23.02. ")
    assert wording.clock(now - 366 * 24 * 60 * MINUTE, now).startswith("2025-03-01 ")


def test_every_text_is_there_in_every_language_with_the_same_places():
    seen = set()
    for table in texts.TABLES:
        for key, row in table.items():
            assert key not in seen, key
            seen.add(key)
            assert len(row) == len(texts.LANGUAGES), key
            assert all(row), key
            places = [sorted(re.findall(r"\{(\w+)", text)) for text in row]
            assert places == [places[0]] * len(row), key


def test_a_language_without_a_table_gets_english():
    for locale, language in (
        ("de-DE", "de"),
        ("de_CH", "de"),
        ("NL", "nl"),
        ("fr-FR", "en"),
        ("", "en"),
        (None, "en"),
    ):
        assert texts.language(locale) == language
    assert texts.all("de-AT")["nav_scrap"] == texts.say("nav_scrap", "de")


def test_the_number_pad_writes_a_decimal_of_the_contract():
    for keys, number in (
        ("485", "485"),
        ("0485", "485"),
        ("4,5", "4.5"),
        (",5", "0.5"),
        ("4,5,5", "4.55"),
        ("1,23456789", "1.234567"),
        ("12345678901234", "1234567890123"),
        ("48<5", "45"),
        ("<<", ""),
        ("4,", "4"),
        ("4,<", "4"),
    ):
        value = None
        for key in keys:
            value = number_pad.press(value, {",": "separator", "<": "back"}.get(key, key), value)
        assert number_pad.finished(value) == number, keys
    assert [number_pad.separator(locale) for locale in ("en", "de", "nl")] == [".", ",", ","]


def test_a_number_that_was_proposed_gives_way_to_the_first_digit():
    for proposed, keys, number in (
        ("485", "480", "480"),
        ("485", ",5", "0.5"),
        ("485", "<", "48"),
        ("485", "<0", "480"),
        ("4.5", "12", "12"),
        ("485", "", "485"),
    ):
        value, own = proposed, ""
        for key in keys:
            value = number_pad.press(value, {",": "separator", "<": "back"}.get(key, key), own)
            own = value
        assert number_pad.finished(value) == number, keys
