"""The table, with columns that show values or small views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ignition_preview.components.display import shown_text
from ignition_preview.instances import Component, Embedding
from ignition_preview.markup import Element, div, span
from ignition_preview.numerals import format_numeral
from ignition_preview.problems import PreviewProblem
from ignition_preview.rendering import ANY, Rendering, component_type
from ignition_preview.scripts import Date

UNSEEN_COLUMN_KEYS = (
    "boolean",
    "editable",
    "filter",
    "number",
    "progressBar",
    "resizable",
    "sort",
    "sortable",
    "toggleSwitch",
)
"""What the Designer writes for every column and what shows nothing with the other properties."""
HEADER = dict.fromkeys(("align", "justify", "style", "title"), ANY)


@component_type(
    "ia.display.table",
    {
        "cells": {"allowEditOn": ANY, "style": ANY},
        "columns": [
            {
                "align": ANY,
                "dateFormat": ANY,
                "field": ANY,
                "footer": ANY,
                "header": HEADER,
                "justify": ANY,
                "nullFormat": ANY,
                "numberFormat": ANY,
                "render": ANY,
                "strictWidth": ANY,
                "style": ANY,
                "viewParams": ANY,
                "viewPath": ANY,
                "visible": ANY,
                "width": ANY,
                **dict.fromkeys(UNSEEN_COLUMN_KEYS, ANY),
            }
        ],
        "data": ANY,
        "emptyMessage": {"noData": {"icon": ANY, "style": ANY, "text": ANY}},
        "filter": ANY,
        "headerStyle": ANY,
        "pager": ANY,
        "rows": {"height": ANY, "highlight": ANY, "striped": ANY, "style": ANY},
        "selection": ANY,
        "virtualized": ANY,
    },
)
def table(rendering: Rendering, component: Component, props: dict[str, Any]) -> Element:
    """Show rows of data under a head."""
    columns = [column for column in props.get("columns", []) if column.get("visible", True)]
    data = props.get("data", [])
    if not columns or not isinstance(data, list):
        raise PreviewProblem("a table needs columns and an array of rows")
    head = div("ia_table__head", children=[_head_cell(rendering, each) for each in columns])
    rendering.styles.dress(head, props.get("headerStyle"))
    body_of_rows = _Body(rendering, component, props, columns)
    rows = [body_of_rows.row(index, row) for index, row in enumerate(data)]
    body = div("ia_table__body", children=[*rows])
    body.attributes["data-scrolls"] = "y"
    if not rows:
        body.children.append(_empty_message(rendering, props))
    element = div("ia_table", "ia_tableComponent", children=[head, body])
    return rendering.styles.dress(element, props.get("style"))


def _head_cell(rendering: Rendering, column: dict[str, Any]) -> Element:
    header = column.get("header", {})
    text = span(shown_text(header.get("title") or column["field"]))
    cell = div("ia_table__cell", "ia_table__head__header__cell", children=[text])
    _place(cell, column | header)
    return rendering.styles.dress(cell, header.get("style"))


@dataclass(frozen=True)
class _Body:
    """The rows of one table."""

    rendering: Rendering
    component: Component
    props: dict[str, Any]
    columns: list[dict[str, Any]]

    def row(self, index: int, row: Any) -> Element:
        """Return one row; a row may bring its own style beside its value."""
        values, style = row, None
        if set(row) <= {"value", "style", "subview"} and isinstance(row.get("value"), dict):
            values, style = row["value"], row.get("style")
        cells = [self._cell(index, place, values) for place in range(len(self.columns))]
        parity = "odd" if index % 2 else "even"
        element = div("ia_table__body__row", f"ia_table__body__row--{parity}", children=[*cells])
        settings = self.props.get("rows", {})
        if settings.get("height"):
            element.style["height"] = f"{settings['height']}px"
        if self.props.get("selection", {}).get("selectedRow") == index:
            element.classes.append("ia_table__body__row--selected")
        if self.component.has_touched_rows:
            element.attributes["data-touch"] = "true"
        self.rendering.styles.dress(element, settings.get("style"))
        return self.rendering.styles.dress(element, style)

    def _cell(self, index: int, place: int, row: dict[str, Any]) -> Element:
        column = self.columns[place]
        if column["field"] not in row:
            raise PreviewProblem(f'row {index} of the table has no "{column["field"]}"')
        value, style = row[column["field"]], None
        if isinstance(value, dict) and "value" in value and set(value) <= {"value", "style"}:
            value, style = value["value"], value.get("style")
        if column.get("render", "auto") == "view":
            content = self._view(index, place, row, value)
        else:
            content = span(_cell_text(self.rendering, column, value))
        cell = div("ia_table__cell", children=[content])
        _place(cell, column)
        for each in (self.props.get("cells", {}).get("style"), column.get("style"), style):
            self.rendering.styles.dress(cell, each)
        return cell

    def _view(self, index: int, place: int, row: dict[str, Any], value: Any) -> Element:
        column = self.columns[place]
        given = {
            "column": column["field"],
            "columnIndex": place,
            "row": index,
            "rowData": row,
            "rowIndex": index,
            "value": value,
        }
        path = column.get("viewPath", "")
        declared = self.rendering.project.view(path).get("params", {})
        params = {name: given[name] for name in given if name in declared}
        where = Embedding(f"[{index}][{place}]", self.component)
        return self.rendering.view(path, params | column.get("viewParams", {}), {}, where)


def _cell_text(rendering: Rendering, column: dict[str, Any], value: Any) -> str:
    kind = column.get("render", "auto")
    if kind not in ("auto", "string", "number", "date", "boolean"):
        raise PreviewProblem(f'the preview does not know the column render "{kind}"')
    if value is None:
        return shown_text(column.get("nullFormat", {}).get("nullFormatValue", ""))
    if isinstance(value, Date):
        scripts = rendering.session.binder.surroundings.scripts
        return scripts.format_date(value, column.get("dateFormat", "yyyy-MM-dd HH:mm"))
    if isinstance(value, int | float) and not isinstance(value, bool) and kind != "string":
        return format_numeral(value, column.get("numberFormat", "0,0.##"))
    return shown_text(value)


def _place(cell: Element, column: dict[str, Any]) -> None:
    width = column.get("width")
    if width not in (None, ""):
        grow = 0 if column.get("strictWidth", False) else 1
        cell.style["flex"] = f"{grow} 0 {width}px"
        cell.style["min-width"] = "0"
    sides = {"left": "flex-start", "center": "center", "right": "flex-end"}
    cell.style["justify-content"] = sides.get(column.get("justify", "left"), "flex-start")
    heights = {"top": "flex-start", "center": "center", "bottom": "flex-end"}
    cell.style["align-items"] = heights.get(column.get("align", "center"), "center")


def _empty_message(rendering: Rendering, props: dict[str, Any]) -> Element:
    message = props.get("emptyMessage", {}).get("noData", {})
    text = span(shown_text(message.get("text", "No Data")))
    element = div("ia_table__emptyMessage", children=[text])
    return rendering.styles.dress(element, message.get("style"))
