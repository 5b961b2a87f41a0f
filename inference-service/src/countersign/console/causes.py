"""Causes: why a task came to a person, as a title that tells what to look at."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from countersign.console.wording import words
from countersign.language.locales import LOCALES, Locale

Kind = Literal["blocked", "doubt", "limit", "routine"]
"""blocked: a fact forbids booking; doubt: something looks wrong; limit: a rule of the plant wants
a person; routine: nothing is wrong, a person looks all the same."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why tasks came, and the one thing to do about them."""

    title: str
    advice: str
    kind: Kind


OTHERWISE: Mapping[Locale, str] = {
    "en": "Check and decide.",
    "de": "Prüfen und entscheiden.",
    "nl": "Controleer en beslis.",
}


@cache
def causes(locale: Locale) -> Mapping[str, Cause]:
    """Return every cause by the code that rules, model and policy give it."""
    content = (files(__package__) / "causes.toml").read_text(encoding="utf-8")
    return {
        code: Cause(told[locale]["title"], told[locale]["advice"], told["kind"])
        for code, told in tomllib.loads(content).items()
    }


def cause_of(code: str, locale: Locale = LOCALES[0]) -> Cause:
    """Return the cause behind a code; a code without words of its own speaks for itself."""
    return causes(locale).get(code) or Cause(words(code), OTHERWISE[locale], "doubt")
