"""Numbers in the patterns of numeral.js, which tables and numeric fields use."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ignition_preview.problems import PreviewProblem

_PATTERN = re.compile(r"^(0,0|0)(?:\.(0*)(#*|\[0+\])?)?(%)?$")


def format_numeral(value: Any, pattern: str) -> str:
    """Return a number in a pattern such as ``0,0.##`` or ``none``. Raises PreviewProblem."""
    if value in (None, ""):
        return ""
    if pattern == "none":
        return str(value)
    match = _PATTERN.match(pattern)
    if match is None:
        raise PreviewProblem(f'the preview does not know the number format "{pattern}"')
    grouped, fixed, optional, percent = match.groups()
    number = Decimal(str(value)) * (100 if percent else 1)
    at_least = len(fixed or "")
    at_most = at_least + len((optional or "").strip("[]"))
    rounded = number.quantize(Decimal(1).scaleb(-at_most), ROUND_HALF_UP)
    text = f"{rounded:{',' if ',' in grouped else ''}.{at_most}f}"
    while "." in text and len(text.rpartition(".")[2]) > at_least and text.endswith("0"):
        text = text[:-1]
    return text.rstrip(".") + ("%" if percent else "")
