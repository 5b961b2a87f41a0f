"""The interface description in one file: what ``openapi.yaml`` refers to is put into it.

The source names the schema files; the service shows a document that stands alone. A file becomes
the component of its name, an entry of its ``$defs`` becomes ``file.entry``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from contracts.schemas import SchemaError

_COMPONENTS = "#/components/schemas/"
_ABOUT_THE_FILE = frozenset({"$schema", "$id", "$defs"})


def bundled_text(description: Path) -> str:
    """Return the description with all schemas inside, as YAML.

    Raises :class:`SchemaError` when it refers to a schema that does not exist.
    """
    bundle = _Bundle(description.parent)
    document = bundle.inline(yaml.safe_load(description.read_text(encoding="utf-8")))
    document["components"]["schemas"].update(sorted(bundle.schemas.items()))
    plain = json.loads(json.dumps(document))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)


class _Bundle:
    """Collects the schemas that are met on the way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Any] = {}
        self.schemas: dict[str, Any] = {}

    def inline(self, value: Any, file: str = "") -> Any:
        """Return the value with its references turned into those of the bundle."""
        if isinstance(value, list):
            return [self.inline(entry, file) for entry in value]
        if not isinstance(value, dict):
            return value
        return {
            name: self._component(entry, file)
            if name == "$ref" and isinstance(entry, str)
            else self.inline(entry, file)
            for name, entry in value.items()
            if not (file and name in _ABOUT_THE_FILE)
        }

    def _component(self, reference: str, file: str) -> str:
        path, _, pointer = reference.partition("#")
        if not path and not file:
            return reference
        name = Path(path).stem or file
        entry = pointer.removeprefix("/$defs/")
        component = f"{name}.{entry}" if entry else name
        if component not in self.schemas:
            self.schemas[component] = None
            self.schemas[component] = self.inline(self._node(name, entry, reference), name)
        return _COMPONENTS + component

    def _node(self, name: str, entry: str, reference: str) -> Any:
        try:
            if name not in self._files:
                path = self._folder / "schemas" / "v1" / f"{name}.json"
                self._files[name] = json.loads(path.read_text(encoding="utf-8"))
            return self._files[name]["$defs"][entry] if entry else self._files[name]
        except (OSError, KeyError) as error:
            raise SchemaError(f"openapi.yaml: {reference} does not exist") from error
