"""A transport that answers as the reference of SAP's interfaces says, for unit tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from countersign.erp.sap.http import Call, Reply

JSON = {"Content-Type": "application/json;charset=utf-8"}

Answer = Reply | Exception | Callable[[Call], Reply]


def entity(row: dict[str, Any], status: int = 200, **headers: str) -> Reply:
    """Answer with one entity."""
    return Reply(status, {**JSON, **headers}, json.dumps({"d": row}).encode())


def collection(*rows: dict[str, Any], more: str = "") -> Reply:
    """Answer with a page of a collection."""
    inner: dict[str, Any] = {"results": list(rows)}
    if more:
        inner["__next"] = more
    return Reply(200, JSON, json.dumps({"d": inner}).encode())


def refusal(
    *details: dict[str, str], status: int = 400, code: str = "/IWBEP/CX_MGW_BUSI_EXCEPTION"
) -> Reply:
    """Answer with an error body as Gateway writes it."""
    error = {
        "code": code,
        "message": {"lang": "en", "value": "Exception raised without specific error"},
        "innererror": {"transactionid": "0123456789ABCDEF", "errordetails": list(details)},
    }
    return Reply(status, JSON, json.dumps({"error": error}).encode())


def detail(code: str, text: str, target: str = "", severity: str = "error") -> dict[str, str]:
    """Return one line of an error body."""
    return {"code": code, "message": text, "propertyref": target, "severity": severity}


class SayingSap:
    """Says what it was told, one answer per call; tokens are given without being told.

    ``calls`` are those that were not for a token. Reads without an answer left get none found.
    """

    base_url = "https://sap.example"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.calls: list[Call] = []
        self.tokens = 0
        self.sessions_dropped = 0

    def then(self, answers: Iterable[Answer]) -> None:
        self.answers.extend(answers)

    def send(self, call: Call) -> Reply:
        if call.headers.get("X-CSRF-Token") == "Fetch":
            self.tokens += 1
            return Reply(200, {**JSON, "x-csrf-token": f"token-{self.tokens}"}, b"{}")
        self.calls.append(call)
        if not self.answers:
            assert call.method == "GET", f"no answer was told for {call.method} {call.path}"
            return collection()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Reply) else answer(call)

    def forget_session(self) -> None:
        self.sessions_dropped += 1

    def close(self) -> None:
        """Nothing is open."""

    @property
    def body(self) -> dict[str, Any]:
        """Return the body of the last call."""
        data: dict[str, Any] = json.loads(self.calls[-1].body or b"{}")
        return data
