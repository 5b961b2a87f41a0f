"""The answers: rows, errors and warnings of OData, V2 and V4, as JSON and as XML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from countersign.erp.sap.http import Reply, json_object
from countersign.erp.sap.triage import Message, code_of, severity_of

Row = dict[str, Any]


def rows_of(data: Row) -> list[Row]:
    """Return the rows of a collection; one entity is one row."""
    inner = data.get("d", data)
    if isinstance(inner, list):
        return inner
    for name in ("results", "value"):
        if isinstance(inner.get(name), list):
            rows: list[Row] = inner[name]
            return rows
    return [inner]


def row_of(data: Row) -> Row:
    """Return the entity of an answer, out of the shell that a function puts around it."""
    inner: Row = data.get("d", data)
    shell = list(inner)
    if len(shell) == 1 and isinstance(inner[shell[0]], dict):
        inner = inner[shell[0]]
    return inner


def nested(row: Row, navigation: str) -> list[Row]:
    """Return the rows behind a navigation; none where it was not expanded."""
    inner = row.get(navigation)
    if isinstance(inner, dict):
        results = inner.get("results")
        if isinstance(results, list):
            return results
        return [] if "__deferred" in inner else [inner]
    return inner if isinstance(inner, list) else []


def next_link(data: Row) -> str:
    """Return the address of the next page, or nothing."""
    inner = data.get("d", data)
    link = inner.get("__next") if isinstance(inner, dict) else None
    return str(link or data.get("@odata.nextLink") or "")


def etag_of(row: Row, reply: Reply) -> str:
    """Return the version of an entity, to be sent with what changes it."""
    metadata = row.get("__metadata")
    inside = metadata.get("etag") if isinstance(metadata, dict) else None
    return str(inside or row.get("@odata.etag") or reply.headers.get("ETag") or "")


def warnings_of(reply: Reply) -> str:
    """Return what SAP remarks on a success, from its header ``sap-message``."""
    header = reply.headers.get("sap-message", "")
    if not header:
        return ""
    try:
        data = json.loads(header)
    except ValueError:
        return header
    details = data.get("details") or []
    parts = [data, *(part for part in details if isinstance(part, dict))]
    said = [f"{part.get('message', '')} ({code_of(str(part.get('code', '')))})" for part in parts]
    return " ".join(said)


def messages_of(reply: Reply) -> list[Message]:
    """Return the messages of a refusal, the telling ones before the general one."""
    data = json_object(reply)
    error = data.get("error") if data else None
    if isinstance(error, dict):
        return [*_details(error), _top(error)]
    return _xml_messages(reply.body)


def _details(error: Row) -> Iterator[Message]:
    inner = error.get("innererror")
    listed = inner.get("errordetails") if isinstance(inner, dict) else error.get("details")
    if isinstance(listed, dict):
        listed = listed.get("errordetail")
    for detail in listed if isinstance(listed, list) else []:
        if isinstance(detail, dict):
            yield Message(
                code=code_of(str(detail.get("code", ""))),
                text=_text(detail.get("message")),
                severity=severity_of(str(detail.get("severity") or "error")),
                target=str(detail.get("propertyref") or detail.get("target") or ""),
            )


def _top(error: Row) -> Message:
    return Message(
        code=code_of(str(error.get("code", ""))),
        text=_text(error.get("message")),
        target=str(error.get("target") or ""),
    )


def _text(message: Any) -> str:
    """Return the words of a message, which releases write as text, object or list of objects."""
    if isinstance(message, list):
        message = message[0] if message else ""
    if isinstance(message, dict):
        message = message.get("value", "")
    return str(message or "")


def _xml_messages(body: bytes) -> list[Message]:
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return []
    if _local(root.tag) != "error":
        return []
    found: list[Message] = []
    for node in root.iter():
        parts = {_local(child.tag): child.text or "" for child in node}
        if "code" in parts and "message" in parts:
            severity = severity_of(parts.get("severity", "error"))
            target = parts.get("propertyref") or parts.get("target", "")
            found.append(Message(code_of(parts["code"]), parts["message"], severity, target))
    return found[1:] + found[:1]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
