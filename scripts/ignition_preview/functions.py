"""Functions of the expression language that need nothing but their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ignition_preview.problems import PreviewProblem


def as_text(value: Any) -> str:
    """Return a value as Ignition shows it in a text. Raises PreviewProblem for null."""
    if value is None:
        raise PreviewProblem("null in a text: use coalesce or if(isNull(...))")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise PreviewProblem(f"{value!r} cannot be part of a text")


def _length(value: Any) -> int:
    return 0 if value is None else len(value)


def _switch(value: Any, *rest: Any) -> Any:
    count, odd = divmod(len(rest), 2)
    if not odd:
        raise PreviewProblem("switch() needs as many results as cases, and one for everything else")
    cases, results = rest[:count], rest[count:]
    return results[cases.index(value)] if value in cases else results[-1]


def _to_int(value: Any, failed: Any = None) -> Any:
    try:
        return int(value)
    except (TypeError, ValueError):
        if failed is None:
            raise PreviewProblem(f"toInt of {value!r}") from None
        return failed


def _to_float(value: Any, failed: Any = None) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        if failed is None:
            raise PreviewProblem(f"toFloat of {value!r}") from None
        return failed


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "concat": lambda *texts: "".join(as_text(text) for text in texts),
    "hasChanged": lambda _value, *_options: False,
    "indexOf": lambda text, part: text.find(part),
    "isNull": lambda value: value is None,
    "len": _length,
    "lower": lambda text: text.lower(),
    "max": max,
    "min": min,
    "replace": lambda text, old, new: text.replace(old, new),
    "round": lambda number, places=0: round(number, places),
    "substring": lambda text, start, end=None: text[start:end],
    "switch": _switch,
    "toFloat": _to_float,
    "toInt": _to_int,
    "toInteger": _to_int,
    "toStr": as_text,
    "toString": as_text,
    "trim": lambda text: text.strip(),
    "upper": lambda text: text.upper(),
}
