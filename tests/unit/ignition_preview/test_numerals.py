"""Numbers in the patterns of tables and numeric fields."""

from __future__ import annotations

from typing import Any

import pytest
from ignition_preview.numerals import format_numeral
from ignition_preview.problems import PreviewProblem


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (1234.5, "0,0.##", "1,234.5"),
        (1234, "0,0.##", "1,234"),
        (1234.567, "0,0", "1,235"),
        (2.5, "0", "3"),
        (0.1234, "0.00%", "12.34%"),
        (12, "0.00", "12.00"),
        (12.3, "0.0[00]", "12.3"),
        (100, "0,0", "100"),
        (1234.5, "none", "1234.5"),
        (None, "0,0", ""),
        ("", "0,0", ""),
    ],
)
def test_number_is_written(value: Any, pattern: str, text: str) -> None:
    assert format_numeral(value, pattern) == text


def test_unknown_pattern_is_refused() -> None:
    with pytest.raises(PreviewProblem, match="0o"):
        format_numeral(1, "0o")
