"""A person at a page: presses buttons, types, scans; the page answers as in a session.

What scripts set goes to the properties and, over bidirectional bindings, to what is around; the
page is rendered anew after every step. Commands are noted, not sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ignition_preview.actions import Outcome, change, hear, press
from ignition_preview.components.display import shown_text
from ignition_preview.instances import Component, View
from ignition_preview.pages import Memory, Page, Preview
from ignition_preview.problems import PreviewProblem
from ignition_preview.properties import MissingProperty

QUEUED = {"state": "queued", "text": "", "result": None, "code": None}


@dataclass
class Visit:
    """One page of one session; ``html`` is what it shows now."""

    preview: Preview
    page: Page
    size: str = "panel"
    html: str = ""
    commands: list[dict[str, Any]] = field(default_factory=list)
    left_to: str = ""
    """The page that a script has navigated to."""

    _memory: Memory = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._render()

    def buttons(self) -> list[str]:
        """Return the texts of all buttons that can be pressed now."""
        return [_text_of(control) for control in self.preview.controls]

    def press(self, text: str) -> None:
        """Press the button of this text, else of this name. Raises PreviewProblem."""
        named = [each for each in self.preview.controls if _text_of(each) == text]
        named += [each for each in self.preview.controls if each.name == text]
        if not named:
            raise PreviewProblem(f'no button "{text}" can be pressed: {self.buttons()}')
        for outcome in press(named[0]):
            self._follow(named[0], outcome)
        self._render()

    def enter(self, name: str, value: Any) -> None:
        """Type into the field of this name, or choose in it; ``name`` may be the end of a path."""
        for view in self.preview.views:
            for component in view.root.everything():
                if f"/{component.path}".endswith(f"/{name}") and component.two_way:
                    (path,) = component.two_way
                    self._write(component, f"self.{path}", value)
                    self._render()
                    return
        raise PreviewProblem(f'there is no field "{name}" that writes back')

    def read(self, path: str) -> Any:
        """Return a property of the page's own view."""
        return next(v for v in self.preview.views if v.where.key == "page").properties.read(path)

    def _follow(self, owner: Component, outcome: Outcome) -> None:
        for path, value in outcome.writes.items():
            self._write(owner, path, value)
        for command in outcome.commands:
            self.commands.append(command)
            self.page.commands[command["command_id"]] = QUEUED
        for name, positional, named in outcome.calls:
            getattr(self, f"_{name}")(*positional, **named)

    def _write(self, owner: Component, path: str, value: Any) -> None:
        scope, _, rest = path.partition(".")
        if path == "session.props.locale":
            self.page = replace(self.page, locale=value)
        elif scope == "session":
            custom = {**self.page.session_custom, rest.removeprefix("custom."): value}
            self.page = replace(self.page, session_custom=custom)
        elif scope == "view":
            self._write_to_view(owner.view, rest, value)
        elif rest in owner.two_way:
            self._write(owner, owner.two_way[rest], value)
        else:
            raise PreviewProblem(f"nothing keeps {path}").placed(owner.place)

    def _write_to_view(self, view: View, path: str, value: Any) -> None:
        holder = view.where.holder
        if holder is not None and f"props.{path}" in holder.two_way:
            self._write(holder, holder.two_way[f"props.{path}"], value)
            return
        previous = _value_or_none(view, path)
        self._memory[view.where.key][path] = value
        view.properties.put(path, value)
        if path in view.change_scripts and value != previous:
            for further, its in change(view, path, previous).items():
                self._write_to_view(view, further, its)

    def _render(self) -> None:
        self.html = self.preview.html(self.page, self.size, self._memory)

    # -- what scripts ask of system.perspective

    def _navigate(self, page: str = "") -> None:
        self.left_to = page

    def _openPopup(self, popup_id: str, view: str, params: Any = None, **_: Any) -> None:  # noqa: N802
        self._memory.pop("popup", None)
        self.page = replace(self.page, popup={"view": view, "params": params or {}})

    def _closePopup(self, popup_id: str) -> None:  # noqa: N802
        self.page = replace(self.page, popup=None)

    def _toggleDock(self, dock_id: str) -> None:  # noqa: N802
        """Leave the docks as they are."""

    def _sendMessage(self, message: str, payload: Any = None, scope: str = "page") -> None:  # noqa: N802
        for view in list(self.preview.views):
            for component in view.root.everything():
                if message in component.message_scripts:
                    self._follow(component, hear(component, message, payload))


def _text_of(control: Component) -> str:
    return shown_text(control.properties.get("props.text", ""))


def _value_or_none(view: View, path: str) -> Any:
    try:
        return view.properties.read(path)
    except MissingProperty:
        return None
