"""Wording: codes and units as each language says them, kept as a table that people can edit."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


def word(code: str, locale: str) -> str:
    """Return the words for a code; a code without words of its own speaks for itself."""
    return _table("words.csv").get(code, {}).get(locale) or code.replace("_", " ")


def unit_symbol(unit: str, locale: str) -> str:
    """Return what people write for a UN/ECE unit code; other codes stand for themselves."""
    return _table("units.csv").get(unit, {}).get(locale) or unit


def unit_symbols(locale: str) -> dict[str, str]:
    """Return what people write for each unit code that has a symbol."""
    return {code: row[locale] for code, row in _table("units.csv").items()}


def number_words(locale: str) -> dict[str, int]:
    """Return the words of a language that are numbers, with their values."""
    return {row[locale]: int(code) for code, row in _table("number_words.csv").items()}


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}
