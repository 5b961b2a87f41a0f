"""People: they know what really happened, and decide over the same interface as the screens."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from demo_shift.installation import Installation
from demo_shift.shift import Reported

POLL_S = 0.5
COMPARED = (
    "order_id",
    "yield_quantity",
    "scrap_quantity",
    "rework_quantity",
    "material_actual",
    "material_id",
    "quantity",
    "scrap_reason_code",
)
"""What people look at: who, when and where stay as they were captured."""


@dataclass(slots=True)
class Decided:
    """What people have decided: the data that count, ``None`` where nothing is to be booked."""

    final: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    reviewed: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    corrected: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)


class Api:
    """The service's HTTP interface with one key; waits while the service is down."""

    def __init__(self, installation: Installation, key: str) -> None:
        self._installation = installation
        self._key = key
        self._numbers = itertools.count(1)

    def get(self, path: str) -> Any:
        """Read something."""
        return self.call("GET", path)

    def post(self, path: str, message: Mapping[str, Any]) -> Any:
        """Do something; raises ``Refused``."""
        return self.call("POST", path, message)

    def call(self, method: str, path: str, message: Mapping[str, Any] | None = None) -> Any:
        """Call the service; raises :class:`Refused`, or ``OSError`` while it is down."""
        request = urllib.request.Request(
            self._installation.url + path,
            data=None if message is None else json.dumps(message).encode(),
            headers={
                "Authorization": f"Bearer {self._installation.keys[self._key]}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"demo-{next(self._numbers)}",
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, json.load(error)) from None
        except http.client.HTTPException as error:
            raise ConnectionError("the service was cut off in its answer") from error


class Refused(Exception):
    """The service answered with a problem."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('type', '')}: {problem.get('detail', problem)}")
        self.status = status
        self.problem = problem


class People:
    """Two people at the screens, in a thread: one decides, the other is the second pair of eyes."""

    def __init__(self, installation: Installation, reported: Mapping[str, Reported]) -> None:
        self.decided = Decided()
        self._api = Api(installation, "clerk")
        self._reported = reported
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="people", daemon=True)

    def start(self) -> None:
        """Begin to decide."""
        self._thread.start()

    def stop(self) -> None:
        """Go home."""
        self._stop.set()
        self._thread.join()

    def open_tasks(self) -> list[dict[str, Any]]:
        """Return the tasks that nobody has decided."""
        items: list[dict[str, Any]] = self._api.get("/v1/approvals?limit=200")["items"]
        return items

    def _work(self) -> None:
        while not self._stop.wait(POLL_S):
            try:
                for task in self.open_tasks():
                    self._decide(task["approval_id"])
            except OSError:
                continue  # the service is down: the cards stay where they are

    def _decide(self, approval_id: str) -> None:
        try:
            card = self._api.get(f"/v1/approvals/{approval_id}")
            reported = self._reported.get(card["event_id"])
            if reported is None:
                return
            self._note(card)
            action, body = self._verdict(card, reported)
            person = "olga" if card["state"] == "awaiting_second" else "peter"
            body |= {"acting_user": person, "context_hash": card["context_hash"]}
            self._api.post(f"/v1/approvals/{approval_id}/claim", {"acting_user": person})
            self._api.post(f"/v1/approvals/{approval_id}/{action}", body)
        except Refused as refusal:
            if refusal.status != 409:
                self.decided.refusals.append(str(refusal))
                time.sleep(POLL_S)

    def _note(self, card: Mapping[str, Any]) -> None:
        event_id = card["event_id"]
        self.decided.reviewed.add(event_id)
        if any(finding["severity"] == "hold" for finding in card["assessment"]["findings"]):
            self.decided.held.add(event_id)

    def _verdict(self, card: Mapping[str, Any], reported: Reported) -> tuple[str, dict[str, Any]]:
        event_id, data, correct = (
            card["event_id"],
            card["event"]["data"],
            reported.truth.correct,
        )
        if "posting_id" in card:
            return "approve", {}
        if correct is None:
            self.decided.final[event_id] = None
            return "reject", {"reason": "this was reported twice"}
        corrected = _corrected(data, correct)
        if corrected == data:
            return "approve", {}
        self.decided.final[event_id] = corrected
        self.decided.corrected.add(event_id)
        return "correct", {"reason": "counted again", "correction": corrected}


def _corrected(data: dict[str, Any], correct: Mapping[str, Any]) -> dict[str, Any]:
    """Return the captured data with what people know better put right."""
    result = dict(data)
    for name in COMPARED:
        if name in correct:
            result[name] = correct[name]
    if "material_actual" in result and "produced_quantity" in correct:
        result["produced_quantity"] = correct["produced_quantity"]
    return result
