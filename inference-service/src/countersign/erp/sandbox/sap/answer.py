"""An answer: status, body and headers, and the error bodies of SAP Gateway."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from countersign.erp.sandbox.http import reply
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.settings import Settings

JSON = "application/json"
XML = "application/xml; charset=utf-8"
GENERIC_CODE = "/IWBEP/CX_MGW_BUSI_EXCEPTION"
WRAPPERS = {
    "API_MATERIAL_DOCUMENT_SRV": (
        "MM_IM_ODATA_API_MDOC/014",
        "Material Document processing failed",
    ),
}
"""What stands at the top of a service's errors; the cause is in the details."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back, over the wire or as a part of a batch."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> Answer:
        """Return the answer with more headers; ``_`` in a name stands for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(self.status, self.body, self.media_type, {**self.headers, **named})

    def wire(self) -> bytes:
        """Write the answer as HTTP."""
        extra = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return reply(self.status, self.media_type.encode(), self.body, extra.encode())


def json_answer(status: int, data: Any) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode())


def error_answer(refused: Refusal, service: str, settings: Settings) -> Answer:
    """Write a refusal as SAP Gateway does: a general code on top, the causes in the details."""
    first = refused.messages[0]
    gateway_own = "/" not in first.code.strip("/") or first.code.startswith("/")
    code, text = (first.code, first.text) if gateway_own else _wrapper(service, first)
    details = [] if gateway_own else [_detail(message, settings) for message in refused.messages]
    message: Any = {"lang": "en", "value": text}
    body = {
        "error": {
            "code": code,
            "message": [message] if settings.message_style == "array" else message,
            "innererror": {
                "application": {
                    "component_id": "",
                    "service_namespace": "/SAP/",
                    "service_id": service,
                    "service_version": "0001",
                },
                "transactionid": uuid.uuid4().hex.upper(),
                "timestamp": datetime.now(UTC).strftime("%Y%m%d%H%M%S.%f0"),
                "Error_Resolution": {
                    "SAP_Transaction": "Run transaction /IWFND/ERROR_LOG on the gateway hub",
                    "SAP_Note": "See SAP Note 1797736 for error analysis",
                },
                "errordetails": details,
            },
        }
    }
    return json_answer(refused.status, body)


def warnings_header(warnings: list[Message]) -> str:
    """Write warnings for the ``sap-message`` header of a call that was executed."""
    first, *others = (
        {"code": one.code, "message": one.text, "severity": one.severity, "target": ""}
        for one in warnings
    )
    return json.dumps({**first, "details": others})


def _wrapper(service: str, first: Message) -> tuple[str, str]:
    return WRAPPERS.get(service, (GENERIC_CODE, first.text))


def _detail(message: Message, settings: Settings) -> dict[str, str]:
    code = message.code
    if settings.code_style == "M7021":
        code = code.replace("/", "")
    target = message.target if settings.error_targets else ""
    return {
        "code": code,
        "message": message.text,
        "propertyref": target,
        "severity": message.severity,
        "target": target,
    }
