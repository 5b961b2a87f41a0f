"""What shows something: labels, icons, links, progress, sparklines."""

from __future__ import annotations

import json
from typing import Any

from ignition_preview.icons import icon_element
from ignition_preview.instances import Component
from ignition_preview.markup import Element, div, span
from ignition_preview.numerals import format_numeral
from ignition_preview.problems import PreviewProblem
from ignition_preview.rendering import ANY, Rendering, component_type


@component_type("ia.display.label", {"alignVertical": ANY, "text": ANY, "textStyle": ANY})
def label(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a text."""
    vertical = {"top": "flex-start", "center": "center", "bottom": "flex-end"}
    text = rendering.styles.dress(span(shown_text(props.get("text", ""))), props.get("textStyle"))
    element = div("ia_labelComponent", children=[text])
    element.style["align-items"] = vertical[props.get("alignVertical", "center")]
    return rendering.styles.dress(element, props.get("style"))


@component_type("ia.display.icon", {"color": ANY, "path": ANY})
def icon(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show an icon of the library ``material``."""
    element = icon_element(props.get("path", ""))
    element.classes.append("ia_iconComponent")
    if props.get("color"):
        element.style["fill"] = rendering.styles.color(props["color"])
    return rendering.styles.dress(element, props.get("style"))


@component_type("ia.navigation.link", {"rel": ANY, "target": ANY, "text": ANY, "url": ANY})
def link(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a link; it leads nowhere in the preview."""
    element = Element("a", {"href": "#", "data-url": str(props.get("url", ""))})
    element.classes.append("ia_link")
    element.children.append(shown_text(props.get("text", "")))
    return rendering.styles.dress(element, props.get("style"))


_PART = {"color": ANY, "determinate": {"color": ANY, "style": ANY}, "style": ANY}


@component_type(
    "ia.display.progress",
    {
        "bar": _PART,
        "max": ANY,
        "min": ANY,
        "mode": ANY,
        "track": _PART,
        "value": ANY,
        "valueDisplay": {"enabled": ANY, "format": ANY, "justify": ANY, "style": ANY},
    },
)
def progress(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show how far something is."""
    if props.get("mode", "determinate") != "determinate":
        raise PreviewProblem("the preview shows only determinate progress")
    low, high, value = props.get("min", 0), props.get("max", 100), props.get("value", 50)
    share = max(0.0, min(1.0, (value - low) / (high - low))) if high > low else 0.0
    bar = _progress_part(rendering, props.get("bar", {}), "ia_progressBar__bar")
    bar.style["width"] = f"{share * 100:.2f}%"
    track = _progress_part(rendering, props.get("track", {}), "ia_progressBar__track")
    track.children.append(bar)
    element = div("ia_progressBar", children=[track])
    shown = props.get("valueDisplay", {})
    if shown.get("enabled", False):
        text = format_numeral(value, shown.get("format", "0,0.##"))
        display = span(text, "ia_progressBar__value")
        display.style["text-align"] = shown.get("justify", "center")
        element.children.append(rendering.styles.dress(display, shown.get("style")))
    return rendering.styles.dress(element, props.get("style"))


def _progress_part(rendering: Rendering, part: dict[str, Any], name: str) -> Element:
    element = div(name)
    for settings in (part, part.get("determinate", {})):
        if settings.get("color"):
            element.style["background-color"] = rendering.styles.color(settings["color"])
        rendering.styles.dress(element, settings.get("style"))
    return element


_STROKE = dict.fromkeys(("color", "dashArray", "opacity", "width"), ANY)
_FILL = dict.fromkeys(("color", "opacity"), ANY)
_MARKER = {"fill": _FILL, "shape": ANY, "size": ANY, "stroke": _STROKE, "style": ANY}


@component_type(
    "ia.display.sparkline",
    {
        "color": ANY,
        "dashArray": ANY,
        "desired": {"fill": _FILL, "high": ANY, "low": ANY, "stroke": _STROKE},
        "marker": dict.fromkeys(("first", "high", "last", "low"), _MARKER),
        "opacity": ANY,
        "points": ANY,
        "range": {"high": ANY, "low": ANY},
        "width": ANY,
    },
)
def sparkline(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show the course of a value, with the band that is wanted and a mark on the last point."""
    points = _sparkline_points(props.get("points", []))
    band, bounds = props.get("desired", {}), props.get("range", {})
    ys = [y for _, y in points] + [
        band[end] for end in ("low", "high") if _is_number(band.get(end))
    ]
    low = bounds["low"] if _is_number(bounds.get("low")) else min(ys, default=0)
    high = bounds["high"] if _is_number(bounds.get("high")) else max(ys, default=1)
    xs = [x for x, _ in points] or [0]
    wide, tall = (max(xs) - min(xs)) or 1, (high - low) or 1

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - min(xs)) / wide * 96 + 2, 46 - (y - low) / tall * 42

    drawing = Element("svg", {"viewBox": "0 0 100 50", "preserveAspectRatio": "none"})
    drawing.classes.append("ia_sparklineComponent")
    if _is_number(band.get("low")) and _is_number(band.get("high")):
        top, bottom = place(0, band["high"])[1], place(0, band["low"])[1]
        box = {"x": "0", "width": "100", "y": f"{top:.2f}", "height": f"{bottom - top:.2f}"}
        fill = band.get("fill", {})
        box["fill-opacity"] = str(fill.get("opacity", 0.1))
        drawing.children.append(Element("rect", box, _fill(rendering, fill.get("color"))))
    line = " ".join("{:.2f},{:.2f}".format(*place(x, y)) for x, y in points)
    stroke = {"fill": "none", "vector-effect": "non-scaling-stroke"}
    stroke["stroke-width"] = str(props.get("width", 0.75))
    if props.get("color"):
        stroke["stroke"] = rendering.styles.color(props["color"])
    drawing.children.append(Element("polyline", {"points": line}, stroke))
    return rendering.styles.dress(drawing, props.get("style"))


def _sparkline_points(points: Any) -> list[tuple[float, float]]:
    if not isinstance(points, list):
        raise PreviewProblem("props.points must be an array of numbers or of {x, y}")
    if all(isinstance(point, dict) for point in points):
        return [(point["x"], point["y"]) for point in points]
    return list(enumerate(points))


def _fill(rendering: Rendering, color: str | None) -> dict[str, str]:
    return {"fill": rendering.styles.color(color)} if color else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown_text(value: Any) -> str:
    """Return what a label shows for a value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
