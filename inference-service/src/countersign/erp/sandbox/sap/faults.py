"""Faults of this system: what can go wrong on purpose, and what the client then sees."""

from __future__ import annotations

from countersign.erp.sandbox.faults import Strike
from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap.answer import Answer
from countersign.erp.sandbox.sap.locks import locked
from countersign.erp.sandbox.sap.messages import Refusal, refusal
from countersign.erp.sandbox.sap.sessions import Sessions

FAULTS = frozenset(
    {
        "drop_before",
        "drop_after",
        "drop_mid",
        "html_before",
        "html_after",
        "gateway_timeout",
        "server_error",
        "server_error_after",
        "rate_limit",
        "unavailable",
        "login_expired",
        "csrf_expired",
        "forbidden",
        "slow",
        "late",
        "lock",
        "cogi",
        "period_closed",
        "material_unknown",
        "unit_wrong",
        "stock_deficit",
    }
)
"""What can be injected; the README tells what each does."""

CALLS = frozenset(
    {
        "post",
        "change",
        "reverse",
        "find",
        "read",
        "csrf",
        "token",
        "journal",
        "idoc",
        "rfc",
        "commit",
    }
)

_PAGE = b"<!DOCTYPE html><title>Error</title><h1>Application Server Error</h1><p>Proxy node 3</p>"
_REFUSALS = {
    "period_closed": ("M7/053", ("2025/010", "2025/011", "1010"), "PostingDate"),
    "material_unknown": ("M3/305", ("?",), "Material"),
    "unit_wrong": ("BM/035", ("?",), "EntryUnit"),
    "stock_deficit": ("M7/021", ("unrestricted-use 1 PC", ":", "?", "?"), "QuantityInEntryUnit"),
}


def before_work(strike: Strike, request: Request, sessions: Sessions) -> Answer | None:
    """Return what a fault answers before any work is done; None lets the work begin."""
    fault = strike.fault
    wait = {"Retry-After": str(strike.retry_after_s)}
    if fault == "html_before":
        return Answer(200, _PAGE, "text/html")
    if fault == "server_error":
        return Answer(500, _PAGE, "text/html")
    if fault == "rate_limit":
        return Answer(429, b"Too Many Requests", "text/plain", wait)
    if fault == "unavailable":
        return Answer(503, _PAGE, "text/html", wait)
    if fault == "forbidden":
        return Answer(403, b"No authorization", "text/plain")
    if fault == "login_expired":
        sessions.revoke_token(request.token)
        return Answer(401, _PAGE, "text/html")
    if fault == "csrf_expired":
        sessions.end(request)
        headers = {"x-csrf-token": "Required"}
        return Answer(403, b"CSRF token validation failed", "text/plain", headers)
    return None


def refusal_of(strike: Strike, call: str, order: str) -> Refusal | None:
    """Return the refusal that a fault lets the business rules make."""
    if strike.fault == "lock":
        return locked("order", order or "?", "MEYER")
    if strike.fault in _REFUSALS:
        code, variables, target = _REFUSALS[strike.fault]
        return refusal(code, *variables, target=target)
    return None


def sent_instead(strike: Strike) -> Answer | None:
    """Return what a fault sends instead of the answer of work that is done."""
    if strike.fault == "html_after":
        return Answer(200, _PAGE, "text/html")
    if strike.fault == "gateway_timeout":
        return Answer(504, _PAGE, "text/html")
    if strike.fault == "server_error_after":
        return Answer(500, _PAGE, "text/html")
    return None
