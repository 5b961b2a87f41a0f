"""HTML elements on their way to text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

_EMPTY = {"input", "path", "rect", "polyline"}


@dataclass
class Element:
    """One element; ``style`` is its inline style by CSS name."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    style: dict[str, str] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    children: list[Element | str] = field(default_factory=list)

    def to_html(self) -> str:
        """Return the element with everything in it."""
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        attributes = dict(self.attributes)
        if self.classes:
            attributes["class"] = " ".join(self.classes)
        if self.style:
            attributes["style"] = "; ".join(f"{k}: {v}" for k, v in self.style.items())
        yield "<" + self.tag
        for name, value in attributes.items():
            yield f' {name}="{escape(value)}"'
        if self.tag in _EMPTY:
            yield " />"
            return
        yield ">"
        for child in self.children:
            if isinstance(child, str):
                yield escape(child, quote=False)
            else:
                yield from child._parts()
        yield f"</{self.tag}>"


def div(*classes: str, children: list[Element | str] | None = None) -> Element:
    """Return a plain box."""
    return Element("div", classes=list(classes), children=children or [])


def span(text: str, *classes: str) -> Element:
    """Return a piece of text."""
    return Element("span", classes=list(classes), children=[text])
