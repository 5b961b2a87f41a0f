"""Codes: one spelling for a code, however a spreadsheet or an export wrote it.

The same account is ``0000400000`` in SAP's tables, ``400000`` on its screens and ``400000.0``
after a spreadsheet. SAP's ALPHA conversion pads digits with zeros; the way back drops them.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"0*(\d+?)(?:\.0+)?")
_EMPTY = frozenset({"", "NAN", "NONE", "NULL", "N/A", "#N/A", "<NA>", "-"})


def canonical(code: object) -> str | None:
    """Return the one spelling of a code, ``None`` where there is none."""
    text = " ".join(str(code).split()).upper() if code is not None else ""
    if text in _EMPTY:
        return None
    number = _NUMBER.fullmatch(text)
    return number.group(1) if number else text
