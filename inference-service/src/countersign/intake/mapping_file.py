"""A mapping file: the TOML of a mapping, read and checked before the first row is.

Every mistake is named with its place, all at once. What a mapping may say about an event comes
from the contracts themselves, so a new field can be mapped as soon as its schema has it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from countersign.contracts.validators import DEFINITIONS
from countersign.contracts.validators import errors as contract_errors
from countersign.intake.cells import Ambiguous, NumberFormat, TimeFormat
from countersign.intake.mapping import (
    Condition,
    Entries,
    EventRule,
    Field,
    FieldKind,
    SkipRule,
    Span,
    StagingFormat,
    TableMapping,
    Value,
)
from countersign.intake.mapping_section import Faults, Section
from countersign.intake.table_file import TableFormat
from countersign.nouns.event import SCHEMA_OF_TYPE

SHIPPED = "countersign.intake.mappings"
TYPE_OF_SCHEMA = {schema: type_ for type_, schema in SCHEMA_OF_TYPE.items()}
KIND_OF_REFERENCE: Mapping[str, FieldKind] = {
    "common#quantity": "quantity",
    "common#decimal": "decimal",
    "common#time": "time",
    "common#date": "date",
}
MINUTES = Value(constant="MIN")
NO_UNIT = Value()
SAMPLE_QUANTITY = "1"


class MappingError(Exception):
    """The mapping cannot be used; ``faults`` are pairs of place and what to write there."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{place}: {text}" for place, text in faults))
        self.faults = faults


def load_mapping(name: str, plant_zone: ZoneInfo | None = None) -> TableMapping:
    """Load a mapping by its path, or by its name where it is shipped.

    Where the plant's zone is given, the mapping need not name one. Raises :class:`MappingError`.
    """
    path = Path(name)
    shipped = files(SHIPPED).joinpath(f"{path.stem}.toml")
    try:
        if path.is_file():
            return read_mapping(path.read_text(encoding="utf-8"), plant_zone)
        if path.name in (path.stem, shipped.name) and shipped.is_file():
            return read_mapping(shipped.read_text(encoding="utf-8"), plant_zone)
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError([(name, f"cannot be read: {error}")]) from error
    known = sorted(row.name for row in files(SHIPPED).iterdir() if row.name.endswith(".toml"))
    raise MappingError([(name, f"is no file; shipped are {', '.join(known)}")])


def read_mapping(text: str, plant_zone: ZoneInfo | None = None) -> TableMapping:
    """Read a mapping; raises :class:`MappingError` with everything that is wrong."""
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError([("the file", f"is no TOML: {error}")]) from error
    faults: Faults = []
    mapping = _Reader(Section("", body, faults), plant_zone).read()
    if faults:
        raise MappingError(faults)
    return mapping


class _Reader:
    """Reads one mapping; what is wrong is noted and reading goes on with something harmless."""

    def __init__(self, section: Section, plant_zone: ZoneInfo | None) -> None:
        self._top = section
        self._plant_zone = plant_zone
        self._codes: dict[str, Mapping[str, str]] = {}
        self._numbers = NumberFormat()
        self._times = TimeFormat(ZoneInfo("UTC"))

    def read(self) -> TableMapping:
        top = self._top
        source = top.text("source")
        if source:
            _check(top, "source", "event", {"source": source}, "/source")
        self._codes = {name: row.texts_by_key() for name, row in top.named_tables("codes")}
        self._numbers = _read_numbers(top.table("numbers"))
        times = top.table("times", required=self._plant_zone is None)
        self._times = _read_times(times, self._plant_zone)
        identity = top.table("identity", required=True)
        columns = identity.texts("columns")
        identity.end()
        mapping = TableMapping(
            source=source,
            table=_read_format(top.table("table")),
            identity=columns,
            skips=tuple(self._skip(section) for section in top.tables("skip")),
            events=tuple(self._event(section) for section in top.tables("event", required=True)),
            staging=_read_staging(top.table("staging")) if "staging" in top else None,
        )
        _check_names(top, mapping)
        top.end()
        return mapping

    def _skip(self, section: Section) -> SkipRule:
        rule = SkipRule(section.text("name"), self._when(section))
        if not rule.when:
            section.fault("when", "is missing: without conditions every row would be skipped")
        section.end()
        return rule

    def _event(self, section: Section) -> EventRule:
        schema = section.choice("type", sorted(TYPE_OF_SCHEMA))
        rule = EventRule(
            name=section.text("name", default=schema),
            type=TYPE_OF_SCHEMA.get(schema, ""),
            when=self._when(section),
            time=self._field(section.table("time", required=True), "time", "time", required=True),
            data=self._data(section.table("data", required=True), schema),
        )
        section.end()
        return rule

    def _data(self, section: Section, schema: str) -> tuple[Field | Entries, ...]:
        if schema not in TYPE_OF_SCHEMA:
            section.ignore()
            return ()
        definition = json.loads(DEFINITIONS[schema])
        fields: list[Field | Entries] = []
        for name, known in definition["properties"].items():
            if known.get("type") == "array":
                entries = section.tables(name)
                if entries:
                    fields.append(self._entries(entries, name, _resolved(known["items"])))
            elif name in section:
                fields.append(self._member(section, name, definition, schema))
        _end(section, definition)
        return tuple(fields)

    def _entries(self, sections: list[Section], name: str, definition: Any) -> Entries:
        entries = []
        for section in sections:
            fields = [
                self._member(section, member, definition)
                for member in definition["properties"]
                if member in section
            ]
            _end(section, definition)
            entries.append(tuple(fields))
        return Entries(name, tuple(entries))

    def _member(
        self, section: Section, name: str, definition: Mapping[str, Any], schema: str = ""
    ) -> Field:
        """Read a field of ``data`` or of a list's entry, as its definition wants it.

        With a schema, what the mapping itself says is held against it, before any row is.
        """
        kind = KIND_OF_REFERENCE.get(definition["properties"][name].get("$ref", ""), "text")
        below = section.table(name)
        field = self._field(below, name, kind, required=name in definition["required"])
        if schema:
            _check_fixed(below, schema, field)
        return field

    def _field(self, section: Section, name: str, kind: FieldKind, *, required: bool) -> Field:
        times = self._times
        if kind in ("time", "date"):
            pattern = section.text("format", default=times.pattern if kind == "time" else "")
            times = TimeFormat(times.time_zone, pattern, times.ambiguous)
        value: Value | Span
        unit = NO_UNIT
        if kind == "quantity" and "minutes_between" in section:
            ends = section.texts("minutes_between")
            if len(ends) != 2:
                section.fault("minutes_between", 'names two columns: ["start", "end"]')
            value, unit = Span(ends[0] if ends else "", ends[-1] if ends else ""), MINUTES
        else:
            value = self._value(section, codes_allowed=kind == "text")
            if kind == "quantity":
                unit = self._unit(section)
        section.end()
        return Field(name, kind, value, unit, self._numbers, times, required)

    def _unit(self, section: Section) -> Value:
        if section.is_text("unit"):
            return Value(constant=section.text("unit"))
        if "unit" not in section:
            section.fault(
                "unit", 'is missing: write a Rec 20 code such as "KGM", or { column = … }'
            )
            return NO_UNIT
        unit_section = section.table("unit")
        unit = self._value(unit_section, codes_allowed=True)
        unit_section.end()
        return unit

    def _value(self, section: Section, *, codes_allowed: bool) -> Value:
        given = [name for name in ("column", "columns", "constant") if name in section]
        if len(given) != 1:
            section.fault("", "needs one of column, columns, constant")
            section.ignore()
            return NO_UNIT
        if given == ["constant"]:
            return Value(constant=section.text("constant"))
        columns = section.texts("columns") if given == ["columns"] else (section.text("column"),)
        codes_name = section.text("codes", default="") if codes_allowed else ""
        if codes_name and codes_name not in self._codes:
            section.fault("codes", f"there is no table [codes.{codes_name}]")
        return Value(
            columns=columns,
            codes_name=codes_name,
            codes=self._codes.get(codes_name) if codes_name else None,
            default=section.text("default", default=""),
        )

    def _when(self, section: Section) -> tuple[Condition, ...]:
        return tuple(self._condition(row) for row in section.tables("when"))

    def _condition(self, section: Section) -> Condition:
        column = section.text("column")
        tests = [name for name in ("in", "not_in", "empty", "zero") if name in section]
        if len(tests) != 1:
            section.fault("", "needs one of in, not_in, empty, zero")
        condition = Condition(
            column,
            self._numbers,
            one_of=frozenset(section.texts("in")) if "in" in tests else None,
            none_of=frozenset(section.texts("not_in")) if "not_in" in tests else None,
            empty=section.flag("empty") if "empty" in tests else None,
            zero=section.flag("zero") if "zero" in tests else None,
        )
        section.end()
        return condition


def _end(section: Section, definition: Mapping[str, Any]) -> None:
    for name in definition["required"]:
        if name not in section:
            section.fault(name, "is missing: the contract requires it")
    section.end(sorted(definition["properties"]))


def _read_format(section: Section) -> TableFormat:
    encoding = section.text("encoding", default="utf-8")
    delimiter = section.text("delimiter", default=",")
    try:
        "".encode(encoding)
    except LookupError:
        section.fault("encoding", f"{encoding!r} is unknown; write for example cp1252")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        section.fault("delimiter", 'is one character such as ";" or "\\t"')
    section.end()
    return TableFormat(encoding, delimiter)


def _read_numbers(section: Section) -> NumberFormat:
    decimal_mark = section.choice("decimal_mark", [".", ","], default=".")
    thousands_mark = section.text("thousands_mark", default="")
    if thousands_mark and (
        len(thousands_mark) > 1 or thousands_mark == decimal_mark or thousands_mark.isalnum()
    ):
        section.fault("thousands_mark", "is one character, no digit, and not the decimal mark")
    section.end()
    return NumberFormat(decimal_mark, thousands_mark)


def _read_staging(section: Section) -> StagingFormat:
    table = section.text("table")
    index_column = section.text("index_column", default=f"{table.rpartition('.')[2]}_ndx")
    section.end()
    return StagingFormat(table, index_column)


def _read_times(section: Section, plant_zone: ZoneInfo | None) -> TimeFormat:
    name = section.text("time_zone", default=plant_zone.key if plant_zone else None)
    zone = ZoneInfo("UTC")
    try:
        zone = ZoneInfo(name) if name else zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        section.fault("time_zone", f"{name!r} is no time zone; write for example Europe/Berlin")
    pattern = section.text("format", default="")
    ambiguous = section.choice("ambiguous", ["refuse", "earlier", "later"], default="refuse")
    section.end()
    return TimeFormat(zone, pattern, cast(Ambiguous, ambiguous))


def _check_names(section: Section, mapping: TableMapping) -> None:
    for kind, rules in (("event", mapping.events), ("skip", mapping.skips)):
        names = [rule.name for rule in rules]
        for name in sorted({name for name in names if name and names.count(name) > 1}):
            section.fault(kind, f"two of them are named {name!r}; give each its own name")


def _check_fixed(section: Section, schema: str, field: Field) -> None:
    if isinstance(field.value, Value) and field.kind == "text":
        for text in _fixed(field.value):
            _check(section, "", schema, {field.name: text}, f"/{field.name}")
    for unit in _fixed(field.unit):
        sample = {"quantity_string": SAMPLE_QUANTITY, "unit_of_measure": unit}
        _check(section, "unit", schema, {field.name: sample}, f"/{field.name}/unit_of_measure")


def _check(section: Section, key: str, schema: str, body: Any, pointer: str) -> None:
    for where, _, text in contract_errors(schema, body):
        if where == pointer:
            section.fault(key, text)


def _fixed(value: Value) -> list[str]:
    texts = {value.constant, value.default, *(value.codes or {}).values()}
    return sorted(text for text in texts if text)


def _resolved(definition: Mapping[str, Any]) -> Any:
    reference = definition.get("$ref")
    return json.loads(DEFINITIONS[reference]) if reference else definition
