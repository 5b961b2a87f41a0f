"""Containers: the flex container."""

from __future__ import annotations

from typing import Any

from ignition_preview.instances import Component
from ignition_preview.markup import Element, div
from ignition_preview.rendering import ANY, Rendering, component_type


@component_type(
    "ia.container.flex",
    dict.fromkeys(("alignContent", "alignItems", "direction", "justify", "wrap"), ANY),
)
def flex(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Lay the children out in a row or column, as CSS flex boxes do."""
    element = div("flex-container", children=rendering.flex_children(component))
    element.style = flex_layout(props)
    return rendering.styles.dress(element, props.get("style"))


def flex_layout(props: dict[str, Any]) -> dict[str, str]:
    """Return the CSS of a flex container's own properties."""
    return {
        "flex-direction": props.get("direction", "row"),
        "justify-content": props.get("justify", "flex-start"),
        "align-items": props.get("alignItems", "stretch"),
        "align-content": props.get("alignContent", "stretch"),
        "flex-wrap": props.get("wrap", "nowrap"),
    }
