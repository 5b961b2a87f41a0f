"""A batch: several calls in one; a change set of it is booked whole or not at all."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap import odata
from countersign.erp.sandbox.sap.answer import Answer, error_answer
from countersign.erp.sandbox.sap.messages import Refusal
from countersign.erp.sandbox.sap.payload import bad_request
from countersign.erp.sandbox.sap.system import System, Work

_BOUNDARY = re.compile(r'multipart/mixed\s*;.*?boundary="?([^";]+)"?', re.IGNORECASE)


def answer(system: System, work: Work, request: Request) -> Answer:
    """Serve a batch.

    Raises:
        Refusal: it is no multipart document.
    """
    root = request.path.removesuffix("$batch")
    parts = _parts(request.header("content-type"), request.body)
    host = request.header("host")
    boundary = "ejjeeffe0"
    sent = b""
    for head, body in parts:
        if _BOUNDARY.search(head.get("content-type", "")):
            media_type, text = _change_set(system, work, root, host, head, body)
        else:
            media_type, text = "application/http", _single(system, work, root, host, body)
        sent += _part(boundary, media_type, text)
    sent += f"--{boundary}--\r\n".encode()
    return Answer(202, sent, f"multipart/mixed; boundary={boundary}")


def _change_set(
    system: System, work: Work, root: str, host: str, head: dict[str, str], body: bytes
) -> tuple[str, bytes]:
    boundary = "ejjeeffe1"
    sent = b""
    try:
        with system.store.transaction():
            for part_head, part in _parts(head["content-type"], body):
                call = _call(root, host, part)
                if call.method == "GET":
                    raise bad_request("/IWFND/CM_MGW/086", "A change set takes no GET")
                done = odata.answer(system, work, call)
                name = part_head.get("content-id", "")
                sent += _part(boundary, "application/http", _http(done, name))
    except Refusal as refused:
        service = root.rstrip("/").rpartition("/")[2]
        return "application/http", _http(error_answer(refused, service, system.settings))
    sent += f"--{boundary}--\r\n".encode()
    return f"multipart/mixed; boundary={boundary}", sent


def _single(system: System, work: Work, root: str, host: str, part: bytes) -> bytes:
    try:
        call = _call(root, host, part)
        if call.method != "GET":
            raise bad_request("/IWFND/CM_MGW/086", "Only a change set may change something")
        return _http(odata.answer(system, work, call))
    except Refusal as refused:
        service = root.rstrip("/").rpartition("/")[2]
        return _http(error_answer(refused, service, system.settings))


def _parts(content_type: str, body: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Split a multipart body into heads and contents."""
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise bad_request("/IWFND/CM_MGW/087", "The batch has no boundary")
    pieces = body.split(f"--{match[1].strip()}".encode())
    if len(pieces) < 3 or not pieces[-1].lstrip().startswith(b"--"):
        raise bad_request("/IWFND/CM_MGW/087", "The batch does not end with its boundary")
    return [_split_head(piece.removeprefix(b"\r\n")) for piece in pieces[1:-1]]


def _split_head(text: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = text.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers, body


def _call(root: str, host: str, part: bytes) -> odata.Call:
    """Read the HTTP call of a part; its address counts from the service's root."""
    line, _, rest = part.lstrip().partition(b"\r\n")
    words = line.decode("latin-1").split(" ")
    if len(words) < 2:
        raise bad_request("/IWFND/CM_MGW/087", f"No call: {line.decode('latin-1')}")
    headers, body = _split_head(rest)
    path, _, query = words[1].partition("?")
    if not path.startswith("/"):
        path = root + path
    return odata.Call(
        method=words[0],
        path=unquote(path),
        query=dict(parse_qsl(query)),
        headers=headers,
        body=body.rstrip(b"\r\n"),
        host=host,
    )


def _http(done: Answer, content_id: str = "") -> bytes:
    headers = {
        "Content-Type": done.media_type,
        "Content-Length": str(len(done.body)),
        **({"Content-ID": content_id} if content_id else {}),
        **done.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    reason = HTTPStatus(done.status).phrase
    return f"HTTP/1.1 {done.status} {reason}\r\n{lines}\r\n".encode() + done.body


def _part(boundary: str, media_type: str, text: bytes) -> bytes:
    encoding = "Content-Transfer-Encoding: binary\r\n" if media_type == "application/http" else ""
    head = f"--{boundary}\r\nContent-Type: {media_type}\r\n{encoding}\r\n"
    return head.encode() + text + b"\r\n"
