"""Sayings: what rules and models say, written in English and shown in the reader's language.

What is stored is the English text, so that it never changes under an audit record. Whoever shows
it reads the facts back out of it, by the very template that wrote it, and puts them into that of
another language. A text of no template stands as it is.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from countersign.language.locales import Locale
from countersign.language.wording import unit_symbol

STORED_LOCALE: Locale = "en"
DECIMAL_POINT = {"en": ".", "de": ",", "nl": ","}
_NUMBER = r"[-+]?\d[\d.]*(?:e[-+]?\d+)?"
_PATTERN_OF_KIND = {
    "": r".+?",
    "number": _NUMBER,
    "percent": _NUMBER + "%",
    "unit": r"\w+",
    "quantity": _NUMBER + r" \w+",
    "saying": r".+",
}
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Saying:
    """A template in every language, and what its places hold, by name."""

    texts: dict[str, str]
    kinds: dict[str, str]
    pattern: re.Pattern[str]

    @property
    def weight(self) -> int:
        """Return how much of the English text stands fast: the closest template is asked first."""
        return len(_PLACE.sub("", self.texts[STORED_LOCALE]))


def say(code: str, **facts: object) -> str:
    """Write a text as it is stored; numbers come as they are to be read.

    Raises ``KeyError`` for an unknown code or a missing fact.
    """
    return sayings()[code].texts[STORED_LOCALE].format(**facts)


def translate(text: str, locale: Locale) -> str:
    """Tell a stored text in a language; what no template wrote stands as it is."""
    if locale == STORED_LOCALE:
        return text
    found = _translate(text, locale)
    if found is None:
        phrase = f"{text[:1].lower()}{text[1:]}".removesuffix(".")
        found = _translate(phrase, locale)
        if found is not None:
            end = "." if text.endswith(".") else ""
            found = f"{found[:1].upper()}{found[1:]}{end}"
    return text if found is None else found


@cache
def sayings() -> dict[str, Saying]:
    """Return every saying by its code."""
    content = (files(__package__) / "sayings.toml").read_text(encoding="utf-8")
    return {code: _saying(texts) for code, texts in tomllib.loads(content).items()}


def _saying(texts: dict[str, str]) -> Saying:
    english = texts[STORED_LOCALE]
    kinds: dict[str, str] = {}
    pattern, end = "", 0
    for place in _PLACE.finditer(english):
        name, kind = place[1], place[2] or ""
        pattern += re.escape(english[end : place.start()])
        pattern += f"(?P={name})" if name in kinds else f"(?P<{name}>{_PATTERN_OF_KIND[kind]})"
        kinds[name] = kind
        end = place.end()
    pattern += re.escape(english[end:])
    plain = {locale: _PLACE.sub(r"{\1}", text) for locale, text in texts.items()}
    return Saying(plain, kinds, re.compile(pattern, re.DOTALL))


@cache
def _closest_first() -> tuple[Saying, ...]:
    return tuple(sorted(sayings().values(), key=lambda saying: -saying.weight))


def _translate(text: str, locale: Locale) -> str | None:
    for saying in _closest_first():
        found = saying.pattern.fullmatch(text)
        if found is None:
            continue
        facts = {name: _show(found[name], kind, locale) for name, kind in saying.kinds.items()}
        if None not in facts.values():
            return saying.texts[locale].format(**facts)
    return None


def _show(fact: str, kind: str, locale: Locale) -> str | None:
    """Write a fact in a language, ``None`` where a part of a sentence is of no template."""
    if kind == "saying":
        return _translate(fact, locale)
    if kind == "unit":
        return unit_symbol(fact, locale)
    if kind == "quantity":
        number, unit = fact.split(" ")
        return f"{_number(number, locale)} {unit_symbol(unit, locale)}"
    if kind == "percent":
        blank = " " if locale == "de" else ""
        return _number(fact.removesuffix("%"), locale) + f"{blank}%"
    return _number(fact, locale) if kind == "number" else fact


def _number(text: str, locale: Locale) -> str:
    return text.replace(".", DECIMAL_POINT[locale])
