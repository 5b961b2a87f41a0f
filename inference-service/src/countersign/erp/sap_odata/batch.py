"""The batch: several changes in one call, carried out together or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from countersign.erp.sap.http import Call, Reply

BATCH = "batch_countersign"
CHANGESET = "changeset_countersign"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r?\n")


@dataclass(frozen=True, slots=True)
class Change:
    """One change within a changeset: the entity, its new values and the version they replace."""

    path: str
    body: dict[str, Any]
    etag: str


def call_of(root: str, fixed: Mapping[str, str], changes: Sequence[Change]) -> Call:
    """Write changes as one changeset."""
    parts = [_part(number, change) for number, change in enumerate(changes, start=1)]
    inside = "".join(f"--{CHANGESET}\r\n{part}\r\n" for part in parts)
    body = (
        f"--{BATCH}\r\nContent-Type: multipart/mixed; boundary={CHANGESET}\r\n\r\n"
        f"{inside}--{CHANGESET}--\r\n--{BATCH}--\r\n"
    )
    headers = {
        "Accept": "multipart/mixed",
        "Content-Type": f"multipart/mixed; boundary={BATCH}",
    }
    return Call("POST", f"{root}$batch", dict(fixed), headers, body.encode())


def replies_in(reply: Reply) -> list[Reply]:
    """Return the answers to the parts; one for the whole changeset when SAP refused it."""
    header = f"Content-Type: {reply.headers.get('Content-Type', '')}\r\n\r\n".encode()
    return list(_replies(header + reply.body))


def _part(number: int, change: Change) -> str:
    body = json.dumps(change.body, ensure_ascii=False, separators=(",", ":"))
    return (
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: {number}\r\n\r\n"
        f"PATCH {change.path} HTTP/1.1\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nIf-Match: {change.etag}\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}\r\n"
    )


def _replies(raw: bytes) -> Iterator[Reply]:
    message = BytesParser(policy=HTTP).parsebytes(raw)
    for part in message.walk():
        if part.get_content_type() != "application/http":
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        found = _STATUS.match(content.lstrip())
        if found is None:
            continue
        rest = content.lstrip()[found.end() :]
        head, _, body = rest.partition(b"\r\n\r\n")
        headers = BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n")
        yield Reply(int(found[1]), dict(headers.items()), body.strip())
