"""How long a gateway holds a trigger, and how fast it catches up after an outage.

The journal is on this machine's disk with a sync per event. The receiver is either a loopback one
that answers at once and only stores, or the service itself. ``scripts/gateway-proof`` runs it.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from client import PLANT_FOLDER, TestGateway

WORK_CENTERS = [f"PRESS{number}" for number in range(1, 51)]
VALUES = {
    "OrderId": "100200",
    "OperationId": "0010",
    "OperatorId": "4711",
    "MaterialId": "HOUSING-A",
    "YieldQuantity": 480.5,
    "ScrapQuantity": 3.0,
    "Unit": "C62",
    "ScrapReason": "POROSITY",
    "Final": True,
    "MachineMinutes": 107.25,
}
CAPTURE = "countersign-capture"
SYNCS = 200
EVENT_BYTES = 700
IDLE_SECONDS = 600
POLL_SECONDS = 0.005


class Receiver(Protocol):
    """Whoever takes the events: it can be away, and it can say which it has."""

    def go_away(self) -> None: ...

    def come_back(self) -> None: ...

    def stored(self) -> Sequence[str]:
        """Return the key of every event that is stored, in any order."""
        ...


@dataclass(frozen=True)
class Speed:
    """The figures of one run.

    ``sync_ms_p50`` is what the disk alone takes for one event, ``computing_ms_p50`` the processor
    time within a hold: together what a hold is on a machine with nothing else to do.
    """

    events: int
    hold_ms_p50: float
    hold_ms_p95: float
    hold_ms_p99: float
    computing_ms_p50: float
    sync_ms_p50: float
    captured_per_second: int
    forwarded_per_second: int
    lost: int
    doubled: int


def measure(
    jython: Sequence[str],
    folder: Path,
    configuration: dict[str, Any],
    receiver: Receiver,
    *,
    events: int,
    warm_up_events: int = 2000,
) -> Speed:
    """Capture events while the receiver is away, then time how long it takes to get them all."""
    with TestGateway.start(jython, folder, configuration, work_centers=WORK_CENTERS) as gateway:
        gateway.update(
            {f"{PLANT_FOLDER}/{w}/{n}": v for w in WORK_CENTERS for n, v in VALUES.items()}
        )
        trigger_all(gateway, 1, warm_up_events)
        gateway.wait_until_forwarded(IDLE_SECONDS)
        before = set(receiver.stored())
        receiver.go_away()
        gateway.forget_hold_times()
        started = time.perf_counter()
        trigger_all(gateway, warm_up_events, events)
        captured_seconds = time.perf_counter() - started
        hold = gateway.statistics()[CAPTURE]
        receiver.come_back()
        rate = _catch_up(gateway, lambda: gateway.health()["JournalDepth"], events)
        arrived = [key for key in receiver.stored() if key not in before]
        letters = gateway.health()["DeadLetters"]
    return Speed(
        events=events,
        hold_ms_p50=round(hold["hold_ms_p50"], 3),
        hold_ms_p95=round(hold["hold_ms_p95"], 3),
        hold_ms_p99=round(hold["hold_ms_p99"], 3),
        computing_ms_p50=round(hold["computing_ms_p50"], 3),
        sync_ms_p50=round(sync_ms(folder), 3),
        captured_per_second=round(events / captured_seconds),
        forwarded_per_second=round(rate),
        lost=events - len(set(arrived)) + letters,
        doubled=len(arrived) - len(set(arrived)),
    )


def trigger_all(gateway: TestGateway, first: int, count: int) -> None:
    """Count the triggers of all work centres up, one round after the other."""
    for start in range(0, count, len(WORK_CENTERS)):
        number = first + start
        gateway.update({f"{PLANT_FOLDER}/{w}/ConfirmTrigger": number for w in WORK_CENTERS})
        gateway.wait_until_idle(IDLE_SECONDS)


def sync_ms(folder: Path) -> float:
    """Return the median time in which the disk takes one event, with a sync."""
    times = []
    with (folder / "sync-probe").open("ab", buffering=0) as probe:
        for _ in range(SYNCS):
            started = time.perf_counter()
            probe.write(b"x" * EVENT_BYTES)
            os.fsync(probe.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _catch_up(gateway: TestGateway, depth: Callable[[], int], events: int) -> float:
    """Wait until all is forwarded; return events per second from the first batch on."""
    deadline = time.monotonic() + IDLE_SECONDS
    while (first := depth()) == events:
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing was forwarded: {gateway.health()}")
        time.sleep(POLL_SECONDS)
    started = time.perf_counter()
    gateway.wait_until_forwarded(IDLE_SECONDS)
    return first / (time.perf_counter() - started)
