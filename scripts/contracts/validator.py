# -*- coding: utf-8 -*-
# mypy: ignore-errors
"""Check messages against the contracts; one text for Jython 2.7 and Python 3.

Only the standard library, no recursion over unknown data, no float arithmetic. Each definition
becomes a check with two passes: ``ok`` answers yes or no and builds nothing (it may raise
``KeyError`` or ``TypeError`` instead of answering no); ``report`` is asked only after a no and
says in words what is wrong.
"""

from __future__ import absolute_import, unicode_literals

import json
import re
from collections import OrderedDict

DEFINITIONS = {}

_TEXTS = (str, type(""))
_INTEGERS = (int, type(1 << 64))
_NAMES_SHOWN = 3
_NAME_LENGTH_SHOWN = 40

_DAY = (
    r"(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
FORMATS = {
    "date": "(?!0000)" + _DAY + r"\Z",
    "date-time": "(?!0000)" + _DAY + "[Tt]" + _CLOCK + r":[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-]" + _CLOCK + r")\Z",
}
_FORMATS = {name: re.compile(text) for name, text in FORMATS.items()}


def errors(schema_name, instance):
    # type: (str, object) -> list[tuple[str, str, str]]
    """Return what is wrong with the instance as (JSON pointer, keyword, text); empty when valid.

    ``schema_name`` is the name of the schema file without its ending. Raises ``KeyError`` when
    there is no such schema. The list is in the order of the schema, the same on both languages.
    """
    check = _CHECKS[schema_name]
    if _accepts(check, instance):
        return []
    found = []
    check.report(instance, "", found)
    return found


def event_errors(instance):
    # type: (object) -> list[tuple[str, str, str]]
    """Return what is wrong with an event: its envelope, and its data by the type it names."""
    return errors("event", instance)


def is_valid(schema_name, instance):
    # type: (str, object) -> bool
    """Tell whether the instance keeps to the schema, without saying what is wrong."""
    return _accepts(_CHECKS[schema_name], instance)


def schema_names():
    # type: () -> list[str]
    """Return the names of all schemas, sorted."""
    return sorted(_CHECKS)


def _accepts(check, instance):
    try:
        return bool(check.ok(instance))
    except (KeyError, TypeError):
        return False


def _is_number(value):
    if isinstance(value, float):
        return value - value == 0
    return isinstance(value, _INTEGERS) and value is not True and value is not False


def _is_integer(value):
    return _is_number(value) and (not isinstance(value, float) or value.is_integer())


def _kind(value):
    if value is None:
        return "null"
    if value is True or value is False:
        return "true or false"
    if isinstance(value, _TEXTS):
        return "text"
    if isinstance(value, _INTEGERS):
        return "a number"
    if isinstance(value, float):
        return "a number" if value - value == 0 else "not a finite number"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "no JSON value"


def _quoted(name):
    return json.dumps(name[:_NAME_LENGTH_SHOWN])


def _step(name):
    return "/" + name.replace("~", "~0").replace("/", "~1")


class _Check(object):
    """A check of one definition; ``name`` is what a person calls such a value."""

    name = ""

    def refuse_kind(self, value, at, found):
        """Report a value of the wrong type."""
        found.append((at, "type", "must be %s, is %s" % (self.name, _kind(value))))


class _Anything(_Check):
    """A value that the contract leaves open."""

    def __init__(self, node):
        self.ok = lambda value: True

    def report(self, value, at, found):
        """Find nothing."""


class _Text(_Check):
    """A string with limits to its length, a pattern, a format."""

    name = "text"

    def __init__(self, node):
        self.shortest = node.get("minLength", 0)
        self.longest = node.get("maxLength")
        self.pattern = re.compile(node["pattern"]) if "pattern" in node else None
        self.form = _FORMATS[node["format"]] if "format" in node else None
        self.expected = node.get("expected")
        self.ok = re.compile(node["accept"], re.DOTALL).match

    def report(self, value, at, found):
        """Say which limit the text breaks."""
        if not isinstance(value, _TEXTS):
            self.refuse_kind(value, at, found)
            return
        length = len(value)
        if length < self.shortest:
            text = "must have at least %d characters, has %d" % (self.shortest, length)
            found.append((at, "minLength", text if length else "must not be empty"))
        if self.longest is not None and length > self.longest:
            text = "must have at most %d characters, has %d" % (self.longest, length)
            found.append((at, "maxLength", text))
        if self.pattern is not None and self.pattern.match(value) is None:
            found.append((at, "pattern", "must be " + self.expected))
        if self.form is not None and self.form.match(value) is None:
            found.append((at, "format", "must be " + self.expected))


class _Choice(_Check):
    """One of some texts."""

    def __init__(self, node):
        self.keyword = "const" if "const" in node else "enum"
        self.values = [node["const"]] if "const" in node else node["enum"]
        self.ok = frozenset(self.values).__contains__

    def report(self, value, at, found):
        """Name the texts that are allowed."""
        if not isinstance(value, _TEXTS) or value not in self.values:
            named = ", ".join('"%s"' % allowed for allowed in self.values)
            lead = "must be " if len(self.values) == 1 else "must be one of "
            found.append((at, self.keyword, lead + named))


class _Number(_Check):
    """A number or integer with bounds; NaN and the infinities are no numbers."""

    def __init__(self, node):
        is_kind = _is_integer if node["type"] == "integer" else _is_number
        self.name = "a whole number" if node["type"] == "integer" else "a number"
        least, most = node.get("minimum"), node.get("maximum")
        self.is_kind, self.least, self.most = is_kind, least, most
        self.ok = lambda value: (
            is_kind(value) and (least is None or value >= least) and (most is None or value <= most)
        )

    def report(self, value, at, found):
        """Say which bound the number breaks."""
        if not self.is_kind(value):
            self.refuse_kind(value, at, found)
        if not _is_number(value):
            return
        if self.least is not None and value < self.least:
            found.append((at, "minimum", "must be at least %s" % self.least))
        if self.most is not None and value > self.most:
            found.append((at, "maximum", "must be at most %s" % self.most))


class _Boolean(_Check):
    """True or false; 0 and 1 are neither."""

    name = "true or false"

    def __init__(self, node):
        self.ok = lambda value: value is True or value is False

    def report(self, value, at, found):
        """Refuse anything else."""
        if value is not True and value is not False:
            self.refuse_kind(value, at, found)


class _Nullable(_Check):
    """Null, or what another check accepts."""

    def __init__(self, inner):
        inner_ok = inner.ok
        self.inner = inner
        inner.name += " or null"
        self.ok = lambda value: value is None or inner_ok(value)

    def report(self, value, at, found):
        """Leave anything but null to the other check."""
        if value is not None:
            self.inner.report(value, at, found)


class _List(_Check):
    """A list with limits to its length; entries beyond the limit are not looked at."""

    name = "a list"

    def __init__(self, node):
        self.shortest, self.longest = node.get("minItems", 0), node["maxItems"]
        self.entry = _check_of(node.get("items", {}))
        self.ok = self._verdict(self.entry.ok, self.shortest, self.longest)

    @staticmethod
    def _verdict(entry_ok, shortest, longest):
        def ok(value):
            if not isinstance(value, list) or not shortest <= len(value) <= longest:
                return False
            for entry in value:  # noqa: SIM110 - all() costs twice the time here
                if not entry_ok(entry):
                    return False
            return True

        return ok

    def report(self, value, at, found):
        """Say which limit the list breaks, then look at its entries."""
        if not isinstance(value, list):
            self.refuse_kind(value, at, found)
            return
        length = len(value)
        if length < self.shortest:
            text = "must have at least %d entries, has %d" % (self.shortest, length)
            found.append((at, "minItems", text if length else "must not be empty"))
        if length > self.longest:
            text = "must have at most %d entries, has %d" % (self.longest, length)
            found.append((at, "maxItems", text))
        for position, entry in enumerate(value[: self.longest]):
            self.entry.report(entry, "%s/%d" % (at, position), found)


class _Record(_Check):
    """An object with named fields; ``cases`` adds a check by the value of one field."""

    name = "an object"

    def __init__(self, node):
        self.fields = OrderedDict(
            (name, _check_of(field)) for name, field in node.get("properties", {}).items()
        )
        self.required = node.get("required", [])
        others = node.get("additionalProperties", True)
        self.closed = others is False
        self.others = None if others in (True, False) else _check_of(others)
        self.switch = node.get("switch", "")
        self.cases = {value: _check_of(case) for value, case in node.get("cases", {}).items()}
        verdict = self._verdict_open if others is True else self._verdict_of_all
        self.ok = verdict()

    def _verdict_of_all(self):
        """Build the first pass of an object in which every field has its check."""
        required, switch = tuple(self.required), self.switch
        checks = {name: field.ok for name, field in self.fields.items()}
        others_ok = self.others.ok if self.others else None
        cases = {value: case.ok for value, case in self.cases.items()}

        def ok_closed(value):
            if not isinstance(value, dict):
                return False
            for name, field in value.items():
                if not checks[name](field):
                    return False
            for name in required:
                if name not in value:
                    return False
            return not switch or bool(cases[value[switch]](value))

        def ok_map(value):
            if not isinstance(value, dict):
                return False
            for name, field in value.items():
                if not checks.get(name, others_ok)(field):
                    return False
            return all(name in value for name in required)

        return ok_map if others_ok else ok_closed

    def _verdict_open(self):
        """Build the first pass of an object that may have any other field as well."""
        required, switch = tuple(self.required), self.switch
        checks = [(name, field.ok) for name, field in self.fields.items()]
        cases = {value: case.ok for value, case in self.cases.items()}

        def ok(value):
            if not isinstance(value, dict):
                return False
            for name in required:
                if name not in value:
                    return False
            for name, field_ok in checks:
                if name in value and not field_ok(value[name]):
                    return False
            return not switch or bool(cases[value[switch]](value))

        return ok

    def report(self, value, at, found):
        """Name missing and unknown fields, then look at each field.

        Names are sorted as ASCII: the languages order other characters differently.
        """
        if not isinstance(value, dict):
            self.refuse_kind(value, at, found)
            return
        for name in self.required:
            if name not in value:
                found.append((at, "required", '"%s" is missing' % name))
        for name, field in self.fields.items():
            if name in value:
                field.report(value[name], at + _step(name), found)
        unknown = sorted((name for name in value if name not in self.fields), key=json.dumps)
        if unknown and self.closed:
            found.append((at, "additionalProperties", _unknown_fields(unknown)))
        elif self.others:
            for name in unknown:
                self.others.report(value[name], at + _step(name), found)
        chosen = value.get(self.switch)
        if isinstance(chosen, _TEXTS) and chosen in self.cases:
            self.cases[chosen].report(value, at, found)


def _unknown_fields(names):
    text = ", ".join(_quoted(name) for name in names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    if more > 0:
        text += " and %d more" % more
    return "has no field " + text


_CHECK_OF_TYPE = {
    "string": _Text,
    "integer": _Number,
    "number": _Number,
    "boolean": _Boolean,
    "array": _List,
    "object": _Record,
}


def _check_of(node):
    if "$ref" in node:
        return _definition(node["$ref"])
    if "enum" in node or "const" in node:
        return _Choice(node)
    kind = node.get("type")
    if kind is None:
        return _Anything(node)
    if isinstance(kind, list):
        return _Nullable(_check_of(dict(node, type=kind[0])))
    return _CHECK_OF_TYPE[kind](node)


_BUILT = {}


def _definition(name):
    if name not in _BUILT:
        _BUILT[name] = _check_of(json.loads(DEFINITIONS[name], object_pairs_hook=OrderedDict))
    return _BUILT[name]


_CHECKS = {name: _definition(name) for name in DEFINITIONS if "#" not in name}
