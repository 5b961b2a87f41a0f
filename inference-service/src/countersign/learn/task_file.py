"""Spec files: a task written in TOML, read with errors that say what to change."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from countersign.learn.refusal import TrainingRefused
from countersign.model.task import COLUMN_TYPES, Column, SplitBy, TaskSpec

PAST_LAGS = (0, 1, 2, 3)
PAST_WINDOWS = (4, 12, 48)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SHIPPED = Path(__file__).parent / "specs"
LIFE_WINDOWS = (10, 30, 60)
_TABLE_FIELDS = {field.name for field in fields(TaskSpec)} - {
    "features",
    "columns",
    "written",
    "_sound",
}


def shipped_specs() -> dict[str, Path]:
    """Return the specs that come with the library, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def read_spec(source: Path | str | Mapping[str, Any]) -> TaskSpec:
    """Read a task from a TOML file, the name of a shipped spec, or the content as a mapping.

    Raises:
        TrainingRefused: the file cannot be read, or says something that no task has.
    """
    content = source if isinstance(source, Mapping) else _read(Path(source))
    unknown = set(content) - _TABLE_FIELDS - {"features"}
    if unknown:
        raise TrainingRefused(
            f"the spec says {', '.join(sorted(unknown))}, which no task has; "
            f"it may say features, {', '.join(sorted(_TABLE_FIELDS))}"
        )
    for needed in ("name", "kind", "target"):
        if not content.get(needed) and not (needed == "target" and _has_derived_target(content)):
            raise TrainingRefused(f'the spec lacks {needed}; add a line {needed} = "..."')
    if not _NAME.fullmatch(str(content["name"])):
        raise TrainingRefused(
            f"the name {content['name']!r} is no name of a folder; write letters, digits, - and _"
        )
    _check_values(content)
    chosen: dict[str, Any] = {"time_column": "", "unit_column": "", **content}
    chosen["columns"] = read_columns(chosen.pop("features", {}), str(content["kind"]))
    if not chosen["columns"] and content["kind"] != "rank":
        raise TrainingRefused("the spec names no features; add a table [features]")
    for name in ("labels", "key_columns"):
        chosen[name] = tuple(chosen.get(name, ()))
    chosen["sound_labels"] = frozenset(chosen.get("sound_labels", ()))
    chosen["allow"] = frozenset(chosen.get("allow", ()))
    chosen["rank_by"] = tuple(
        (names,) if isinstance(names, str) else tuple(names) for names in chosen.get("rank_by", ())
    )
    try:
        return TaskSpec(**chosen)
    except (TypeError, ValueError) as error:
        raise TrainingRefused(str(error)) from error


def read_columns(content: Mapping[str, Any], kind: str) -> tuple[Column, ...]:
    """Read the features: a type, or a table of type, known, lags and windows."""
    columns = []
    for name, said in content.items():
        if not isinstance(said, (str, Mapping)):
            raise TrainingRefused(f'feature {name} says {said!r}; write a type, as in "number"')
        told = {"type": said} if isinstance(said, str) else dict(said)
        unknown = set(told) - {"type", "known", "lags", "windows"}
        if unknown:
            raise TrainingRefused(
                f"feature {name} says {', '.join(sorted(unknown))}; "
                "it may say type, known, lags and windows"
            )
        type_ = told.get("type", "number")
        if type_ not in COLUMN_TYPES:
            raise TrainingRefused(
                f"feature {name} has the type {type_!r}; write one of {', '.join(COLUMN_TYPES)}"
            )
        known = told.get("known", "now")
        if known not in ("now", "past"):
            raise TrainingRefused(f"feature {name} is known {known!r}; write now or past")
        for key, least in (("lags", 0), ("windows", 1)):
            _check_steps(name, key, told.get(key), least)
        columns.append(_column(name, type_, known, told, kind))
    return tuple(columns)


def _check_steps(name: str, key: str, steps: Any, least: int) -> None:
    if steps is None:
        return
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        raise TrainingRefused(f"feature {name} says {key} = {steps!r}; write a list, as in [1, 2]")
    wrong = [step for step in steps if not _is_whole(step) or step < least]
    if wrong:
        raise TrainingRefused(
            f"feature {name} says {key} = {list(steps)!r}; write whole numbers of rows, "
            f"{least} or more"
        )


def _check_values(content: Mapping[str, Any]) -> None:
    """Refuse values of another type than the key takes."""
    for name, said in content.items():
        fits, wanted = _WANTED[name]
        if said is not None and not fits(said):
            raise TrainingRefused(f"the spec says {name} = {said!r}; {wanted}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, Iterable) and not _is_text(value) and all(map(_is_text, value))


def _are_levels(value: Any) -> bool:
    return isinstance(value, Iterable) and all(_is_text(one) or _are_texts(one) for one in value)


def _is_positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


_TEXT = (_is_text, 'write a text, as in "order"')
_TEXTS = (_are_texts, 'write a list of texts, as in ["order", "operation"]')
_WANTED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("name", "kind", "target", "time_column", "unit_column", "time_format"), _TEXT),
    **dict.fromkeys(("notice", "label_delay", "decimal"), _TEXT),
    **dict.fromkeys(("offset_column", "scale_column"), _TEXT),
    **dict.fromkeys(("labels", "key_columns", "sound_labels", "allow"), _TEXTS),
    "features": (
        lambda value: isinstance(value, Mapping),
        'write a table: [features], then lines as in speed = "number"',
    ),
    "rank_by": (_are_levels, 'write lists of columns, as in [["supplier", "plant"], ["supplier"]]'),
    "calendar": (lambda value: isinstance(value, bool), "write true or false"),
    "horizon": (
        lambda value: _is_text(value) or (_is_whole(value) and value >= 0),
        'write a number of rows, or a duration as in "1h"',
    ),
    "within": (lambda value: _is_whole(value) and value >= 1, "write a number of rows, 1 or more"),
    "cap": (_is_positive, "write a number above 0"),
    "quantile": (_is_positive, "write a share between 0 and 1, as in 0.95"),
    "split_by": (
        lambda value: value in get_args(SplitBy),
        'write "time", "unit" or "chance"',
    ),
}
"""Of every key of a spec: what it takes, and what to write instead of anything else."""


def _column(name: str, type_: Any, known: Any, told: Mapping[str, Any], kind: str) -> Column:
    """Give a column the history that its kind of task needs, unless the spec says which."""
    lags, windows = told.get("lags"), told.get("windows")
    if lags is None and windows is None and type_ in ("number", "flag"):
        if known == "past":
            lags, windows = PAST_LAGS, PAST_WINDOWS
        elif kind == "remaining_life":
            windows = LIFE_WINDOWS
    if known == "past" and not lags and not windows:
        lags = (0,)
    return Column(name, type_, known, tuple(lags or ()), tuple(windows or ()))


def _has_derived_target(content: Mapping[str, Any]) -> bool:
    """Remaining life follows from the time and the unit: how long until the unit's last row."""
    return content.get("kind") == "remaining_life"


def _read(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        path = shipped_specs().get(str(path), path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise TrainingRefused(f"the spec {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingRefused(f"the spec {path} is not TOML: {error}") from error
