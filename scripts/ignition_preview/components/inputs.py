"""Inputs: buttons, fields, choices. The preview shows their state; it does not act."""

from __future__ import annotations

from typing import Any

from ignition_preview.components.display import shown_text
from ignition_preview.icons import icon_element
from ignition_preview.instances import Component
from ignition_preview.markup import Element, div, span
from ignition_preview.numerals import format_numeral
from ignition_preview.problems import PreviewProblem
from ignition_preview.rendering import ANY, Rendering, component_type

TYPING = ("deferUpdates", "rejectUpdatesWhileFocused", "spellcheck")
"""Properties of how a field takes typing: nothing of them can be seen."""
ICON = {"color": ANY, "path": ANY, "style": ANY}


@component_type(
    "ia.input.button",
    {
        "align": ANY,
        "enabled": ANY,
        "image": {
            "height": ANY,
            "icon": ICON,
            "position": ANY,
            "source": ANY,
            "style": ANY,
            "width": ANY,
        },
        "justify": ANY,
        "primary": ANY,
        "text": ANY,
        "textStyle": ANY,
    },
)
def button(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a button with text and icon."""
    kind = "primary" if props.get("primary", True) else "secondary"
    element = Element("button", {"type": "button"}, classes=["ia_button", f"ia_button--{kind}"])
    _disable(element, props, f"ia_button--{kind}--disabled")
    text = span(shown_text(props.get("text", "Button")), "text")
    parts: list[Element | str] = [rendering.styles.dress(text, props.get("textStyle"))]
    image = props.get("image", {})
    if image.get("source"):
        raise PreviewProblem("the preview shows icons on buttons, not image sources")
    if image.get("icon", {}).get("path"):
        parts.insert(0, _button_icon(rendering, image))
    directions = {"right": "row-reverse", "top": "column", "bottom": "column-reverse"}
    inner = div("ia_button__content", children=parts)
    inner.style["flex-direction"] = directions.get(image.get("position", "left"), "row")
    inner.style["justify-content"] = props.get("justify", "center")
    inner.style["align-items"] = props.get("align", "center")
    element.children.append(inner)
    return rendering.styles.dress(element, props.get("style"))


def _button_icon(rendering: Rendering, image: dict[str, Any]) -> Element:
    icon = icon_element(image["icon"]["path"])
    icon.style["width"] = f"{image.get('width', 24)}px"
    icon.style["height"] = f"{image.get('height', 24)}px"
    if image["icon"].get("color"):
        icon.style["fill"] = rendering.styles.color(image["icon"]["color"])
    rendering.styles.dress(icon, image["icon"].get("style"))
    return rendering.styles.dress(icon, image.get("style"))


@component_type(
    "ia.input.text-field", dict.fromkeys(("enabled", "placeholder", "text", *TYPING), ANY)
)
def text_field(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a field for one line of text."""
    element = Element("input", {"type": "text"}, classes=["ia_textField", "ia_inputField"])
    element.attributes["value"] = shown_text(props.get("text", ""))
    element.attributes["placeholder"] = shown_text(props.get("placeholder", ""))
    _disable(element, props, "ia_textField--disabled")
    return rendering.styles.dress(element, props.get("style"))


@component_type(
    "ia.input.text-area",
    dict.fromkeys(("enabled", "placeholder", "resize", "text", "wrap", *TYPING), ANY),
)
def text_area(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a field for several lines of text."""
    element = Element("textarea", classes=["ia_textArea", "ia_inputField"])
    element.attributes["placeholder"] = shown_text(props.get("placeholder", ""))
    element.style["resize"] = props.get("resize", "none")
    element.children.append(shown_text(props.get("text", "")))
    _disable(element, props, "ia_textArea--disabled")
    return rendering.styles.dress(element, props.get("style"))


@component_type(
    "ia.input.numeric-entry-field",
    {
        "align": ANY,
        "containerStyle": ANY,
        "enabled": ANY,
        "format": ANY,
        "inputBounds": {"invalidStyle": ANY, "maximum": ANY, "minimum": ANY},
        "mode": ANY,
        "placeholder": ANY,
        "spinner": {"enabled": ANY, "increment": ANY},
        "tooltipText": ANY,
        "value": ANY,
    },
)
def numeric_field(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a field for a number; a value outside its bounds has the style for it."""
    value, bounds = props.get("value", ""), props.get("inputBounds", {})
    text = format_numeral(value, props.get("format", "0,0.##"))
    field = Element("input", {"type": "text", "value": text}, classes=["ia_inputField"])
    field.attributes["placeholder"] = shown_text(props.get("placeholder", ""))
    field.style["text-align"] = props.get("align", "right")
    rendering.styles.dress(field, props.get("style"))
    low, high = bounds.get("minimum"), bounds.get("maximum")
    if text and ((low is not None and value < low) or (high is not None and value > high)):
        rendering.styles.dress(field, bounds.get("invalidStyle"))
    element = div("ia_numericEntryField", children=[field])
    _disable(field, props, "ia_inputField--disabled")
    if props.get("spinner", {}).get("enabled", True):
        element.children.append(span("▴▾", "ia_numericEntryField__spinner"))
    return rendering.styles.dress(element, props.get("containerStyle"))


@component_type(
    "ia.input.dropdown",
    {
        "allowCustomOptions": ANY,
        "dropdownOptionStyle": ANY,
        "enabled": ANY,
        "maxMenuHeight": ANY,
        "minMenuHeight": ANY,
        "multiSelect": ANY,
        "options": [{"isDisabled": ANY, "label": ANY, "value": ANY}],
        "placeholder": {"color": ANY, "icon": ICON, "text": ANY},
        "search": dict.fromkeys(("enabled", "matching", "noResultsText", "searchParam"), ANY),
        "showClearIcon": ANY,
        "textAlign": ANY,
        "value": ANY,
        "wrapMultiSelectValues": ANY,
    },
)
def dropdown(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a closed dropdown with what is chosen."""
    if props.get("multiSelect", False):
        raise PreviewProblem("the preview shows dropdowns with a single choice only")
    value = props.get("value", "")
    chosen = [option for option in props.get("options", []) if option["value"] == value]
    if chosen:
        text = span(shown_text(chosen[0]["label"]), "ia_dropdown__value")
    else:
        placeholder = props.get("placeholder", {})
        text = span(shown_text(placeholder.get("text", "Select...")), "ia_dropdown__placeholder")
        if placeholder.get("color"):
            text.style["color"] = rendering.styles.color(placeholder["color"])
    text.style["text-align"] = props.get("textAlign", "left")
    element = div("ia_dropdown", children=[text, icon_element("material/arrow_drop_down")])
    element.attributes["role"] = "combobox"
    _disable(element, props, "ia_dropdown--disabled")
    return rendering.styles.dress(element, props.get("style"))


@component_type(
    "ia.input.toggle-switch",
    {
        "color": {"selected": ANY, "unselected": ANY},
        "enabled": ANY,
        "label": {"position": ANY, "style": ANY, "text": ANY},
        "selected": ANY,
    },
)
def toggle_switch(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show a switch with its label."""
    state = "selected" if props.get("selected", False) else "unselected"
    track = div("ia_toggleSwitch__track", children=[div("ia_toggleSwitch__thumb")])
    color = props.get("color", {}).get(state)
    if color:
        track.style["background-color"] = rendering.styles.color(color)
    label = props.get("label", {})
    parts: list[Element | str] = [track]
    if label.get("text"):
        text = span(shown_text(label["text"]), "ia_toggleSwitch__label")
        at = 0 if label.get("position", "right") == "left" else 1
        parts.insert(at, rendering.styles.dress(text, label.get("style")))
    element = div("ia_toggleSwitch", f"ia_toggleSwitch--{state}", children=parts)
    element.attributes |= {"role": "switch", "aria-checked": str(state == "selected").lower()}
    _disable(element, props, "ia_toggleSwitch--disabled")
    return rendering.styles.dress(element, props.get("style"))


@component_type(
    "ia.input.radio-group",
    {
        "align": ANY,
        "enabled": ANY,
        "index": ANY,
        "justify": ANY,
        "orientation": ANY,
        "radioStyle": ANY,
        "radios": [{"selected": ANY, "text": ANY, "value": ANY}],
        "textPosition": ANY,
        "value": ANY,
    },
)
def radio_group(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show choices of which one is taken."""
    element = div("ia_radioGroup")
    element.style["flex-direction"] = props.get("orientation", "row")
    element.style["justify-content"] = props.get("justify", "start")
    element.style["align-items"] = props.get("align", "center")
    sides = {"left": "row-reverse", "top": "column-reverse", "bottom": "column", "right": "row"}
    for option in props.get("radios", []):
        is_chosen = option["value"] == props.get("value", "")
        state = "checked" if is_chosen else "unchecked"
        parts = [icon_element(f"material/radio_button_{state}"), span(shown_text(option["text"]))]
        radio = div("ia_radioGroup__radio", children=[*parts])
        radio.attributes |= {"role": "radio", "aria-checked": str(is_chosen).lower()}
        radio.style["flex-direction"] = sides[props.get("textPosition", "right")]
        element.children.append(rendering.styles.dress(radio, props.get("radioStyle")))
    return rendering.styles.dress(element, props.get("style"))


@component_type(
    "ia.input.barcodescannerinput",
    dict.fromkeys(("captureMode", "data", "dataStyle", "prefix", "regex", "suffix", "window"), ANY),
)
def barcode_scanner(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show what was scanned; the component itself listens and has nothing to see."""
    scans = [span(shown_text(scan)) for scan in props.get("data", [])]
    for scan in scans:
        rendering.styles.dress(scan, props.get("dataStyle"))
    return rendering.styles.dress(div("ia_barcodeScanner", children=[*scans]), props.get("style"))


def _disable(element: Element, props: dict[str, Any], name: str) -> None:
    enabled = props.get("enabled", True)
    if not isinstance(enabled, bool):
        raise PreviewProblem(f"props.enabled must be true or false, not {enabled!r}")
    if not enabled:
        element.attributes["aria-disabled"] = "true"
        element.classes.append(name)
        if element.tag in ("button", "input", "textarea"):
            element.attributes["disabled"] = ""
