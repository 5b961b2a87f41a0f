"""The pages to look at, and each of them as one HTML document."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ignition_preview import components
from ignition_preview.bindings import Binder
from ignition_preview.evaluation import Surroundings
from ignition_preview.instances import Component, Embedding, Session, View
from ignition_preview.markup import Element, div
from ignition_preview.problems import PreviewProblem, Problems
from ignition_preview.project import Project
from ignition_preview.rendering import Rendering
from ignition_preview.scripts import Scripts
from ignition_preview.styles import Styles, length

HERE = Path(__file__).resolve().parent
SIZES = {"panel": (1280, 800), "desktop": (1920, 1080), "phone": (390, 844)}
FRESH_SECONDS = 2
OLD_SECONDS = 180
CAPTION_HEIGHT_PX = 28
CAPTION = "Preview from sample data, not Ignition"
THEMES = ("light", "light-cool", "light-warm", "dark", "dark-cool", "dark-warm")

Memory = dict[str, dict[str, Any]]

assert components


@dataclass(frozen=True)
class Page:
    """One entry of ``pages.json``; the README says what each means."""

    name: str
    view: str = ""
    url: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    popup: dict[str, Any] | None = None
    sizes: tuple[str, ...] = tuple(SIZES)
    locale: str = "en"
    user: str = "j.jansen"
    roles: tuple[str, ...] = ("countersign-operator",)
    session_custom: dict[str, Any] = field(default_factory=dict)
    samples: dict[str, str | None] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    commands: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Album:
    """All pages with what they have in common: the clock and the samples."""

    pages: tuple[Page, ...]
    now: datetime
    time_zone: str
    samples_folder: Path

    @classmethod
    def read(cls, file: Path) -> Album:
        """Read ``pages.json``; the samples lie beside it. Raises PreviewProblem."""
        content = json.loads(file.read_text("utf-8"))
        pages = []
        for entry in content["pages"]:
            unknown = sorted(set(entry) - set(Page.__dataclass_fields__))
            if unknown:
                raise PreviewProblem(f"{file.name}: {entry.get('name')} has unknown {unknown}")
            lists = {key: tuple(entry[key]) for key in ("sizes", "roles") if key in entry}
            pages.append(Page(**{**entry, **lists}))
        now = datetime.fromisoformat(content["now"])
        return cls(tuple(pages), now, content["time_zone"], file.parent / "samples")

    def scene(self, page: Page) -> dict[str, Any]:
        """Return what the scripts see on a page: the clock, the board's answers, the commands."""
        now_ms = int(self.now.timestamp() * 1000)
        board = {}
        for name, payload in self._samples(page).items():
            age_seconds = OLD_SECONDS if name in page.problems else FRESH_SECONDS
            board[name] = {
                "payload": payload,
                "read_at_ms": None if payload is None else now_ms - age_seconds * 1000,
                "problem": page.problems.get(name),
            }
        return {"now_ms": now_ms, "board": board, "commands": page.commands}

    def tags(self, page: Page) -> dict[str, Any]:
        """Return the values of the tags on a page: those of the sample and the page's own."""
        return (self._samples(page).get("tags") or {}) | page.tags

    def _samples(self, page: Page) -> dict[str, Any]:
        files = {file.stem: file for file in self.samples_folder.glob("*.json")}
        found: dict[str, Any] = {}
        for name in {stem.partition("-")[0] for stem in files} | set(page.samples):
            chosen = page.samples.get(name, name)
            if chosen is None:
                found[name] = None
            elif chosen in files:
                found[name] = json.loads(files[chosen].read_text("utf-8"))
            elif name in page.samples:
                raise PreviewProblem(f"{page.name}: there is no sample {chosen}.json")
        return found


@dataclass
class Preview:
    """Renders pages of a project to HTML."""

    project: Project
    album: Album
    scripts: Scripts
    problems: Problems = field(default_factory=Problems)
    controls: list[Component] = field(default_factory=list)
    """What can be touched on the page that was rendered last."""

    views: list[View] = field(default_factory=list)
    """The views that it shows."""

    def html(self, page: Page, size: str, memory: Memory | None = None) -> str:
        """Return a page at a size as an HTML document; what is wrong goes to ``problems``.

        ``memory`` has what was set in the views since they were opened; without it they open now.
        """
        base_css = (HERE / "base.css").read_text("utf-8")
        styles = Styles(self.project, base_css)
        rules = ""
        try:
            styles.check_stylesheet()
            rules = styles.style_class_rules()
        except PreviewProblem as problem:
            self.problems.add("styles", problem)
        css = "\n".join([base_css, self.project.stylesheet, rules])
        width, height = SIZES[size]
        body = Element("div", {"id": "app-container"})
        body.style = {"width": f"{width}px", "height": f"{height}px"}
        theme = "light"
        try:
            self.scripts.show(self.album.scene(page))
            session = self._session(page, size)
            theme = session.properties.get("props.theme", theme)
            if theme not in THEMES:
                raise PreviewProblem(f'Ignition has no theme "{theme}"')
            rendering = Rendering(self.project, session, styles, self.problems)
            rendering.memory = memory if memory is not None else {}
            self.controls, self.views = rendering.controls, rendering.views
            body.children = self._content(page, size, rendering)
        except PreviewProblem as problem:
            self.problems.add(f"page {page.name}", problem)
        caption = div("preview-caption", children=[f"{CAPTION} · {page.name}"])
        return (
            f'<!DOCTYPE html>\n<html lang="{page.locale}" data-theme="{theme}">'
            f'<head><meta charset="utf-8"><title>{page.name}: preview, not Ignition</title>'
            f"<style>{css}</style></head>"
            f"<body>{body.to_html()}{caption.to_html()}</body></html>\n"
        )

    def _content(self, page: Page, size: str, rendering: Rendering) -> list[Element | str]:
        entry = self.project.page_config["pages"].get(page.url)
        if page.url and entry is None:
            raise PreviewProblem(f"page-config has no page {page.url}")
        view = page.view or (entry or {}).get("viewPath", "")
        shown = rendering.view(view, page.params, page.custom, Embedding("page"))
        main = div("page-body", children=[shown])
        content: list[Element | str] = [main]
        if page.url:
            content = self._with_docks(main, rendering, size)
        if page.popup:
            content.append(self._popup(page.popup, rendering))
        return content

    def _with_docks(self, main: Element, rendering: Rendering, size: str) -> list[Element | str]:
        docks = self.project.page_config.get("sharedDocks", {})
        sides: dict[str, list[Element | str]] = {}
        for side in ("top", "left", "right", "bottom"):
            shown = [dock for dock in docks.get(side, []) if _is_shown(dock, size)]
            sides[side] = [self._dock(dock, side, rendering) for dock in shown]
        row = div("page-row", children=[*sides["left"], main, *sides["right"]])
        return [*sides["top"], row, *sides["bottom"]]

    def _dock(self, dock: dict[str, Any], side: str, rendering: Rendering) -> Element:
        where = Embedding(f"dock {dock['id']}")
        view = rendering.view(dock["viewPath"], dock.get("viewParams", {}), {}, where)
        element = div("dock", f"dock-{side}", children=[view])
        across = "height" if side in ("top", "bottom") else "width"
        element.style[across] = length(dock["size"])
        return element

    def _popup(self, popup: dict[str, Any], rendering: Rendering) -> Element:
        path = popup["view"]
        size = rendering.default_size(path) | {
            key: popup[key] for key in ("width", "height") if key in popup
        }
        params, custom = popup.get("params", {}), popup.get("custom", {})
        content = rendering.view(path, params, custom, Embedding("popup"))
        window = div("popup", children=[content])
        window.style = {name: length(value) for name, value in size.items()}
        return div("popup-scrim", children=[window])

    def _session(self, page: Page, size: str) -> Session:
        locale = page.locale
        around = Surroundings(self.scripts, frozenset(page.roles), locale)
        stored = self.project.session_props
        roles = list(page.roles)
        user = {"userName": page.user, "roles": roles, "id": page.user}
        props = stored.get("props", {}) | {
            "auth": {"authenticated": True, "user": user},
            "device": {"type": "Phone" if size == "phone" else "Desktop"},
            "locale": locale,
            "timeZoneId": self.album.time_zone,
        }
        width, height = SIZES[size]
        viewport = {"width": width, "height": height}
        session = Session(
            Binder(around, self.album.tags(page)),
            {"custom": stored.get("custom", {}), "props": props}
            | {"propConfig": stored.get("propConfig", {})},
            {"props": {"dimensions": {"viewport": viewport}, "path": page.url}},
        )
        for name, value in page.session_custom.items():
            session.properties.put(f"custom.{name}", value)
        return session


def _is_shown(dock: dict[str, Any], size: str) -> bool:
    show = dock.get("show", "auto")
    if show == "auto":
        return SIZES[size][0] >= int(dock.get("autoBreakpoint", 480))
    return bool(show == "visible")
