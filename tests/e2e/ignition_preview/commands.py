"""Whether the service could take what a screen commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service_description import request_errors

DECISIONS = ("approve", "claim", "correct", "hold", "reject", "release", "undo")
ON_POSTINGS = ("retry", "reverse")
REPORTS = ("scrap_report", "consumption_report", "confirmation_report")
"""Reports become events on the gateway, which checks them itself."""


def command_faults(request: dict[str, Any]) -> Iterator[str]:
    name, body = request["command"], dict(request["body"])
    body.pop("badge", None)
    body = {key: value for key, value in body.items() if value not in (None, "")}
    if name in REPORTS:
        return
    if name == "retry_cause":
        path = "/v1/postings/causes/retry"
    else:
        noun = "approval" if name in DECISIONS else "posting"
        if name not in DECISIONS + ON_POSTINGS or not body.pop(f"{noun}_id", None):
            yield f"commands {name} without {noun}_id, or an unknown command"
            return
        path = f"/v1/{noun}s/{{{noun}_id}}/{name}"
    for error in request_errors(path, body | {"acting_user": request["user"]}):
        yield f"commands {name}, whose body is refused: {error}"
