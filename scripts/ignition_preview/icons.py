"""Icons of the library ``material``, drawn anew: simple shapes of the same meaning."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from ignition_preview.markup import Element
from ignition_preview.problems import PreviewProblem

FILE = Path(__file__).resolve().parent / "icons.json"


def icon_element(path: str) -> Element:
    """Return the icon of a path such as ``material/warning``. Raises PreviewProblem."""
    library, _, name = path.partition("/")
    if library != "material" or name not in _shapes():
        raise PreviewProblem(f'there is no drawing of the icon "{path}" in icons.json')
    shape = Element("path", {"d": _shapes()[name], "fill-rule": "evenodd"})
    return Element("svg", {"viewBox": "0 0 24 24", "aria-hidden": "true"}, children=[shape])


@lru_cache(maxsize=1)
def _shapes() -> dict[str, str]:
    shapes: dict[str, str] = json.loads(FILE.read_text("utf-8"))
    return shapes
