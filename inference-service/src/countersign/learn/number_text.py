"""Numbers and flags as people and ERPs write them, read one way for a whole column or not at all.

``1.234,50``, ``1,234.50``, ``1 234,5``, ``120,00-`` and ``(120.00)`` are numbers; whether ``1.234``
is one and a bit or more than a thousand follows from the other rows, from the other columns, or
from what training saw. Where nothing tells, the column is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused

EXAMPLES = 3
POINT, COMMA, MARKED = ".", ",", "X"
"""How a column is written: its decimals, or a flag that is marked where it is set, else empty."""
FLAGS: Mapping[str, float] = {
    **dict.fromkeys(("1", "TRUE", "YES", "Y", "J", "JA", "WAHR", "WAAR", "VRAI", "ON"), 1.0),
    **dict.fromkeys(
        ("0", "FALSE", "NO", "N", "NEIN", "NEE", "FALSCH", "ONWAAR", "FAUX", "OFF"), 0.0
    ),
}
_SPREADSHEET_ERRORS = {"#N/A", "#NV", "#VALUE!", "#WERT!", "#DIV/0!", "#REF!", "#BEZUG!"}
EMPTY_WORDS = _SPREADSHEET_ERRORS | {
    "-",
    "--",
    "?",
    "NAN",
    "NULL",
    "NONE",
    "NA",
    "N/A",
    "N.A.",
    "<NA>",
}
"""What stands for nothing in a column of numbers."""
_BY_POINT = r"[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:(?<=\d)\.?|\.\d+)(?:[eE][+-]?\d+)?"
_BY_COMMA = r"[+-]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)?(?:(?<=\d),?|,\d+)(?:[eE][+-]?\d+)?"
_EITHER_WAY = r"[+-]?[1-9]\d{0,2}[.,]\d{3}"
_SPACES = r"(?<=\d)[\s'\u2019](?=\d{3})"
_SHORT = 1000
"""Rows that settle most columns."""


@dataclass(frozen=True, slots=True)
class NumberText:
    """A column of text as plain digits; ``wrong`` marks what is no number however it is read.

    ``shows`` is how the column is written as far as its own rows tell: by point or comma, both
    (``.,``, a contradiction), ``?`` where it could be either, or nothing.
    """

    text: pd.Series[Any]
    is_empty: NDArray[np.bool_]
    wrong: NDArray[np.bool_]
    shows: str

    @classmethod
    def of(cls, values: pd.Series[Any]) -> NumberText:
        """Look at a column as it came."""
        text = values.astype(object).where(values.notna(), "").astype(str).str.strip()
        is_empty = (text.eq("") | text.str.upper().isin(EMPTY_WORDS)).to_numpy(dtype=np.bool_)
        text = _plain(text)
        plain = pd.to_numeric(text.mask(is_empty), errors="coerce").notna().to_numpy()
        if bool((plain | is_empty).all()):
            return cls(text, is_empty, np.zeros(len(text), dtype=np.bool_), _shown(text))
        by_point = text.str.fullmatch(_BY_POINT).to_numpy(dtype=np.bool_)
        by_comma = text.str.fullmatch(_BY_COMMA).to_numpy(dtype=np.bool_)
        wrong = ~by_point & ~by_comma & ~is_empty
        shows = "".join(
            sign
            for sign, seen in (
                (POINT, by_point & ~by_comma & ~is_empty),
                (COMMA, by_comma & ~by_point & ~is_empty),
            )
            if seen.any()
        )
        if not shows and text.str.fullmatch(_EITHER_WAY).any():
            shows = "?"
        return cls(text, is_empty, wrong, shows)

    def numbers(self, decimal: str) -> NDArray[np.float64]:
        """Return the numbers under a decimal sign, NaN where empty or wrong."""
        other = COMMA if decimal == POINT else POINT
        text = self.text.mask(self.is_empty)
        if decimal == COMMA or text.str.contains(other, regex=False, na=False).any():
            text = text.str.replace(other, "", regex=False).str.replace(decimal, ".", regex=False)
        read = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(read), read, np.nan)

    def examples(self, sign: str) -> str:
        """Return cells that only this decimal sign explains."""
        pattern, other = (_BY_POINT, _BY_COMMA) if sign == POINT else (_BY_COMMA, _BY_POINT)
        only = self.text.str.fullmatch(pattern) & ~self.text.str.fullmatch(other)
        return repr(self.text[only & ~self.is_empty].iloc[0])


def find_decimals(
    columns: Mapping[str, pd.Series[Any]], known: Mapping[str, str], semicolons: bool
) -> dict[str, str]:
    """Return the decimal sign of every column of text that could be read in two ways.

    What a column itself shows counts first, then what is ``known`` of it, then what all other
    columns show. ``semicolons``: cells are kept apart as where commas are decimals.

    Raises:
        TrainingRefused: a column contradicts itself, or nothing tells how it is written.
    """
    shown = {name: NumberText.of(values).shows for name, values in columns.items()}
    clear = {sign for sign in shown.values() if sign in (POINT, COMMA)}
    signs: dict[str, str] = {}
    for name, sign in shown.items():
        if sign == POINT + COMMA:
            text = NumberText.of(columns[name])
            raise TrainingRefused(
                f"{name} writes some decimals with a point ({text.examples(POINT)}) and some with "
                f"a comma ({text.examples(COMMA)}); write all of them the same way"
            )
        if sign in (POINT, COMMA):
            signs[name] = sign
        elif name in known:
            signs[name] = known[name]
        elif sign == "?" and len(clear) == 1:
            signs[name] = next(iter(clear))
        elif sign == "?":
            signs[name] = _usual(name, columns[name], semicolons)
    return signs


def is_marked(values: pd.Series[Any]) -> bool:
    """Tell a flag that is an X where it is set and empty elsewhere, as SAP writes it."""
    text = values.astype(object).where(values.notna(), "").astype(str).str.strip()
    there = text[text.ne("")]
    return 0 < len(there) < len(text) and bool(there.str.upper().eq(MARKED).all())


def read_flags(text: pd.Series[Any]) -> NDArray[np.float64]:
    """Return flags as 1 and 0, NaN for words that are none."""
    found: NDArray[np.float64] = np.asarray(text.str.upper().map(FLAGS), dtype=np.float64)
    return found


def _usual(name: str, values: pd.Series[Any], semicolons: bool) -> str:
    """Take the point where nothing speaks against it."""
    text = NumberText.of(values).text
    has_comma = text.str.fullmatch(_EITHER_WAY) & text.str.contains(",", regex=False)
    if not has_comma.any() and not semicolons:
        return POINT
    example = text[text.str.fullmatch(_EITHER_WAY)].iloc[0]
    raise TrainingRefused(
        f"{name} holds {example!r}, which can be read in two ways; say in the spec which sign "
        'stands before decimals: decimal = "." or decimal = ","'
    )


def _plain(text: pd.Series[Any]) -> pd.Series[Any]:
    """Drop spaces between thousands, and put the minus in front."""
    if pd.to_numeric(text, errors="coerce").notna().all():
        return text
    text = text.str.replace("\u2212", "-", regex=False).str.replace(_SPACES, "", regex=True)
    text = text.str.replace(r"^\((\d[\d.,]*)\)$", r"-\1", regex=True)
    return text.str.replace(r"^(\d[\d.,]*)\s*-$", r"-\1", regex=True)


def _shown(text: pd.Series[Any]) -> str:
    """Say how digits without a comma are written: points may part thousands or decimals."""
    has_point = text.str.contains(POINT, regex=False)
    with_point = text[has_point]
    for part in (with_point.iloc[:_SHORT], with_point.iloc[_SHORT:]):
        if not part.str.fullmatch(_EITHER_WAY).all():
            return POINT
    return "?" if len(with_point) else ""
