"""OData V4, which SAP offers for planned orders only: read, in the form of that version."""

from __future__ import annotations

import re
from typing import Any

from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap.address import not_found
from countersign.erp.sandbox.sap.answer import Answer, json_answer
from countersign.erp.sandbox.sap.edm import converted
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.payload import bad_request
from countersign.erp.sandbox.sap.query import parse_filter, parse_order
from countersign.erp.sandbox.sap.rendering import related
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import System, Work
from countersign.erp.sandbox.sap.tables import EntityType, entity, services

PREFIX = "/sap/opu/odata4/sap/"
ROOT = f"{PREFIX}api_plannedorder/srvd_a2x/sap/plannedorder/0001/"
SERVICE = "api_plannedorder"

_ONE = re.compile(r"(\w+)(?:\('([^']*)'\)|/([^/]+))?")
_DATE = re.compile(r"(?<!')\b(\d{4}-\d{2}-\d{2})(T[0-9:.]+Z)?\b(?!')")
_CONTAINS = re.compile(r"contains\((\w+),\s*('(?:[^']|'')*')\)")


class PlannedOrders:
    """Serves the planned orders; numbers are JSON numbers unless the client asks otherwise."""

    def __init__(self, system: System) -> None:
        self._system = system

    def serve(self, work: Work, request: Request) -> Answer:
        """Serve one call."""
        try:
            return json_answer(200, self._read(request))
        except Refusal as refused:
            first = refused.messages[0]
            error = {"code": first.code, "message": first.text, "details": []}
            return json_answer(refused.status, {"error": error})

    def _read(self, request: Request) -> dict[str, Any]:
        if request.method not in ("GET", "HEAD"):
            raise Refusal([Message("/IWBEP/CM_V4_COS/405", "Method not allowed")], 405)
        if not request.path.startswith(ROOT):
            raise not_found("No service found")
        rest = request.path.removeprefix(ROOT)
        if not rest:
            sets = [{"name": name, "url": name} for name in services()[SERVICE].entities]
            return {"@odata.context": "$metadata", "value": sets}
        match = _ONE.fullmatch(rest)
        if match is None or match[1] not in services()[SERVICE].entities:
            raise not_found(f"Resource not found for segment '{rest}'")
        type_ = entity(match[1])
        as_text = "ieee754compatible=true" in request.header("accept").lower()
        key = match[2] or match[3]
        if not key:
            return self._collection(type_, request, as_text)
        row = self._system.store.get(type_.name, converted(type_.properties["PlannedOrder"], key))
        if row is None:
            raise not_found(f"{type_.name} {key} does not exist")
        context = {"@odata.context": f"$metadata#{type_.name}/$entity"}
        return context | self._entry(type_, row, request.query.get("$expand", ""), as_text)

    def _collection(self, type_: EntityType, request: Request, as_text: bool) -> dict[str, Any]:
        query = request.query
        rows = self._system.store.find(type_.name)
        if "$filter" in query:
            condition = parse_filter(_as_v2(query["$filter"]), type_).condition
            rows = [row for row in rows if condition(row)]
        if "$orderby" in query:
            rows = parse_order(query["$orderby"], type_)(rows)
        start = _whole(query, "$skiptoken", _whole(query, "$skip", 0))
        end = min(len(rows), _whole(query, "$skip", 0) + _whole(query, "$top", len(rows)))
        page = rows[start:end][: self._system.settings.page_size]
        data: dict[str, Any] = {"@odata.context": f"$metadata#{type_.name}"}
        if query.get("$count") == "true":
            data["@odata.count"] = len(rows)
        expand = query.get("$expand", "")
        data["value"] = [self._entry(type_, row, expand, as_text) for row in page]
        if start + len(page) < end:
            kept = {**query, "$skiptoken": str(start + len(page))}
            text = "&".join(f"{name}={value}" for name, value in kept.items())
            data["@odata.nextLink"] = f"{type_.name}?{text}"
        return data

    def _entry(self, type_: EntityType, row: Row, expand: str, as_text: bool) -> dict[str, Any]:
        data = {name: _shown(type_, name, row[name], as_text) for name in type_.properties}
        for name in filter(None, expand.split(",")):
            navigation = type_.navigations.get(name)
            if navigation is None:
                raise bad_request("/IWBEP/CM_V4_RUNTIME/014", f"Property {name} not found")
            target = entity(navigation.target)
            data[name] = [
                self._entry(target, other, "", as_text)
                for other in related(self._system.store, type_, row, navigation)
            ]
        return data


def _shown(type_: EntityType, name: str, value: Any, as_text: bool) -> Any:
    if type_.properties[name].type == "Edm.Decimal" and not as_text:
        return float(value) if "." in value else int(value)
    if type_.properties[name].type == "Edm.DateTimeOffset" and value:
        return value.replace("+00:00", "Z")
    return value


def _as_v2(text: str) -> str:
    """Write a V4 filter in V2's words: bare dates get their type, contains turns round."""
    dated = _DATE.sub(lambda found: f"datetime{_quoted(found)}", text)
    return _CONTAINS.sub(r"substringof(\2,\1)", dated)


def _quoted(found: re.Match[str]) -> str:
    return f"'{found[1]}T00:00:00'" if found[2] is None else f"offset'{found[1]}{found[2]}'"


def _whole(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdigit():
        raise bad_request("/IWBEP/CM_V4_RUNTIME/036", f"{name} is no whole number: {text}")
    return int(text)
