"""A small sample project is drawn as Perspective would; what the preview does not know is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from e2e.ignition_preview.conftest import SAMPLE
from ignition_preview.judging import judge
from ignition_preview.pages import Album, Page, Preview
from ignition_preview.pictures import show
from ignition_preview.project import Project
from ignition_preview.rendering import COMPONENT_TYPES
from ignition_preview.scripts import Scripts
from playwright.sync_api import Page as Screen

ALBUM = Album.read(SAMPLE / "pages.json")
PAGE, EVERYTHING = ALBUM.pages
Json = dict[str, Any]


@pytest.fixture
def sample(scripts: Scripts) -> Preview:
    return Preview(Project(SAMPLE / "project"), ALBUM, scripts)


@pytest.fixture
def texts(sample: Preview, screen: Screen) -> Callable[..., dict[str, str]]:
    """Show the sample page and return the texts of its components by their paths."""

    def read(page: Page = PAGE, size: str = "panel") -> dict[str, str]:
        show(screen, sample.html(page, size), size)
        assert sample.problems.lines == []
        shown: dict[str, str] = screen.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("[data-component]")].map(
                (each) => [each.dataset.component, each.innerText || each.value || ""]))"""
        )
        return shown

    return read


def test_bindings_scripts_and_samples_come_together(texts: Callable[..., dict[str, str]]) -> None:
    shown = texts()
    assert shown["root/Header/Title"] == "Sample page (2)"
    assert shown["root/Header/Clock"] == "2026-03-10 10:32"
    assert shown["root/Rows"].splitlines() == [
        "485 pcs SEAL-01", "485", "1200 pcs VALVE-7", "1,200",
    ]  # fmt: skip
    assert shown["root/Form/Change"] == "old: 485 pcs"
    assert shown["root/Actions/Post"] == "Post"


def test_language_and_number_format_follow_the_locale(
    texts: Callable[..., dict[str, str]],
) -> None:
    rows = texts(replace(PAGE, locale="de"))["root/Rows"].splitlines()
    assert rows[2:] == ["1200 Stück VALVE-7", "1.200"]


def test_role_decides_what_is_displayed(texts: Callable[..., dict[str, str]]) -> None:
    assert "root/Header/Hidden" not in texts()
    supervisor = replace(PAGE, roles=("countersign-supervisor",))
    assert texts(supervisor)["root/Header/Hidden"] == "never"


def test_custom_properties_of_the_page_come_before_the_bindings(
    texts: Callable[..., dict[str, str]],
) -> None:
    assert texts(replace(PAGE, custom={"quantity": 7}))["root/Form/Change"] == "old: 7 pcs"


def test_answer_that_has_not_come_is_none(sample: Preview) -> None:
    sample.html(replace(PAGE, samples={"approvals": None}), "panel")
    (line,) = sample.problems.lines
    assert line.startswith("Sample/Page: binding of custom.rows: TypeError")
    assert "screens_sample/code.py, line" in line


def test_flex_layout_is_that_of_the_view(sample: Preview, screen: Screen) -> None:
    show(screen, sample.html(PAGE, "panel"), "panel")
    boxes = {
        name: screen.locator(f'[data-component="root/{name}"]').bounding_box()
        for name in ("Header", "Rows", "Form", "Actions", "Actions/Post", "Actions/Hold")
    }
    tops = [boxes[name]["y"] for name in ("Header", "Rows", "Form", "Actions")]  # type: ignore[index]
    assert tops == sorted(tops)
    post, hold = boxes["Actions/Post"], boxes["Actions/Hold"]
    assert post is not None
    assert hold is not None
    assert post["width"] == hold["width"] == (1280 - 2 * 16 - 56) / 2
    assert hold["x"] - post["x"] - post["width"] == 56
    assert boxes["Header"]["height"] == 64  # type: ignore[index]


def test_every_component_type_is_drawn(sample: Preview, screen: Screen) -> None:
    for page in ALBUM.pages:
        for size in page.sizes:
            show(screen, sample.html(page, size), size)
            assert sample.problems.lines == []
            assert judge(screen, size) == []
    views = [sample.project.view(path)["root"] for path in sample.project.view_paths()]
    assert {kind for view in views for kind in types_in(view)} == set(COMPONENT_TYPES)


def types_in(component: Json) -> set[str]:
    below = (types_in(child) for child in component.get("children", []))
    return {component["type"]}.union(*below)


def test_inputs_show_their_state(
    sample: Preview, screen: Screen, texts: Callable[..., dict[str, str]]
) -> None:
    shown = texts(EVERYTHING)
    assert shown["root/Inputs/Lot"] == "LOT-77"
    assert shown["root/Inputs/Reason"] == "Wrong count"
    assert shown["root/Inputs/Empty"] == "Choose"
    checked = screen.locator('[aria-checked="true"]')
    assert checked.all_inner_texts() == ["Only mine", "Kilograms"]


def test_table_shows_values_and_views(texts: Callable[..., dict[str, str]]) -> None:
    assert texts(EVERYTHING)["root/Display/Table"].split("\n") == [
        "Material", "Quantity", "View",
        "SEAL-01", "1,234.5", "one: SEAL-01",
        "VALVE-7", "7", "two: VALVE-7",
    ]  # fmt: skip


def test_document_says_that_it_is_no_ignition(sample: Preview) -> None:
    html = sample.html(PAGE, "phone")
    assert "Preview from sample data, not Ignition" in html


# -- what the preview does not know


def component(view: Json, path: str) -> Json:
    found: Json = view["root"]
    for name in path.split("/"):
        found = next(child for child in found["children"] if child["meta"]["name"] == name)
    return found


def bind(view: Json, path: str, name: str, binding: Json) -> None:
    component(view, path).setdefault("propConfig", {})[name] = {"binding": binding}


def expression(text: str) -> Json:
    return {"type": "expr", "config": {"expression": text}}


def title(binding: Json) -> Callable[[Json], None]:
    return lambda view: bind(view, "Header/Title", "props.text", binding)


def changed(path: str, **content: Any) -> Callable[[Json], None]:
    def change(view: Json) -> None:
        for key, value in content.items():
            component(view, path).setdefault(key, {}).update(value)

    return change


def retyped(path: str, name: str) -> Callable[[Json], None]:
    return lambda view: component(view, path).update(type=name)


def script(code: str) -> Json:
    transform = {"type": "script", "code": f"\t{code}"}
    return {"type": "property", "config": {"path": "view.custom.rows"}, "transforms": [transform]}


PLANTS: dict[str, tuple[Callable[[Json], None], str]] = {
    "component": (retyped("Header/Clock", "ia.chart.xy"), 'component "ia.chart.xy"'),
    "component key": (changed("Header/Clock", extras={}), "extras"),
    "property": (changed("Header/Clock", props={"texts": "x"}), "props.texts"),
    "inner property": (
        changed("Actions/Post", props={"image": {"icon": {"paths": "x"}}}),
        "props.image.icon.paths",
    ),
    "position": (changed("Header/Clock", position={"basic": 1}), "position.basic"),
    "meta": (changed("Header/Clock", meta={"visibel": False}), "visibel"),
    "icon": (
        changed("Actions/Post", props={"image": {"icon": {"path": "material/unicorn"}}}),
        "material/unicorn",
    ),
    "style class": (
        changed("Header/Clock", props={"style": {"classes": "Sample/Gone"}}),
        'no style class "Sample/Gone"',
    ),
    "CSS variable": (
        changed("Header/Clock", props={"style": {"color": "var(--gone)"}}),
        "--gone",
    ),
    "view": (changed("Rows", props={"path": "Sample/Gone"}), 'no view "Sample/Gone"'),
    "parameter of a view": (title(expression("{view.params.gone}")), "params.gone"),
    "binding type": (title({"type": "query", "config": {}}), 'binding type "query"'),
    "binding setting": (
        title({"type": "property", "config": {"path": "view.custom.note", "polling": {}}}),
        "polling",
    ),
    "transform": (
        title({**script("return 1"), "transforms": [{"type": "magic"}]}),
        'transform "magic"',
    ),
    "expression function": (title(expression("beep()")), 'function "beep"'),
    "expression": (title(expression("1 +")), "1 +"),
    "component in a reference": (title(expression("{../Gone.props.text}")), "no component Gone"),
    "property in a reference": (title(expression("{../Clock.props.gone}")), "props.gone"),
    "session property": (title(expression("{session.custom.gone}")), "custom.gone"),
    "tag": (title({"type": "tag", "config": {"tagPath": "[default]Gone"}}), "[default]Gone"),
    "script function": (
        title(expression('runScript("countersign.screens_sample.gone", 0)')),
        "no function countersign.screens_sample.gone",
    ),
    "too many arguments": (
        title(expression('runScript("countersign.screens_sample.rows", 0, 1, 2)')),
        "rows() takes",
    ),
    "board name": (
        title(expression('runScript("countersign.board.read", 0, "gone")')),
        "gone is not on the board",
    ),
    "sample": (
        title(expression('runScript("countersign.board.read", 0, "orders")')),
        "no sample for the board's orders",
    ),
    "polling": (
        title(expression('runScript("countersign.screens_sample.rows", 500, "en")')),
        "faster than 5 s",
    ),
    "self in a transform": (title(script("return self.view.custom.note")), "uses self.view"),
    "Python 3": (title(script('return f"{value}"')), "SyntaxError"),
    "result that no property can hold": (
        title(script("import decimal; return decimal.Decimal(1)")),
        "Decimal",
    ),
    "null in a text": (title(expression('"a" + null')), "null in a text"),
    "circle": (title(expression("{this.props.text}")), "refers to itself"),
}


@pytest.mark.parametrize(("plant", "told"), PLANTS.values(), ids=PLANTS)
def test_what_is_unknown_is_told_with_its_place(
    sample: Preview, plant: Callable[[Json], None], told: str
) -> None:
    content = copy.deepcopy(sample.project.view("Sample/Page"))
    plant(content)
    sample.project._views["Sample/Page"] = content
    html = sample.html(PAGE, "panel")
    assert any(told in line for line in sample.problems.lines), sample.problems.lines
    assert all(line.startswith("Sample/Page root/") for line in sample.problems.lines)
    assert "preview-problem" in html


def test_page_of_an_unknown_setting_is_refused(tmp_path: Any) -> None:
    content = json.loads((SAMPLE / "pages.json").read_text())
    content["pages"][0]["colour"] = "red"
    file = tmp_path / "pages.json"
    file.write_text(json.dumps(content))
    with pytest.raises(Exception, match="colour"):
        Album.read(file)
