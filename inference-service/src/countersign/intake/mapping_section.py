"""A section of a mapping file: a TOML table whose mistakes are noted with their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Faults = list[tuple[str, str]]
"""Place in the file (``event[1].data.order_id``) and what is wrong there."""


class Section:
    """One TOML table under reading: every key that nobody asked for is a mistake.

    A mistake is noted in ``faults`` and reading goes on with an empty value, so that all mistakes
    are found in one go.
    """

    def __init__(self, place: str, body: Mapping[str, Any], faults: Faults) -> None:
        self._place = place
        self._body = body
        self._faults = faults
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """Tell whether the key is given."""
        return key in self._body

    def fault(self, key: str, text: str) -> None:
        """Note what is wrong with a key, or with the section where the key is empty."""
        self._faults.append((self._at(key) or "the file", text))

    def ignore(self) -> None:
        """Take the rest as read, where a mistake before leaves nothing to hold it against."""
        self._asked.update(self._body)

    def end(self, known: Sequence[str] = ()) -> None:
        """Note every key that nobody has asked for; ``known`` are more that could be given."""
        for key in self._body:
            if key not in self._asked:
                names = ", ".join(sorted({*self._asked, *known}))
                self.fault(key, f"is not known here; known are {names}")

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return a text that is not empty; required unless there is a default."""
        value = self._get(key)
        if value is None:
            if default is None:
                self.fault(key, "is missing")
            return default or ""
        if not isinstance(value, str) or not value:
            self.fault(key, f"must be a text in quotes, not {value!r}")
            return default or ""
        return value

    def is_text(self, key: str) -> bool:
        """Tell whether the key is given as a text."""
        return isinstance(self._body.get(key), str)

    def choice(self, key: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """Return one of the choices."""
        value = self.text(key, default=default)
        if value and value not in choices:
            self.fault(key, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            self.fault(key, f"must be true or false, not {value!r}")
        return bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts with at least one; the texts themselves may be empty."""
        value = self._get(key)
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not is_list or not value:
            self.fault(key, 'must be a list of texts such as ["order", "operation"]')
            return ()
        return tuple(value)

    def texts_by_key(self) -> Mapping[str, str]:
        """Return the whole section as texts by key: a table of codes."""
        self.ignore()
        for key, value in self._body.items():
            if not isinstance(value, str) or not value:
                self.fault(key, f"must be a text in quotes, not {value!r}")
        return {key: value for key, value in self._body.items() if isinstance(value, str)}

    def table(self, key: str, *, required: bool = False) -> Section:
        """Return a section below, an empty one where it is missing."""
        value = self._get(key)
        if value is None and required:
            self.fault(key, "is missing")
        elif value is not None and not isinstance(value, dict):
            self.fault(key, f"must be a table such as {{ column = … }}, not {value!r}")
        section = self._below(key, value if isinstance(value, dict) else {})
        if value is None or not isinstance(value, dict):
            section = Section(section._place, {}, [])
        return section

    def named_tables(self, key: str) -> list[tuple[str, Section]]:
        """Return the sections below a section, by name."""
        parent = self.table(key)
        return [(name, parent.table(name)) for name in parent._body]

    def tables(self, key: str, *, required: bool = False) -> list[Section]:
        """Return a list of sections."""
        value = self._get(key)
        if value is None:
            if required:
                self.fault(key, f"is missing: write at least one [[{self._at(key)}]]")
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, "must be a list of tables")
            return []
        return [self._below(f"{key}[{number}]", item) for number, item in enumerate(value, 1)]

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        return self._body.get(key)

    def _below(self, key: str, body: Mapping[str, Any]) -> Section:
        return Section(self._at(key), body, self._faults)

    def _at(self, key: str) -> str:
        return ".".join(part for part in (self._place, key) if part)
