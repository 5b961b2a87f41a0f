"""Locales: the languages that people are told things in."""

from __future__ import annotations

from typing import Literal

Locale = Literal["en", "de", "nl"]
LOCALES: tuple[Locale, ...] = ("en", "de", "nl")
"""English first: it is what is stored, and what is told where nothing else was asked for."""
