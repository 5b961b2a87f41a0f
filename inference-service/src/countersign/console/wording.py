"""Wording: quantities, money, times and states as people say them, for the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, current_app

from countersign.language.sayings import translate
from countersign.language.wording import unit_symbols
from countersign.nouns.headline import headline
from countersign.nouns.quantity import plain
from countersign.settings import Settings
from countersign.web.narratives import asked_locale

SYMBOLS: Mapping[str, str] = unit_symbols("en")
"""What people write for a code of UN/ECE Recommendation 20; other codes stand for themselves."""

USE_CASE_WORDS: Mapping[str, str] = {
    "production_confirmation": "Production confirmation",
    "material_consumption": "Material consumption",
    "scrap_report": "Scrap report",
    "goods_issue": "Goods issue",
}
CONFIDENCE_WORDS = ((0.99, "very high"), (0.9, "high"), (0.7, "fair"), (0.4, "low"))
"""The word for a confidence from this value on; below the last one it is very low."""

_DIGEST = re.compile(r"[0-9a-f]{32,64}")
_UNIT_AFTER_NUMBER = re.compile(r"(?<=\d )(" + "|".join(SYMBOLS) + r")\b")


def register(blueprint: Blueprint) -> None:
    """Give the templates these words as filters."""
    for filter_function in (
        translated,
        spoken,
        sentence,
        symbol,
        amount,
        quantity,
        clock,
        stamp,
        moment,
        age,
        words,
        use_case,
        confidence,
        percent,
        short,
        event_headline,
    ):
        blueprint.add_app_template_filter(filter_function)
    blueprint.add_app_template_test(is_digest, "digest")


def translated(text: str) -> str:
    """Tell what rules and models say in the reader's language."""
    return translate(text, asked_locale())


def spoken(text: str) -> str:
    """Replace unit codes behind numbers by what people write: ``485 C62`` becomes ``485 pcs``."""
    return _UNIT_AFTER_NUMBER.sub(lambda match: SYMBOLS[match[1]], text)


def sentence(text: str) -> str:
    """Write a text as a sentence: a capital first, a point at the end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def is_digest(text: str) -> bool:
    """Tell whether a text is a hash, of which a person needs only the beginning."""
    return bool(_DIGEST.fullmatch(text))


def symbol(unit: str) -> str:
    """Return what people write for a unit code."""
    return SYMBOLS.get(unit, unit)


def quantity(data: Mapping[str, str]) -> str:
    """Write a quantity of the contract."""
    return f"{data['quantity_string']} {symbol(data['unit_of_measure'])}"


def event_headline(data: Mapping[str, Any], use_case_name: str) -> str:
    """Say what an event would book, in the symbols of people."""
    return headline(use_case_name, _with_symbols(data))


def amount(value: str | Decimal | None) -> str:
    """Write money with thousands apart and the plant's currency."""
    if value is None:
        return "amount unknown"
    try:
        number = Decimal(value)
    except InvalidOperation:
        return str(value)
    return f"{number:,.2f} {_settings().currency}"


def clock(value: datetime | str | None) -> str:
    """Write a time of the plant: the hour today, with the day otherwise."""
    if value is None:
        return "—"
    local = _local(value)
    today = datetime.now(UTC).astimezone(_settings().time_zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local:%-d %b %H:%M}"
    return f"{local:%-d %b %Y %H:%M}"


def stamp(value: datetime | str) -> str:
    """Write a time of the plant to the second."""
    return f"{_local(value):%Y-%m-%d %H:%M:%S}"


def moment(value: datetime | str) -> str:
    """Write a time for machines (RFC 3339)."""
    return _local(value).isoformat(timespec="seconds")


def age(value: datetime | str) -> str:
    """Write how long ago or how far ahead a time is: ``12 min``, ``3 h 05``, ``2 d``."""
    return duration(abs(datetime.now(UTC) - _local(value)))


def duration(span: timedelta) -> str:
    """Write a duration in the one or two units that matter."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d}"
    days = minutes // (24 * 60)
    return "1 day" if days == 1 else f"{days} days"


def words(code: str) -> str:
    """Write a code as words: ``outcome_unknown`` becomes ``Outcome unknown``."""
    return code.replace("_", " ").capitalize()


def use_case(name: str) -> str:
    """Return the name of a use case or of a kind of document."""
    return USE_CASE_WORDS.get(name, words(name))


def confidence(value: float | None) -> str:
    """Write a confidence as a word and a number."""
    if value is None:
        return "no model was asked"
    word = next((word for least, word in CONFIDENCE_WORDS if value >= least), "very low")
    return f"{word} ({value:.2f})"


def percent(value: float | None) -> str:
    """Write a share as percent with two digits."""
    return "—" if value is None else f"{value * 100:.2f} %"


def short(text: str) -> str:
    """Return the beginning of a hash or an id; the rest stands in the element's title."""
    return f"{text[:12]}…" if len(text) > 13 else text


def _with_symbols(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"quantity_string", "unit_of_measure"}:
            number = plain(Decimal(value["quantity_string"]))
            return {"quantity_string": number, "unit_of_measure": symbol(value["unit_of_measure"])}
        return {name: _with_symbols(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_symbols(part) for part in value]
    return value


def _local(value: datetime | str) -> datetime:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return when.astimezone(_settings().time_zone)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["countersign"].settings
    return settings
