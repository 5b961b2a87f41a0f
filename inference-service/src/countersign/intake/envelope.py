"""An envelope: bytes from outside become events, or problems that say what to mend."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NoReturn

from countersign.contracts.validators import event_errors
from countersign.nouns.event import USE_CASE_OF_TYPE, Event, event_id_of
from countersign.store.database import canonical_json

MAX_ERRORS = 50


class NotJson(Exception):
    """The bytes are not JSON as RFC 8259 wants it; the text says where."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that breaks the contract: what is wrong, by JSON Pointer."""

    source: str
    key: str
    errors: tuple[tuple[str, str], ...]
    digest: str


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON value")


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise NotJson(f"the member {repeated!r} stands twice in one object")
    return found


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeated)


def parse_json(body: bytes) -> Any:
    """Read JSON strictly: UTF-8, no NaN, no repeated members; raises :class:`NotJson`."""
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJson(f"the body is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise NotJson("the body is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} (line {error.lineno}, column {error.colno})") from error
    except ValueError as error:
        raise NotJson("a number has too many digits") from error


def read_event(value: Any, received_at: datetime) -> Event | Refusal:
    """Check one event against the contract and make it a noun."""
    errors = event_errors(value)
    if errors:
        return _refusal(value, tuple((where, text) for where, _, text in errors[:MAX_ERRORS]))
    try:
        text = canonical_json(value)
        digest = sha256(text.encode()).hexdigest()
        occurred_at = _time(value["time"])
    except UnicodeEncodeError:
        return _refusal(value, (("", "holds half of a surrogate pair, which is no character"),))
    except OverflowError:
        return _refusal(value, (("/time", "lies outside the years 1 to 9999 in UTC"),))
    data = value["data"]
    return Event(
        event_id=event_id_of(value["source"], value["id"]),
        source=value["source"],
        key=value["id"],
        type=value["type"],
        use_case=USE_CASE_OF_TYPE[value["type"]],
        occurred_at=occurred_at,
        received_at=received_at,
        site_id=data["site_id"],
        order_id=data["order_id"],
        operation_id=data["operation_id"],
        digest=digest,
        text=text,
        body=value,
    )


def restore_event(text: str, digest: str, received_at: datetime) -> Event:
    """Make an event again from the text that was stored."""
    event = read_event(json.loads(text), received_at)
    if isinstance(event, Refusal) or event.digest != digest:
        raise ValueError("a stored event no longer passes the contract it once passed")
    return event


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _refusal(value: Any, errors: tuple[tuple[str, str], ...]) -> Refusal:
    source = value.get("source") if isinstance(value, dict) else None
    key = value.get("id") if isinstance(value, dict) else None
    raw = json.dumps(value, sort_keys=True, default=str)
    return Refusal(
        source=source[:128] if isinstance(source, str) else "",
        key=key[:64] if isinstance(key, str) else "",
        errors=errors,
        digest=sha256(raw.encode()).hexdigest(),
    )
