"""The number check: a text may say no number that is not a number of its facts."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from countersign.language.facts import Amount, Facts, Identity, Moment, Number, Share
from countersign.language.locales import Locale
from countersign.language.wording import number_words

GROUP_AND_POINT: dict[Locale, tuple[str, str]] = {
    "en": (",", "."),
    "de": (".", ","),
    "nl": (".", ","),
}
_NUMBER = re.compile(r"\d(?:[\d.,'\u00a0\u202f]*\d)?")
_WORD = re.compile(r"[^\W\d_]+")


def foreign_numbers(text: str, facts: Facts, template: str, locale: Locale) -> list[str]:
    """Return the numbers that a text says and neither its facts nor its template know.

    Digits are read as the language writes them; words for numbers count too, unless the
    template has them. Reading ``1.234`` in the wrong language would let a thousandfold error
    pass, so a number is accepted in its own language's form only.
    """
    as_written = set(_NUMBER.findall(template))  # dates among them, which are no numbers
    known = _known(facts) | {_value(found, locale) for found in as_written}
    strange = [
        found
        for found in _NUMBER.findall(text)
        if found not in as_written and _value(found, locale) not in known - {None}
    ]
    spoken = number_words(locale)
    allowed = {word.lower() for word in _WORD.findall(template)}
    for word in _WORD.findall(text):
        value = {name.lower(): number for name, number in spoken.items()}.get(word.lower())
        if value is not None and word.lower() not in allowed and Decimal(value) not in known:
            strange.append(word)
    return strange


def _value(text: str, locale: Locale) -> Decimal | None:
    """Return the value of a number as the language writes it; ``None`` where it is none."""
    group, point = GROUP_AND_POINT[locale]
    whole, _, fraction = text.partition(point)
    groups = re.split(rf"[{re.escape(group)}\u00a0\u202f']", whole)
    is_grouped = len(groups) == 1 or (
        0 < len(groups[0]) <= 3 and all(len(part) == 3 for part in groups[1:])
    )
    if not is_grouped or not (fraction.isdigit() or point not in text):
        return None
    try:
        return Decimal("".join(groups) + (f".{fraction}" if fraction else ""))
    except InvalidOperation:
        return None


def _known(facts: Facts) -> set[Decimal | None]:
    known: set[Decimal | None] = set()
    for fact in facts.values():
        if isinstance(fact, Number | Amount):
            known.add(abs(fact.value))
        elif isinstance(fact, Share):
            known.add(abs(round(fact.value, 3) * 100))
        elif isinstance(fact, Moment):
            known |= {Decimal(part) for part in re.findall(r"\d+", fact.value.isoformat())}
        elif isinstance(fact, Identity) and not fact.secret:
            known |= {Decimal(part) for part in re.findall(r"\d+", fact.value)}
    return known
