"""Property trees: values as the files have them, bindings evaluated when they are first read.

A binding may stand on any path (``props.text``, ``props.series[0].data``). Reading a path settles
the bindings on it, above it and below it, in whatever order the references ask for; a circle of
references is a problem.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ignition_preview.problems import PreviewProblem

Path = tuple[str | int, ...]
Evaluate = Callable[[str, dict[str, Any]], Any]

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")
CONFIG_KEYS = {"access", "binding", "onChange", "paramDirection", "persistent"}


class MissingProperty(PreviewProblem):
    """A reference to something that is not there; Ignition shows an error overlay then."""


def parse_path(text: str) -> Path:
    """Return the steps of a property path: names, and numbers for places in an array."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise PreviewProblem(f'"{text}" is no property path')
        name, index, quoted = match.groups()
        steps.append(int(index) if index is not None else (name or quoted))
        at = match.end()
    return tuple(steps)


def walk(value: Any, steps: Path, text: str) -> Any:
    """Return what lies at a path inside a value. Raises MissingProperty."""
    for step in steps:
        is_element = isinstance(step, int) and isinstance(value, list) and step < len(value)
        if not is_element and not (isinstance(value, dict) and step in value):
            raise MissingProperty(f'there is no property "{text}" (no "{step}" there)')
        value = value[step]
    return value


class Properties:
    """The properties of a component, a view, a page or a session."""

    def __init__(
        self,
        place: str,
        values: dict[str, Any],
        config: dict[str, Any],
        evaluate: Evaluate,
    ) -> None:
        """``evaluate`` gets a path as it stands in the file and its binding."""
        self.place = place
        self._values = copy.deepcopy(values)
        self._evaluate = evaluate
        self._waiting: dict[Path, tuple[str, dict[str, Any]]] = {}
        self._settling: set[Path] = set()
        for path, entry in config.items():
            unknown = set(entry) - CONFIG_KEYS
            if unknown:
                raise PreviewProblem(f"propConfig {path} has the unknown {sorted(unknown)}")
            if "binding" in entry:
                self._waiting[parse_path(path)] = (path, entry["binding"])

    def read(self, text: str) -> Any:
        """Return the value at a path, with all bindings evaluated. Raises PreviewProblem."""
        steps = parse_path(text)
        self._settle(steps)
        return walk(self._values, steps, text)

    def get(self, text: str, default: Any = None) -> Any:
        """Return the value at a path, or the default where there is none."""
        steps = parse_path(text)
        self._settle(steps)
        try:
            return walk(self._values, steps, text)
        except MissingProperty:
            return default

    def put(self, text: str, value: Any) -> None:
        """Set a value; a binding on the same path is dropped, as a write replaces it."""
        steps = parse_path(text)
        self._waiting.pop(steps, None)
        self._write(steps, value)

    def _settle(self, steps: Path) -> None:
        for bound in sorted(self._waiting, key=len):
            shorter = min(len(bound), len(steps))
            if bound[:shorter] != steps[:shorter] or bound not in self._waiting:
                continue
            if bound in self._settling:
                text = self._waiting[bound][0]
                raise PreviewProblem(f"the binding of {text} refers to itself")
            self._settling.add(bound)
            try:
                text, binding = self._waiting[bound]
                value = self._evaluate(text, binding)
            finally:
                self._settling.discard(bound)
            del self._waiting[bound]
            self._write(bound, value)

    def _write(self, steps: Path, value: Any) -> None:
        owner: Any = self._values
        for step, following in pairwise(steps):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(step, int):
                _lengthen(owner, step)
                owner[step] = owner[step] or empty
                owner = owner[step]
            else:
                owner = owner.setdefault(step, empty)
        last = steps[-1]
        if isinstance(last, int):
            _lengthen(owner, last)
        owner[last] = value


def _lengthen(items: list[Any], index: int) -> None:
    items.extend([None] * (index + 1 - len(items)))
