"""From component instances to HTML elements.

A component type is a function with the properties that it honours. A property that nothing
honours is a problem, so that no view counts on something that the preview does not show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ignition_preview.actions import first_changes, start_up
from ignition_preview.instances import Component, Embedding, Session, View
from ignition_preview.markup import Element, div, span
from ignition_preview.problems import PreviewProblem, Problems
from ignition_preview.project import Project
from ignition_preview.styles import Styles, length

ANY: Any = ...
"""In a specification of properties: whatever stands below."""
POSITION_KEYS = {"align", "basis", "display", "grow", "shrink"}


@dataclass
class Rendering:
    """Renders the views of one page."""

    project: Project
    session: Session
    styles: Styles
    problems: Problems
    controls: list[Component] = field(default_factory=list)
    """What can be touched on the page as it is shown."""

    views: list[View] = field(default_factory=list)
    """The views that the page shows, with those inside them."""

    memory: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was set in each view since it was opened, by the key of its place and by path."""

    def view(
        self, path: str, params: dict[str, Any], custom: dict[str, Any], where: Embedding
    ) -> Element:
        """Render a view with parameters; ``custom`` sets custom properties of the view."""
        view = self._opened(path, params, custom, where)
        self.views.append(view)
        inner = div("view", children=[self.component(view.root)])
        return div("view-parent", children=[inner])

    def _opened(
        self, path: str, params: dict[str, Any], custom: dict[str, Any], where: Embedding
    ) -> View:
        """Open a view; the first time its own scripts set what they set before any touch."""

        def opened(*settings: dict[str, Any]) -> View:
            view = View(path, self.project.view(path), params, self.session, where)
            for each in settings:
                for name, value in each.items():
                    view.properties.put(name, value)
            return view

        given = {f"custom.{name}": value for name, value in custom.items()}
        if where.key not in self.memory:
            set_first = start_up(opened(given))
            set_then = first_changes(opened(set_first, given))
            self.memory[where.key] = set_first | set_then | given
        return opened(self.memory[where.key])

    def default_size(self, path: str) -> dict[str, Any]:
        """Return the default size of a view."""
        size: dict[str, Any] = self.project.view(path).get("props", {}).get("defaultSize", {})
        return size

    def component(self, component: Component) -> Element:
        """Render a component; what goes wrong is noted and shown as a marked box."""
        try:
            kind = COMPONENT_TYPES.get(component.type)
            if kind is None:
                raise PreviewProblem(f'the preview does not know the component "{component.type}"')
            props = component.properties.get("props", {})
            _check_props(props, kind.honoured, "props")
            element = kind.render(self, component, props)
            if component.properties.get("meta.visible", True) is False:
                element.style["visibility"] = "hidden"
            elif component.touch_scripts and props.get("enabled", True):
                self.controls.append(component)
        except PreviewProblem as problem:
            self.problems.add(component.place, problem)
            element = div("preview-problem", children=[span(f"{component.place}: {problem}")])
        element.attributes["data-view"] = component.view.path
        element.attributes["data-component"] = component.path
        element.attributes["data-type"] = component.type
        if component.is_touched:
            element.attributes["data-touch"] = "true"
        return element

    def flex_children(self, component: Component) -> list[Element | str]:
        """Render the children of a flex container with their positions."""
        elements: list[Element | str] = []
        for child in component.children:
            try:
                position = child.properties.get("position", {})
                _check_props(position, dict.fromkeys(POSITION_KEYS, ANY), "position")
            except PreviewProblem as problem:
                self.problems.add(child.place, problem)
                position = {}
            if position.get("display", True) is not False:
                element = self.component(child)
                element.style = flex_position(position) | element.style
                elements.append(element)
        return elements


def flex_position(position: dict[str, Any]) -> dict[str, str]:
    """Return the CSS of a position inside a flex container."""
    grow, shrink = position.get("grow", 0), position.get("shrink", 1)
    css = {"flex": f"{grow} {shrink} {length(position.get('basis', 'auto'))}"}
    if "align" in position:
        css["align-self"] = str(position["align"])
    return css


Render = Callable[[Rendering, Component, dict[str, Any]], Element]


@dataclass(frozen=True)
class ComponentType:
    """How a type of component is shown, and the properties that it honours.

    ``honoured`` names the properties; a nested dict names the members of an object, a list with
    one dict those of the objects in an array, ANY takes everything.
    """

    render: Render
    honoured: dict[str, Any]


COMPONENT_TYPES: dict[str, ComponentType] = {}


def component_type(name: str, honoured: dict[str, Any]) -> Callable[[Render], Render]:
    """Register the function below as the renderer of a component type."""

    def register(render: Render) -> Render:
        COMPONENT_TYPES[name] = ComponentType(render, {"style": ANY, **honoured})
        return render

    return register


def _check_props(props: Any, honoured: Any, where: str) -> None:
    if honoured is ANY:
        return
    if isinstance(honoured, list):
        for index, each in enumerate(props if isinstance(props, list) else ()):
            _check_props(each, honoured[0], f"{where}[{index}]")
        return
    if not isinstance(props, dict):
        raise PreviewProblem(f"{where} must be an object, not {props!r}")
    for name, value in props.items():
        if name not in honoured:
            raise PreviewProblem(f"the preview does not honour {where}.{name}")
        _check_props(value, honoured[name], f"{where}.{name}")
