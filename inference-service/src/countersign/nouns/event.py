"""An event: a fact from the floor, as it was captured."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

USE_CASE_OF_TYPE = {
    "countersign.production-confirmation.v1": "production_confirmation",
    "countersign.material-consumption.v1": "material_consumption",
    "countersign.scrap-report.v1": "scrap_report",
}
"""The use case that judges an event, by its CloudEvents type."""

SCHEMA_OF_TYPE = {
    "countersign.production-confirmation.v1": "production-confirmation",
    "countersign.material-consumption.v1": "material-consumption",
    "countersign.scrap-report.v1": "scrap-report",
}
"""The schema of ``data``, by CloudEvents type."""


@dataclass(frozen=True, slots=True)
class Event:
    """A fact from the floor that has passed the contract.

    ``body`` is the whole CloudEvents envelope as received; ``digest`` is the SHA-256 of its
    canonical JSON, so that a repeated event is told from another event under the same id.
    """

    event_id: str
    source: str
    key: str
    type: str
    use_case: str
    occurred_at: datetime
    received_at: datetime
    site_id: str
    order_id: str
    operation_id: str
    digest: str
    text: str
    body: Mapping[str, Any]

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the facts themselves: the ``data`` of the envelope."""
        data: Mapping[str, Any] = self.body["data"]
        return data

    def with_data(self, data: Mapping[str, Any]) -> Event:
        """Return the event with other facts: what a person made of it."""
        return replace(
            self,
            order_id=data["order_id"],
            operation_id=data["operation_id"],
            body={**self.body, "data": data},
        )

    @property
    def person_id(self) -> str | None:
        """Return who caused the event, where the floor knows it."""
        person: str | None = self.data.get("person_id")
        return person


def event_id_of(source: str, key: str) -> str:
    """Return the identity of an event in the service: 32 hex digits of SHA-256(source, id)."""
    return hashlib.sha256(f"{source}\n{key}".encode()).hexdigest()[:32]
