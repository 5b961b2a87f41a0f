"""Facts: the typed values that a text is made of, and how each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from countersign.language.locales import Locale
from countersign.language.wording import unit_symbol, word
from countersign.store.database import canonical_json, digest_of

SHARE_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Words:
    """Something said as it stands: the words of an ERP, a product's description."""

    value: str

    def show(self, locale: Locale) -> str:
        """Return the words."""
        return self.value


@dataclass(frozen=True, slots=True)
class Identity:
    """The name or number of something; ``secret`` says what kind is never sent out as it is.

    A secret kind is a word such as ``cost_center``, ``supplier`` or ``person``.
    """

    value: str
    secret: str = ""

    def show(self, locale: Locale) -> str:
        """Return the identity."""
        return self.value


@dataclass(frozen=True, slots=True)
class Code:
    """A code that has words of its own in each language: a cause, a kind of document."""

    value: str

    def show(self, locale: Locale) -> str:
        """Return the words for the code, or the code itself with blanks for underscores."""
        return word(self.value, locale)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with its unit of measure where it has one."""

    value: Decimal
    unit: str = ""

    def show(self, locale: Locale) -> str:
        """Write the number with all its digits."""
        text = format_decimal(self.value, locale=locale, decimal_quantization=False)
        return f"{text} {unit_symbol(self.unit, locale)}".strip()


@dataclass(frozen=True, slots=True)
class Amount:
    """Money."""

    value: Decimal
    currency: str

    def show(self, locale: Locale) -> str:
        """Write the amount with the digits of its currency."""
        return format_currency(self.value, self.currency, locale=locale).replace("\xa0", " ")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the whole, 0 to 1."""

    value: Decimal

    def show(self, locale: Locale) -> str:
        """Write the share as a percentage with at most one digit behind the point."""
        rounded = round(self.value, SHARE_DIGITS)
        text = format_percent(rounded, locale=locale, decimal_quantization=False)
        return text.replace("\xa0", " ")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or an instant in the plant's time zone."""

    value: date | datetime

    def show(self, locale: Locale) -> str:
        """Write the day, with the time of the day where there is one."""
        if isinstance(self.value, datetime):
            return format_datetime(self.value, "short", locale=locale, tzinfo=self.value.tzinfo)
        return format_date(self.value, "medium", locale=locale)


Fact = Words | Identity | Code | Number | Amount | Share | Moment
Facts = Mapping[str, Fact]


def digest(facts: Facts) -> str:
    """Return what tells two sets of facts apart."""
    return digest_of(
        canonical_json({name: [type(fact).__name__, *_parts(fact)] for name, fact in facts.items()})
    )


def _parts(fact: Fact) -> list[Any]:
    return [str(getattr(fact, name)) for name in fact.__slots__]
