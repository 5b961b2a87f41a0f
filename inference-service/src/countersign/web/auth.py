"""Who calls: bearer keys with scopes, and the person that a gateway acts for."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from countersign.decide.approvals import Approver
from countersign.erp.documents import DOCUMENT_KINDS
from countersign.store import api_keys, people
from countersign.store.api_keys import ApiKey
from countersign.store.database import Database
from countersign.web.problems import Problem

SCOPES = (
    "events.write",
    "events.read",
    "approve",
    "postings.read",
    "pp.order",
    "mm.im",
    "qm",
    "fi",
    "metrics",
    "admin",
)
SCOPE_OF_KIND = {
    "production_confirmation": "pp.order",
    "goods_issue": "mm.im",
    "scrap_report": "mm.im",
    "goods_movement": "mm.im",
    "inventory_count": "mm.im",
    "purchase_requisition": "mm.im",
    "reservation": "mm.im",
    "inspection_result": "qm",
    "usage_decision": "qm",
    "quality_notification": "qm",
    "maintenance_notification": "qm",
    "order_status_change": "pp.order",
    "journal_entry": "fi",
}
CACHE_S = 5.0
MAX_CACHED_KEYS = 1000

View = TypeVar("View", bound=Callable[..., Any])

if set(SCOPE_OF_KIND) != set(DOCUMENT_KINDS):
    raise AssertionError("every kind of document needs a scope")


class KeyRing:
    """Checks bearer keys; a key that was just checked is remembered for some seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._checked: dict[str, tuple[float, ApiKey]] = {}

    def check(self, header: str | None) -> ApiKey:
        """Return the key behind an Authorization header; raises a 401 problem."""
        if not header:
            raise _unauthorized("send the header 'Authorization: Bearer <key>'")
        clock = time.monotonic()
        cached = self._checked.get(header)
        if cached is not None and cached[0] > clock:
            return cached[1]
        key = self._read(header)
        if len(self._checked) > MAX_CACHED_KEYS:
            self._checked.clear()
        self._checked[header] = (clock + CACHE_S, key)
        return key

    def _read(self, header: str) -> ApiKey:
        scheme, _, text = header.partition(" ")
        prefix, _, rest = text.strip().partition("_")
        key_id, _, secret = rest.partition("_")
        if scheme.lower() != "bearer" or prefix != api_keys.PREFIX or not secret:
            raise _unauthorized("the key does not have the form csk_<id>_<secret>")
        with self._database.read() as connection:
            key = api_keys.read(connection, key_id)
        given = api_keys.hash_secret(secret)
        if key is None or not hmac.compare_digest(key.secret_hash, given):
            raise _unauthorized("the key is unknown or was revoked")
        if key.expires_at is not None and key.expires_at <= datetime.now(UTC):
            raise _unauthorized(f"the key expired at {key.expires_at.isoformat()}")
        return key


def requires(*scopes: str) -> Callable[[View], View]:
    """Let a view be called only with a key that has one of the scopes (``admin`` has all)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            key = g.services.keys.check(request.headers.get("Authorization"))
            if not key.scopes & {"admin", *scopes}:
                raise forbidden(f"this needs a key with the scope {' or '.join(scopes)}")
            g.key = key
            return view(*args, **kwargs)

        return checked  # type: ignore[return-value]

    return decorate


def actor() -> str:
    """Return the name of the caller for the audit."""
    return f"key:{g.key.name}"


def acting_person(person_id: str | None) -> Approver:
    """Return the person a gateway acts for, with the roles that the service itself knows."""
    if not person_id:
        raise Problem(
            422,
            "invalid-message",
            "The message breaks its contract",
            errors=[("/acting_user", "is missing: name the person who decides")],
        )
    with g.services.database.read() as connection:
        person = people.read(connection, person_id)
    if person is None or not person.is_active:
        raise forbidden(f"{person_id!r} is no active person known to the service")
    return Approver(person.person_id, person.roles)


def forbidden(detail: str) -> Problem:
    """Return a 403 problem."""
    return Problem(403, "forbidden", "Not allowed", detail)


def _unauthorized(detail: str) -> Problem:
    return Problem(
        401, "unauthorized", "No valid key", detail, headers={"WWW-Authenticate": "Bearer"}
    )
