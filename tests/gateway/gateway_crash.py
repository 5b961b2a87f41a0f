"""Kill a whole gateway again and again while machines report, and count what came through.

Each life is a real Jython process that captures, forwards and is ended with SIGKILL at a random
moment. The machines keep the handshake: what was answered is done, what was not is reported again
with the same counter and the same time. ``scripts/gateway-proof`` runs the long form.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from client import GatewayError, TestGateway
from loopback import LoopbackService
from waiting import wait_until

WORK_CENTERS = ("PRESS1", "PRESS2", "SAW1")
LIFE_ANSWERS = 60
"""A life ends when so many reports were answered at most, at a random moment after the last."""

LAST_MOMENT_SECONDS = 0.05
OUTAGE_SHARE = 0.4
ORDER = {"OrderId": "100200", "OperationId": "0010", "Unit": "C62"}
AT_MS = 1767225600000


@dataclass
class Machine:
    """A work centre: the counter it works on, and the counters that were answered."""

    name: str
    counter: int = 1
    answered: list[int] = field(default_factory=list)

    def work(self, gateway: TestGateway) -> None:
        """Report until the gateway is gone."""
        try:
            while True:
                values = {**ORDER, "YieldQuantity": self.counter}
                at_ms = AT_MS + self.counter
                gateway.report_and_wait(
                    self.name, "ConfirmTrigger", self.counter, values, at_ms=at_ms
                )
                self.answered.append(self.counter)
                self.counter += 1
        except (GatewayError, OSError, HTTPException, ValueError):
            return


@dataclass(frozen=True)
class Tally:
    """What the machines were answered and what the service has, counters by work centre."""

    kills: int
    answered: Mapping[str, Sequence[int]]
    stored: Mapping[str, Sequence[int]]
    sent_again: int

    @property
    def lost(self) -> list[str]:
        """Events that a machine was told to be safe and that the service has not."""
        return [
            f"{name} {counter}"
            for name, counters in self.answered.items()
            for counter in counters
            if counter not in set(self.stored[name])
        ]

    @property
    def doubled(self) -> list[str]:
        """Work centres one of whose events is stored under two ids."""
        return [name for name, found in self.stored.items() if len(found) != len(set(found))]

    @property
    def disordered(self) -> list[str]:
        """Work centres whose events came in another order than they happened."""
        return [name for name, found in self.stored.items() if list(found) != sorted(found)]

    def summary(self) -> dict[str, int]:
        """Return the figures by name."""
        return {
            "kills": self.kills,
            "acknowledged": sum(len(counters) for counters in self.answered.values()),
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "out_of_order": len(self.disordered),
            "sent_again": self.sent_again,
        }


def crash(
    jython: Sequence[str],
    folder: Path,
    service: LoopbackService,
    configuration: Mapping[str, Any],
    *,
    kills: int,
    seed: int,
) -> Tally:
    """Let machines report through so many killed gateways and one that is stopped in order."""
    chance = random.Random(seed)
    machines = [Machine(name) for name in WORK_CENTERS]
    for _ in range(kills):
        is_away = chance.random() < OUTAGE_SHARE
        if is_away:
            service.stop()
        gateway = TestGateway.start(jython, folder, configuration, work_centers=WORK_CENTERS)
        threads = [threading.Thread(target=m.work, args=(gateway,)) for m in machines]
        for thread in threads:
            thread.start()
        _wait_for_answers(machines, chance.randrange(LIFE_ANSWERS))
        threading.Event().wait(chance.uniform(0, LAST_MOMENT_SECONDS))
        gateway.kill()
        for thread in threads:
            thread.join()
        if is_away:
            service.start()
    with TestGateway.start(jython, folder, configuration, work_centers=WORK_CENTERS) as gateway:
        gateway.wait_until_forwarded(300)
    return Tally(
        kills,
        {machine.name: machine.answered for machine in machines},
        {machine.name: _stored(service, machine.name) for machine in machines},
        service.duplicates,
    )


def _wait_for_answers(machines: Sequence[Machine], count: int) -> None:
    before = sum(len(machine.answered) for machine in machines)
    wait_until(lambda: sum(len(machine.answered) for machine in machines) >= before + count, 120)


def _stored(service: LoopbackService, work_center: str) -> list[int]:
    events = [e for e in service.stored if e["data"]["equipment_id"] == work_center]
    return [int(event["sequence"]) for event in events]
