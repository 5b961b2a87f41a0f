"""Fields: the facts of an event or a document as a form, old beside new, units fixed.

A form changes what a person may change and leaves everything else as it was captured. What is
allowed as a value is the contract's business; the form only maps names to places.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countersign.console.field_sets import FieldSet, FieldSpec, Kind
from countersign.console.wording import symbol

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: what was captured, what is in the box now, what is wrong with it."""

    path: Path
    label: str
    kind: Kind
    original: str
    value: str
    unit: str = ""
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the box: ``material_actual.0.quantity``."""
        return ".".join(str(part) for part in self.path)

    @property
    def is_changed(self) -> bool:
        """Tell whether the box holds something else than what was captured."""
        return self.value != self.original


def draw(
    field_set: FieldSet,
    original: Mapping[str, Any],
    current: Mapping[str, Any],
    errors: Sequence[tuple[str, str]] = (),
) -> list[Field]:
    """Return the fields of a form: ``current`` in the boxes, ``original`` beside them.

    ``errors`` are pairs of JSON Pointer and text, relative to the facts.
    """
    drawn: list[Field] = []
    for path, spec in _places(field_set, original):
        unit = _unit(original, path, spec)
        if spec.kind == "quantity" and not unit:
            continue
        pointer = "/" + "/".join(str(part) for part in path)
        drawn.append(
            Field(
                path=path,
                label=spec.label,
                kind=spec.kind,
                original=_text(original, path, spec),
                value=_text(current, path, spec),
                unit=unit,
                is_required=spec.is_required,
                choices=spec.choices,
                errors=tuple(text for where, text in errors if _is_at(where, pointer)),
            )
        )
    return drawn


def read(
    field_set: FieldSet, original: Mapping[str, Any], form: Mapping[str, str]
) -> dict[str, Any]:
    """Return the facts with what the form changed; boxes that it lacks change nothing."""
    changed: dict[str, Any] = copy.deepcopy(dict(original))
    for drawn in draw(field_set, original, original):
        text = form.get(drawn.name, drawn.original).strip()
        if text == drawn.original:
            continue
        place: Any = changed
        for part in drawn.path[:-1]:
            place = place[part]
        last = drawn.path[-1]
        if not text and not drawn.is_required:
            place.pop(last, None)
        elif drawn.kind == "quantity":
            place[last] = {"quantity_string": text, "unit_of_measure": drawn.unit}
        elif drawn.kind == "flag":
            place[last] = text == "yes"
        else:
            place[last] = text
    return changed


def changes(
    field_set: FieldSet, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return label, old and new text of every field that differs."""
    found: list[tuple[str, str, str]] = []
    for drawn in draw(field_set, before, after):
        if drawn.is_changed:
            unit = f" {symbol(drawn.unit)}" if drawn.unit else ""
            old = f"{drawn.original}{unit}" if drawn.original else "—"
            new = f"{drawn.value}{unit}" if drawn.value else "—"
            found.append((drawn.label, old, new))
    return found


def _places(field_set: FieldSet, data: Mapping[str, Any]) -> Iterator[tuple[Path, FieldSpec]]:
    """Yield the lines first: quantities are what people correct."""
    for number in range(len(data.get(field_set.lines, ()))):
        for spec in field_set.line_fields:
            yield (field_set.lines, number, spec.name), spec
    for spec in field_set.fields:
        yield (spec.name,), spec


def _value(data: Mapping[str, Any], path: Path) -> Any:
    value: Any = data
    for part in path:
        if isinstance(part, int):
            value = value[part] if part < len(value) else {}
        else:
            value = value.get(part, {}) if part != path[-1] else value.get(part)
    return value


def _text(data: Mapping[str, Any], path: Path, spec: FieldSpec) -> str:
    value = _value(data, path)
    if value is None:
        return ""
    if spec.kind == "quantity":
        return str(value["quantity_string"])
    if spec.kind == "flag":
        return "yes" if value else "no"
    return str(value)


def _unit(data: Mapping[str, Any], path: Path, spec: FieldSpec) -> str:
    if spec.kind != "quantity":
        return ""
    value = _value(data, path)
    if value is None and spec.unit_like:
        value = data.get(spec.unit_like)
    return "" if value is None else str(value["unit_of_measure"])


def _is_at(where: str, pointer: str) -> bool:
    return where == pointer or where.startswith(pointer + "/")
