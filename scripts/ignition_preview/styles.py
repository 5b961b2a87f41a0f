"""Style properties and style classes as CSS."""

from __future__ import annotations

import re
from typing import Any

from ignition_preview.markup import Element
from ignition_preview.problems import PreviewProblem
from ignition_preview.project import Project

WITHOUT_UNIT = {"flex", "flexGrow", "flexShrink", "fontWeight", "lineHeight", "opacity", "order"}
WITHOUT_UNIT |= {"zIndex", "zoom", "columnCount", "fillOpacity", "strokeWidth", "tabSize"}
PSEUDO_CLASSES = {"active", "checked", "disabled", "focus", "focus-visible", "hover"}
PSEUDO_CLASSES |= {"first-child", "last-child", "placeholder", "before", "after"}
PSEUDO_ELEMENTS = {"placeholder", "before", "after"}
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_DEFINITION = re.compile(r"(?<![\w-])(--[\w-]+)\s*:")


class Styles:
    """Turns the style objects of views into inline styles and classes, and checks both."""

    def __init__(self, project: Project, base_css: str) -> None:
        self._project = project
        self._variables = set(_DEFINITION.findall(base_css))
        self._variables |= set(_DEFINITION.findall(project.stylesheet))

    def dress(self, element: Element, style: Any) -> Element:
        """Give an element a style object of a view. Raises PreviewProblem."""
        if style is None:
            return element
        if not isinstance(style, dict):
            raise PreviewProblem(f"a style must be an object, not {style!r}")
        for name in class_names(style.get("classes", "")):
            self._check_class(name)
            element.classes.append("psc-" + name)
            style_class = self._project.style_classes.get(name)
            if style_class:
                _note_scrolling(element, style_class["base"]["style"])
        _note_scrolling(element, style)
        element.style.update(self.declarations(style))
        return element

    def declarations(self, style: dict[str, Any]) -> dict[str, str]:
        """Return a style object as CSS declarations. Raises PreviewProblem."""
        declarations = {}
        for name, value in style.items():
            if name == "classes" or value in ("", None):
                continue
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                raise PreviewProblem(f"the style {name} cannot be {value!r}")
            number = isinstance(value, int | float)
            unit = "px" if number and value and name not in WITHOUT_UNIT else ""
            declarations[css_name(name)] = self.checked(f"{value}{unit}")
        return declarations

    def color(self, value: str) -> str:
        """Return a colour property as CSS; a bare variable name is allowed there."""
        return self.checked(f"var({value})" if value.startswith("--") else value)

    def checked(self, css: str) -> str:
        """Return a CSS value after a look at the variables in it. Raises PreviewProblem."""
        for variable in _VARIABLE.findall(css):
            if variable not in self._variables:
                raise PreviewProblem(f"neither stylesheet nor theme defines {variable}")
        return css

    def style_class_rules(self) -> str:
        """Return all style classes of the project as CSS rules. Raises PreviewProblem."""
        rules = []
        for name, content in self._project.style_classes.items():
            try:
                rules += self._rules(name, content)
            except PreviewProblem as problem:
                raise PreviewProblem(f"style class {name}: {problem}") from problem
        return "\n".join(rules)

    def check_stylesheet(self) -> None:
        """Look at the variables that the stylesheet uses. Raises PreviewProblem."""
        self.checked(self._project.stylesheet)

    def _rules(self, name: str, content: dict[str, Any]) -> list[str]:
        if set(content) - {"base", "variants"}:
            raise PreviewProblem(f"has {sorted(content)}, only base and variants are known")
        selector = ".psc-" + re.sub(r"([^\w-])", r"\\\1", name)
        rules = [_rule(selector, self.declarations(content["base"]["style"]))]
        for variant in content.get("variants", []):
            pseudo = variant.get("pseudo")
            if pseudo not in PSEUDO_CLASSES or set(variant) - {"pseudo", "style"}:
                raise PreviewProblem(f"the variant {variant} is not known to the preview")
            colons = "::" if pseudo in PSEUDO_ELEMENTS else ":"
            rules.append(_rule(selector + colons + pseudo, self.declarations(variant["style"])))
        return rules

    def _check_class(self, name: str) -> None:
        known = name in self._project.style_classes or name in self._project.stylesheet_classes
        if not known:
            raise PreviewProblem(f'there is no style class "{name}"')


def class_names(classes: Any) -> list[str]:
    """Return the names in a ``classes`` property, which is a text or an array."""
    if isinstance(classes, list):
        return [name for each in classes for name in class_names(each)]
    if not isinstance(classes, str):
        raise PreviewProblem(f"classes must be a text, not {classes!r}")
    return classes.split()


def css_name(name: str) -> str:
    """Return the CSS name of a style property: ``backgroundColor`` is ``background-color``."""
    return name if name.startswith("--") else re.sub(r"([A-Z])", r"-\1", name).lower()


def length(value: Any) -> str:
    """Return a CSS length; a number counts pixels."""
    return f"{value}px" if isinstance(value, int | float) and value else str(value)


def _note_scrolling(element: Element, style: dict[str, Any]) -> None:
    """Note which way an element scrolls by its style, not only because Perspective's boxes do."""
    axes = {"overflow": "xy", "overflowX": "x", "overflowY": "y"}
    for name, ways in axes.items():
        if style.get(name) in ("auto", "scroll"):
            element.attributes["data-scrolls"] = element.attributes.get("data-scrolls", "") + ways


def _rule(selector: str, declarations: dict[str, str]) -> str:
    body = "; ".join(f"{name}: {value}" for name, value in declarations.items())
    return f"{selector} {{ {body} }}"
