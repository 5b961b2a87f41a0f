"""How long the gateway holds a trigger, and how fast it catches up after an outage.

``python tests/bench/gateway_side.py [--events N]``; the last line is one JSON object. The journal
is on this machine's disk with a sync per event; the service is a loopback one that only stores.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "scripts"), str(REPOSITORY / "tests/gateway")]

from client import PLANT_FOLDER, TestGateway
from loopback import KEY, LoopbackService

from environment.jython import SERVER_OPTIONS, command

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
WARM_UP_EVENTS = 2000


def main() -> int:
    """Capture events while the service is down, then time how long it takes to get them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10000)
    events = parser.parse_args().events
    with (
        tempfile.TemporaryDirectory(prefix="countersign-") as folder,
        LoopbackService() as service,
    ):
        figures = measure(Path(folder), service, events)
    print(json.dumps(figures, indent=2))
    return 0


def measure(folder: Path, service: LoopbackService, events: int) -> dict[str, Any]:
    """Return the figures of one run."""
    (folder / "gateway.key").write_text(KEY)
    configuration = {
        "service_url": service.url,
        "api_key_file": "gateway.key",
        "source": "/sites/1000/gateways/gw1",
        "site_id": "1000",
    }
    jython = command(options=SERVER_OPTIONS)
    with TestGateway.start(jython, folder, configuration, work_centers=WORK_CENTERS) as gateway:
        gateway.update(
            {f"{PLANT_FOLDER}/{w}/{n}": v for w in WORK_CENTERS for n, v in VALUES.items()}
        )
        trigger_all(gateway, 1, WARM_UP_EVENTS)
        gateway.wait_until_forwarded(300)
        service.stop()
        started = time.perf_counter()
        trigger_all(gateway, WARM_UP_EVENTS, events)
        captured_seconds = time.perf_counter() - started
        hold = gateway.statistics()["countersign-capture"]
        before = len(service.stored)
        service.start()
        while len(service.stored) == before:
            time.sleep(0.005)
        first = len(service.stored)
        started = time.perf_counter()
        gateway.wait_until_forwarded(600)
        catch_up_seconds = time.perf_counter() - started
        assert len(service.stored) - before == events
    return {
        "events": events,
        "captured_per_second": round(events / captured_seconds),
        "hold_ms_p50": round(hold["hold_ms_p50"], 3),
        "hold_ms_p95": round(hold["hold_ms_p95"], 3),
        "hold_ms_p99": round(hold["hold_ms_p99"], 3),
        "forwarded_per_second_after_outage": round((events - first + before) / catch_up_seconds),
        "duplicates": service.duplicates,
    }


def trigger_all(gateway: TestGateway, first: int, count: int) -> None:
    """Count the triggers of all work centres up, one round after the other."""
    for start in range(0, count, len(WORK_CENTERS)):
        number = first + start
        gateway.update({f"{PLANT_FOLDER}/{w}/ConfirmTrigger": number for w in WORK_CENTERS})
        gateway.wait_until_idle(300)


if __name__ == "__main__":
    sys.exit(main())
