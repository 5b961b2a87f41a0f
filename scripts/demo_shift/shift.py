"""The shift: machines set their tags and count their triggers up, as a PLC does."""

from __future__ import annotations

import importlib.util
import json
import time
import urllib.error
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from countersign.learn.simulator.history import History
from countersign.learn.simulator.truth import Truth
from countersign.nouns.event import event_id_of
from countersign.nouns.quantity import plain
from demo_shift.installation import Installation
from environment.folders import REPOSITORY
from tests.gateway.client import PLANT_FOLDER, GatewayError

HANDSHAKE_TIMEOUT_S = 30.0
TRIGGERS = {
    "countersign.production-confirmation.v1": "Confirm",
    "countersign.material-consumption.v1": "Consume",
    "countersign.scrap-report.v1": "Scrap",
}


@dataclass(frozen=True, slots=True)
class Reported:
    """A fact that a machine reported: what its tags said, and what was true."""

    event_id: str
    data: dict[str, Any]
    truth: Truth


class Shift:
    """Plays a simulated history on the tags of the gateway."""

    def __init__(self, installation: Installation, history: History) -> None:
        self._installation = installation
        self._history = history
        self._triggers: dict[str, int] = defaultdict(int)
        self._event_key = _load_event_key()
        self.reported: dict[str, Reported] = {}

    def play(self, between: Callable[[int, int], None]) -> None:
        """Report every event; ``between`` is called after each with its number and the total."""
        total = len(self._history.events)
        for number, event in enumerate(self._history.events, 1):
            self._report(event)
            between(number, total)

    def slip(self, count: int) -> None:
        """Report some consumptions once more with a digit too many, for people to find."""
        consumed = [event for event in self._history.events if "material_actual" in event["data"]]
        for event in consumed[-count:]:
            lines = [_tenfold(line) for line in event["data"]["material_actual"]]
            self._report({**event, "data": {**event["data"], "material_actual": lines}})

    def _report(self, event: dict[str, Any]) -> None:
        """Report one event until the gateway has shaken hands on it."""
        data = event["data"]
        center, kind = data["equipment_id"], TRIGGERS[event["type"]]
        tag = f"{PLANT_FOLDER}/{center}/{kind}Trigger"
        self._triggers[tag] += 1
        trigger, now = self._triggers[tag], datetime.now(UTC)
        at_ms = int(now.timestamp() * 1000)
        delta = now - datetime.fromisoformat(event["time"])
        values = _tag_values(kind, data, delta)
        key = self._event_key(self._installation.source, tag, trigger, at_ms)
        event_id = event_id_of(self._installation.source, key)
        truth = self._history.truth[event["id"]]
        self.reported[event_id] = Reported(event_id, data, truth)
        deadline = time.monotonic() + HANDSHAKE_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                gateway = self._installation.running_gateway
                gateway.report(center, f"{kind}Trigger", trigger, values, at_ms=at_ms)
                if self._is_answered(center, kind, trigger, deadline):
                    return
            except (OSError, urllib.error.URLError, GatewayError):
                time.sleep(0.2)  # the gateway is down: the machine keeps its values and waits
        raise RuntimeError(f"{tag} was never answered: {self._installation.home}/gateway.log")

    def _is_answered(self, center: str, kind: str, trigger: int, deadline: float) -> bool:
        while time.monotonic() < deadline:
            gateway = self._installation.running_gateway
            if gateway.work_center_value(center, f"{kind}Done") == trigger:
                return True
            time.sleep(0.01)
        return False


def _tenfold(line: dict[str, Any]) -> dict[str, Any]:
    quantity = line["quantity"]
    value = plain(Decimal(quantity["quantity_string"]) * 10)
    return {**line, "quantity": {**quantity, "quantity_string": value}}


def _tag_values(kind: str, data: dict[str, Any], delta: timedelta) -> dict[str, Any]:
    common = {
        "OrderId": data["order_id"],
        "OperationId": data["operation_id"],
        "OperatorId": data.get("person_id"),
        "Note": data.get("note"),
    }
    fill = {"Confirm": _confirmation, "Consume": _consumption, "Scrap": _scrap}[kind]
    return common | fill(data, delta)


def _confirmation(data: dict[str, Any], delta: timedelta) -> dict[str, Any]:
    def minutes(name: str) -> float | None:
        return _number(data[name]) if name in data else None

    def moment(name: str) -> int | None:
        if name not in data:
            return None
        return int((datetime.fromisoformat(data[name]) + delta).timestamp() * 1000)

    return {
        "MaterialId": data.get("material_id"),
        "YieldQuantity": _number(data["yield_quantity"]),
        "Unit": data["yield_quantity"]["unit_of_measure"],
        "ScrapQuantity": minutes("scrap_quantity"),
        "ReworkQuantity": minutes("rework_quantity"),
        "ScrapReason": data.get("scrap_reason_code"),
        "Final": data["confirmation"] == "final",
        "StartTime": moment("actual_start_time"),
        "EndTime": moment("actual_end_time"),
        "SetupMinutes": minutes("setup_time"),
        "MachineMinutes": minutes("machine_time"),
        "LaborMinutes": minutes("labor_time"),
    }


def _consumption(data: dict[str, Any], _delta: timedelta) -> dict[str, Any]:
    produced = data.get("produced_quantity")
    return {
        "ProducedQuantity": _number(produced) if produced else None,
        "Unit": produced["unit_of_measure"] if produced else "C62",
        "Materials": json.dumps([_material_row(line) for line in data["material_actual"]]),
    }


def _material_row(line: dict[str, Any]) -> dict[str, str]:
    row = {name: value for name, value in line.items() if name != "quantity"}
    return row | line["quantity"]


def _scrap(data: dict[str, Any], _delta: timedelta) -> dict[str, Any]:
    return {
        "ScrapMaterialId": data["material_id"],
        "ScrapMaterialQuantity": _number(data["quantity"]),
        "ScrapUnit": data["quantity"]["unit_of_measure"],
        "ScrapReason": data.get("scrap_reason_code"),
        "DefectCode": data.get("defect_code"),
        "CostCenter": data.get("cost_center"),
    }


def _number(quantity: dict[str, str]) -> float | int:
    """Return what a PLC's register would hold."""
    value = Decimal(quantity["quantity_string"])
    return int(value) if value == value.to_integral_value() else float(value)


def _load_event_key() -> Callable[[str, str, int, int], str]:
    """Load the gateway's own rule for ids, so that the demo can tell which event is which."""
    file = REPOSITORY / "ignition-project/ignition/script-python/countersign/identity/code.py"
    spec = importlib.util.spec_from_file_location("gateway_identity", file)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{file} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rule: Callable[[str, str, int, int], str] = module.event_key
    return rule
