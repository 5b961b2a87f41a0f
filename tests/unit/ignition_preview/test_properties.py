"""Property trees: bindings are evaluated when they are read, in the order of their references."""

from __future__ import annotations

from typing import Any

import pytest
from ignition_preview.problems import PreviewProblem
from ignition_preview.properties import MissingProperty, Properties, parse_path


def tree(values: dict[str, Any], bound: dict[str, Any]) -> Properties:
    """Make properties whose bindings are functions of the tree, or plain values."""

    def evaluate(_path: str, binding: Any) -> Any:
        return binding(properties) if callable(binding) else binding

    config = {path: {"binding": binding} for path, binding in bound.items()}
    properties = Properties("somewhere", values, config, evaluate)
    return properties


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("props.text", ("props", "text")),
        ("props.series[0].data", ("props", "series", 0, "data")),
        ("custom['a.b'].c", ("custom", "a.b", "c")),
    ],
)
def test_path_is_taken_apart(path: str, steps: tuple[str | int, ...]) -> None:
    assert parse_path(path) == steps


def test_reading_a_whole_object_settles_the_bindings_inside() -> None:
    properties = tree({"props": {"style": {"color": "red"}}}, {"props.style.width": 3})
    assert properties.read("props") == {"style": {"color": "red", "width": 3}}


def test_reading_inside_a_bound_object_settles_the_binding_above() -> None:
    assert tree({"custom": {}}, {"custom.row": {"text": "here"}}).read("custom.row.text") == "here"


def test_binding_into_an_array_makes_the_place() -> None:
    assert tree({"props": {}}, {"props.series[1].data": 7}).read("props.series") == [
        None,
        {"data": 7},
    ]


def test_bindings_may_refer_to_each_other_in_any_order() -> None:
    properties = tree(
        {"custom": {}},
        {
            "custom.first": lambda tree: tree.read("custom.second") + 1,
            "custom.second": lambda tree: tree.read("custom.third") + 1,
            "custom.third": 1,
        },
    )
    assert properties.read("custom.first") == 3


def test_circle_of_bindings_is_refused() -> None:
    properties = tree(
        {"custom": {}},
        {
            "custom.first": lambda tree: tree.read("custom.second"),
            "custom.second": lambda tree: tree.read("custom.first"),
        },
    )
    with pytest.raises(PreviewProblem, match="refers to itself"):
        properties.read("custom.first")


def test_default_stands_for_an_absent_property_only() -> None:
    def fails(_: Properties) -> Any:
        raise MissingProperty("there is no view.params.gone")

    properties = tree({"meta": {}}, {"meta.visible": fails})
    assert properties.get("meta.tooltip", "none") == "none"
    with pytest.raises(MissingProperty):
        properties.get("meta.visible", True)


def test_written_value_replaces_the_binding() -> None:
    properties = tree({"custom": {}}, {"custom.step": "first"})
    properties.put("custom.step", "second")
    assert properties.read("custom.step") == "second"


def test_unknown_key_beside_a_binding_is_refused() -> None:
    with pytest.raises(PreviewProblem, match="persistant"):
        Properties("x", {}, {"custom.a": {"persistant": True}}, lambda _path, _binding: None)
