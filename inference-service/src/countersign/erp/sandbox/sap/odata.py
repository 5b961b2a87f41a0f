"""An OData call: read, make, change, or call a function, answered as SAP Gateway does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from countersign.erp.sandbox.sap import address as addresses
from countersign.erp.sandbox.sap import atom, metadata, payload, transactions
from countersign.erp.sandbox.sap.address import Address, not_found
from countersign.erp.sandbox.sap.answer import (
    JSON,
    XML,
    Answer,
    json_answer,
    warnings_header,
)
from countersign.erp.sandbox.sap.edm import EdmError, from_literal
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.payload import bad_request
from countersign.erp.sandbox.sap.query import parse_filter, parse_order
from countersign.erp.sandbox.sap.rendering import Rendering, etag, related
from countersign.erp.sandbox.sap.store import COLUMNS, Row
from countersign.erp.sandbox.sap.system import System, Work
from countersign.erp.sandbox.sap.tables import EntityType, Parameter, entity

OPTIONS = frozenset(
    {
        "$filter",
        "$top",
        "$skip",
        "$select",
        "$expand",
        "$orderby",
        "$inlinecount",
        "$format",
        "$skiptoken",
        "sap-client",
        "sap-language",
    }
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, alone or as a part of a batch; header names are in small letters."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    host: str

    @property
    def wants_json(self) -> bool:
        """Tell whether the client asked for JSON; without asking it gets Atom."""
        return JSON in self.headers.get("accept", "") or self.query.get("$format") == "json"


def answer(system: System, work: Work, call: Call) -> Answer:
    """Serve a call.

    Raises:
        Refusal: it makes no sense or breaks a rule.
    """
    address = addresses.read(call.path)
    if address.resource in address.service.functions:
        return _function(system, work, call, address)
    if call.method in ("GET", "HEAD"):
        return _read(system, call, address)
    if call.method == "POST" and address.key is None:
        return _create(system, work, call, address.entity)
    if call.method in ("PATCH", "MERGE", "PUT") and address.key is not None:
        return _update(system, work, call, address)
    raise _not_allowed(call.method, address.resource)


def _read(system: System, call: Call, address: Address) -> Answer:
    if address.resource == "":
        names = sorted(address.service.entities)
        return json_answer(200, {"d": {"EntitySets": names}})
    if address.resource == "$metadata":
        return Answer(200, metadata.document(address.service).encode(), XML)
    unknown = [name for name in call.query if name.startswith("$") and name not in OPTIONS]
    if unknown:
        raise bad_request("/IWBEP/CM_MGW_RT/176", f"Unknown query option {unknown[0]}")
    type_ = address.entity
    if address.key is None:
        return _collection(system, call, address, type_, None)
    row = _row(system, type_, address.key)
    if address.rest:
        navigation = type_.navigations.get(address.rest.removesuffix("/$count"))
        if navigation is None:
            raise not_found(f"Resource not found for the segment '{address.rest}'")
        rows = related(system.store, type_, row, navigation)
        target = entity(navigation.target)
        if navigation.many:
            return _collection(system, call, address, target, rows)
        if not rows:
            raise not_found(f"Resource not found for the segment '{address.rest}'")
        type_, row = target, rows[0]
    rendering = _rendering(system, call, address)
    rendering.check(type_)
    found = _shown(call, {"d": rendering.entry(type_, row)}, type_)
    return found.with_headers(ETag=etag(type_, row)) if type_.etag else found


def _collection(
    system: System, call: Call, address: Address, type_: EntityType, rows: list[Row] | None
) -> Answer:
    rendering = _rendering(system, call, address)
    rendering.check(type_)
    found = _filtered(system, type_, call.query.get("$filter", ""), rows)
    if "$orderby" in call.query:
        found = parse_order(call.query["$orderby"], type_)(found)
    if address.rest.endswith("$count"):
        return Answer(200, str(len(found)).encode(), "text/plain;charset=utf-8")
    start = _whole(call.query, "$skiptoken", _whole(call.query, "$skip", 0))
    most = _whole(call.query, "$top", len(found))
    end = min(len(found), _whole(call.query, "$skip", 0) + most)
    page = found[start:end][: system.settings.page_size]
    data: dict[str, Any] = {"results": [rendering.entry(type_, row) for row in page]}
    if call.query.get("$inlinecount") == "allpages":
        data["__count"] = str(len(found))
    if start + len(page) < end:
        data["__next"] = _next_page(call, address, start + len(page))
    return _shown(call, {"d": data}, type_)


def _filtered(system: System, type_: EntityType, text: str, rows: list[Row] | None) -> list[Row]:
    if not text:
        return system.store.find(type_.name) if rows is None else rows
    condition = parse_filter(text, type_)
    if rows is None:
        columns = {name: value for name, value in condition.equal.items() if name in COLUMNS}
        rows = system.store.find(type_.name, **columns)
    return [row for row in rows if condition.condition(row)]


def _create(system: System, work: Work, call: Call, type_: EntityType) -> Answer:
    creator = transactions.CREATORS.get(type_.name)
    if creator is None:
        raise _not_allowed("POST", type_.name)
    _require_json(call)
    row, children = payload.read(call.body, type_)
    made = creator(work, row, children)
    rendering = Rendering(system.store, _base(call, type_.service))
    data = rendering.entry(type_, made)
    data |= {name: {"results": []} for name in children}
    shown = _shown(call, {"d": data}, type_, status=201)
    shown = shown.with_headers(Location=rendering.address(type_, made))
    return _with_warnings(shown, work)


def _update(system: System, work: Work, call: Call, address: Address) -> Answer:
    type_ = address.entity
    updater = transactions.UPDATERS.get(type_.name)
    if updater is None or not type_.update:
        raise _not_allowed(call.method, type_.name)
    assert address.key is not None
    row = _row(system, type_, address.key)
    given = call.headers.get("if-match", "")
    if type_.etag and not given:
        text = f"If-Match is required to change {type_.name}"
        raise Refusal([Message("/IWFND/CM_MGW/428", text)], 428)
    if type_.etag and given not in ("*", etag(type_, row)):
        raise Refusal([Message("/IWBEP/CM_MGW_RT/412", "Precondition failed")], 412)
    _require_json(call)
    changes, _ = payload.read(call.body, type_, whole=False)
    for name in type_.keys:
        if changes.get(name, row[name]) != row[name]:
            raise bad_request("/IWBEP/CM_MGW_RT/021", f"Key '{name}' cannot be changed", name)
    updater(work, row, changes)
    return Answer(204)


def _function(system: System, work: Work, call: Call, address: Address) -> Answer:
    method, parameters = address.service.functions[address.resource]
    if call.method != method:
        raise _not_allowed(call.method, address.resource)
    unknown = [name for name in call.query if name not in parameters and name not in OPTIONS]
    if unknown:
        text = f"Unknown parameter '{unknown[0]}' of function import '{address.resource}'"
        raise bad_request("/IWBEP/CM_MGW_RT/022", text, unknown[0])
    values = {
        name: _parameter(address.resource, parameter, call.query.get(name))
        for name, parameter in parameters.items()
    }
    kind, data = transactions.FUNCTIONS[address.service.name, address.resource](work, values)
    rendering = Rendering(system.store, _base(call, address.service.name))
    body: dict[str, Any]
    if kind in address.service.entities:
        type_ = entity(kind)
        if isinstance(data, list):
            body = {"results": [rendering.entry(type_, row) for row in data]}
        else:
            body = rendering.entry(type_, data)
    else:
        body = {address.resource: data}
    return _with_warnings(json_answer(200, {"d": body}), work)


def _parameter(function: str, parameter: Parameter, text: str | None) -> Any:
    if text is None:
        if parameter.mandatory:
            problem = f"Parameter '{parameter.name}' of '{function}' is missing"
            raise bad_request("/IWBEP/CM_MGW_RT/022", problem, parameter.name)
        return parameter.as_property().default
    try:
        return from_literal(parameter.as_property(), text)
    except EdmError as error:
        problem = f"Parameter '{parameter.name}' of '{function}': {error}"
        raise bad_request("/IWBEP/CM_MGW_RT/022", problem, parameter.name) from None


def _row(system: System, type_: EntityType, key: dict[str, str]) -> Row:
    row = system.store.get(type_.name, *(key[name] for name in type_.keys))
    if row is None:
        raise not_found(f"{type_.name} {', '.join(key.values())} does not exist")
    return row


def _rendering(system: System, call: Call, address: Address) -> Rendering:
    return Rendering(
        system.store,
        _base(call, address.service.name),
        call.query.get("$select", ""),
        call.query.get("$expand", ""),
    )


def _base(call: Call, service: str) -> str:
    version = re.match(rf"{re.escape(addresses.PREFIX)}[A-Za-z0-9_]+(;v=\d+)?", call.path)
    suffix = (version[1] or "") if version else ""
    return f"http://{call.host}{addresses.PREFIX}{service}{suffix}"


def _next_page(call: Call, address: Address, start: int) -> str:
    query = {**call.query, "$skiptoken": str(start)}
    text = "&".join(f"{quote(name, safe='$-')}={quote(value)}" for name, value in query.items())
    return f"http://{call.host}{quote(call.path, safe=_SAFE)}?{text}"


_SAFE = "/()'=,;"


def _shown(call: Call, data: dict[str, Any], type_: EntityType, *, status: int = 200) -> Answer:
    if call.wants_json:
        return json_answer(status, data)
    return Answer(status, atom.document(data["d"], type_).encode(), atom.MEDIA_TYPE)


def _with_warnings(answered: Answer, work: Work) -> Answer:
    if not work.warnings:
        return answered
    return answered.with_headers(sap_message=warnings_header(work.warnings))


def _whole(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text):
        raise bad_request("/IWBEP/CM_MGW_RT/176", f"{name} is no whole number: {text}")
    return int(text)


def _require_json(call: Call) -> None:
    if not call.headers.get("content-type", "").startswith(JSON):
        raise Refusal([Message("/IWFND/CM_MGW/415", "Unsupported media type requested")], 415)


def _not_allowed(method: str, name: str) -> Refusal:
    text = f"Method {method} is not allowed for '{name}'"
    return Refusal([Message("/IWFND/CM_MGW/405", text)], 405)
