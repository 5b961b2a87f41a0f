"""Definitions of transaction groups: the TOML files from which group and table are made.

A definition says which tags of a work centre become which columns of a staging table, and which
trigger makes a row. ``work_centers.toml`` says for which work centres there are groups.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ignition_build.resources import BuildError

FOLDER = "transaction-groups"
WORK_CENTERS_FILE = "work_centers.toml"
COLUMN_TYPES = ("text", "decimal", "integer")
MAX_TEXT_LENGTH = 500
MAX_NAME_LENGTH = 50
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a staging table and the tag of the work centre that fills it."""

    name: str
    tag: str
    type: str
    length: int = 0


@dataclass(frozen=True, slots=True)
class GroupDefinition:
    """A transaction group for any work centre; ``about`` says in a sentence what a row is."""

    name: str
    about: str
    table: str
    trigger_tag: str
    update_rate_s: float
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class WorkCenters:
    """Where the groups stand: the gateway's database connection, and folders of work centres."""

    data_source: str
    provider: str
    folders: tuple[str, ...]


def read_definitions(project: Path) -> list[GroupDefinition]:
    """Read all definitions by the name of their file; raises :class:`BuildError`."""
    paths = sorted((project / FOLDER).glob("*.toml"))
    return [_definition(path) for path in paths if path.name != WORK_CENTERS_FILE]


def read_work_centers(path: Path) -> WorkCenters:
    """Read for which work centres groups are made; raises :class:`BuildError`."""
    body = _load(path)
    try:
        folders = tuple(folder.strip("/") for folder in body.pop("folders"))
        result = WorkCenters(body.pop("data_source"), body.pop("provider"), folders)
    except (KeyError, AttributeError, TypeError) as error:
        raise BuildError(f"{path.name}: wants data_source, provider and folders") from error
    _refuse_rest(path, "", body)
    names = [folder.rpartition("/")[2] for folder in folders]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise BuildError(f"{path.name}: two work centres end in {name!r}; their groups would clash")
    return result


def _definition(path: Path) -> GroupDefinition:
    body = _load(path)
    try:
        columns = tuple(_column(path, dict(entry)) for entry in body.pop("column"))
        result = GroupDefinition(
            name=body.pop("name"),
            about=body.pop("about"),
            table=body.pop("table"),
            trigger_tag=body.pop("trigger_tag"),
            update_rate_s=float(body.pop("update_rate_s")),
            columns=columns,
        )
    except KeyError as error:
        raise BuildError(f"{path.name}: {error.args[0]} is missing") from error
    _refuse_rest(path, "", body)
    _check_identifier(path, "table", result.table)
    if result.trigger_tag not in {column.tag for column in columns}:
        raise BuildError(f"{path.name}: no column holds the trigger {result.trigger_tag}")
    return result


def _column(path: Path, entry: dict[str, Any]) -> Column:
    column = Column(entry.pop("name"), entry.pop("tag"), entry.pop("type"), entry.pop("length", 0))
    place = f"column {column.name}"
    _refuse_rest(path, place, entry)
    _check_identifier(path, place, column.name)
    if column.type not in COLUMN_TYPES:
        raise BuildError(f"{path.name}, {place}: type is one of {', '.join(COLUMN_TYPES)}")
    is_text = column.type == "text"
    if is_text is not (0 < column.length <= MAX_TEXT_LENGTH):
        raise BuildError(f"{path.name}, {place}: text has a length up to {MAX_TEXT_LENGTH}")
    return column


def _check_identifier(path: Path, place: str, name: str) -> None:
    """Names that every database takes without quotation marks."""
    if not _IDENTIFIER.fullmatch(name) or len(name) > MAX_NAME_LENGTH:
        raise BuildError(f"{path.name}, {place}: {name!r} is no name of small letters, digits, _")


def _refuse_rest(path: Path, place: str, rest: Mapping[str, Any]) -> None:
    if rest:
        raise BuildError(f"{path.name} {place}: unknown: {', '.join(sorted(rest))}")


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BuildError(f"{path.name}: {error}") from error
