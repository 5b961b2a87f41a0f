"""Views inside views: the embedded view and the flex repeater."""

from __future__ import annotations

from typing import Any

from ignition_preview.components.containers import flex_layout
from ignition_preview.instances import Component, Embedding
from ignition_preview.markup import Element, div
from ignition_preview.problems import PreviewProblem
from ignition_preview.rendering import ANY, Rendering, component_type, flex_position
from ignition_preview.styles import length

LOADING = {"order": ANY}


@component_type(
    "ia.display.view",
    {
        "loading": LOADING,
        "params": ANY,
        "path": ANY,
        "useDefaultViewHeight": ANY,
        "useDefaultViewWidth": ANY,
    },
)
def embedded_view(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show another view; without a path the place stays empty."""
    path = props.get("path", "")
    if not path:
        return rendering.styles.dress(div("view-parent"), props.get("style"))
    element = rendering.view(path, props.get("params", {}), {}, Embedding("", component))
    element.style = _default_size(
        rendering,
        path,
        width=props.get("useDefaultViewWidth", False),
        height=props.get("useDefaultViewHeight", False),
    )
    return rendering.styles.dress(element, props.get("style"))


@component_type(
    "ia.display.flex-repeater",
    {
        "alignContent": ANY,
        "alignItems": ANY,
        "direction": ANY,
        "elementPosition": dict.fromkeys(("align", "basis", "grow", "shrink"), ANY),
        "elementStyle": ANY,
        "instances": ANY,
        "justify": ANY,
        "loading": LOADING,
        "path": ANY,
        "useDefaultViewHeight": ANY,
        "useDefaultViewWidth": ANY,
        "wrap": ANY,
    },
)
def flex_repeater(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show one view per instance."""
    instances = props.get("instances", [])
    if not isinstance(instances, list):
        raise PreviewProblem(f"props.instances must be an array, not {instances!r}")
    children = [
        _instance(rendering, props, instance, Embedding(f"[{index}]", component))
        for index, instance in enumerate(instances)
    ]
    element = div("flex-repeater", children=list(children))
    element.style = flex_layout(props)
    return rendering.styles.dress(element, props.get("style"))


def _instance(
    rendering: Rendering, props: dict[str, Any], instance: Any, where: Embedding
) -> Element:
    if not isinstance(instance, dict):
        raise PreviewProblem(f"an instance of a repeater must be an object, not {instance!r}")
    path = props.get("path", "")
    own = {"instancePosition", "instanceStyle"}
    params = {name: value for name, value in instance.items() if name not in own}
    element = rendering.view(path, params, {}, where)
    common = {"grow": 1, "shrink": 1, "basis": 0, **props.get("elementPosition", {})}
    element.style = flex_position(common | instance.get("instancePosition", {}))
    rendering.styles.dress(element, props.get("elementStyle"))
    rendering.styles.dress(element, instance.get("instanceStyle"))
    width = props.get("useDefaultViewWidth", True)
    height = props.get("useDefaultViewHeight", True)
    element.style |= _default_size(rendering, path, width=width, height=height)
    is_row = props.get("direction", "row").startswith("row")
    if width if is_row else height:
        element.style["flex"] = "0 0 auto"
    return element


def _default_size(rendering: Rendering, path: str, *, width: bool, height: bool) -> dict[str, str]:
    size = rendering.default_size(path)
    css = {}
    if width and "width" in size:
        css["width"] = length(size["width"])
    if height and "height" in size:
        css["height"] = length(size["height"])
    return css
