"""The long form of what the gateway side has to prove; ``scripts/gateway-proof`` runs it.

Speed against a receiver that answers at once and against the service itself, whole gateways and
journals killed at random moments. Each figure stands beside its target; the last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gateway_crash
import journal_crash
from bench import plant
from bench.server import SERVICE, Server, service_environment, serving
from gateway_speed import Speed, measure
from loopback import KEY, LoopbackService

from environment.jython import SERVER_OPTIONS, command

SOURCE = "/sites/1000/gateways/gw1"
SEED = 20261120


@dataclass(frozen=True)
class Check:
    """One figure, what it has to be, and whether it is."""

    name: str
    value: float
    target: str
    is_met: bool


class AtOnce:
    """A loopback receiver that answers at once and only stores."""

    def __init__(self, service: LoopbackService) -> None:
        self._service = service

    def go_away(self) -> None:
        self._service.stop()

    def come_back(self) -> None:
        self._service.start()

    def stored(self) -> Sequence[str]:
        return self._service.ids


class RealService:
    """The service under gunicorn on SQLite; away means that all its processes stand still."""

    def __init__(self, server: Server, database: Path) -> None:
        self._server = server
        self._database = database

    def go_away(self) -> None:
        self._server.pause()

    def come_back(self) -> None:
        self._server.resume()

    def stored(self) -> Sequence[str]:
        query = "SELECT event_key FROM event WHERE source = ?"
        with closing(sqlite3.connect(self._database, timeout=60)) as connection:
            return [key for (key,) in connection.execute(query, (SOURCE,))]


def settings(folder: Path, url: str, key: str) -> dict[str, Any]:
    """Write the key and return the configuration of a gateway."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gateway.key").write_text(key)
    return {
        "service_url": url,
        "api_key_file": "gateway.key",
        "source": SOURCE,
        "site_id": "1000",
        "request_timeout_ms": 2000,
    }


def speed_at_once(folder: Path, events: int) -> Speed:
    """Measure against the receiver that answers at once."""
    with LoopbackService() as service:
        configuration = settings(folder, service.url, KEY)
        jython = command(options=SERVER_OPTIONS)
        return measure(jython, folder, configuration, AtOnce(service), events=events)


def speed_of_service(folder: Path, events: int) -> Speed:
    """Measure against the service."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "service.db"
    url = f"sqlite:///{database}"
    key = plant.prepare_at(url)
    with serving(SERVICE, "/readyz", **service_environment(url, folder / "models")) as server:
        configuration = settings(folder, server.url, key)
        jython = command(options=SERVER_OPTIONS)
        receiver = RealService(server, database)
        return measure(jython, folder, configuration, receiver, events=events)


def kill_gateways(folder: Path, kills: int) -> gateway_crash.Tally:
    """Kill whole gateways while machines report."""
    with LoopbackService() as service:
        configuration = settings(folder, service.url, KEY)
        return gateway_crash.crash(
            command(), folder, service, configuration, kills=kills, seed=SEED
        )


def checks_of_speed(name: str, speed: Speed, forwarded_target: int) -> list[Check]:
    """Hold the figures of one receiver against their targets."""
    hold, rate = speed.hold_ms_p50, speed.forwarded_per_second
    return [
        Check(f"{name}: median hold of a trigger, ms", hold, "<= 1", hold <= 1),
        Check(f"{name}: its processor time, ms", speed.computing_ms_p50, "for comparison", True),
        Check(f"{name}: the disk alone, ms", speed.sync_ms_p50, "for comparison", True),
        Check(
            f"{name}: forwarded per second",
            rate,
            f">= {forwarded_target}" if forwarded_target else "for comparison",
            rate >= forwarded_target,
        ),
        Check(f"{name}: lost of {speed.events}", speed.lost, "0", speed.lost == 0),
        Check(f"{name}: doubled of {speed.events}", speed.doubled, "0", speed.doubled == 0),
    ]


def checks_of_kills(name: str, summary: dict[str, int], wrong: Sequence[str]) -> list[Check]:
    """Hold what came through kills against nothing lost and nothing doubled."""
    return [
        Check(
            f"{name}: {field}",
            value,
            "0" if field in wrong else "",
            not value or field not in wrong,
        )
        for field, value in summary.items()
    ]


def main() -> int:
    """Run everything, print a line per figure and return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    chosen = parser.parse_args()
    checks: list[Check] = []
    with tempfile.TemporaryDirectory(prefix="countersign-proof-") as name:
        folder = Path(name)
        speed = speed_at_once(folder / "at-once", chosen.events)
        checks += checks_of_speed("receiver", speed, 2000)
        speed = speed_of_service(folder / "service", chosen.events)
        checks += checks_of_speed("service", speed, 0)
        gateways = kill_gateways(folder / "gateways", chosen.kills).summary()
        checks += checks_of_kills("gateway", gateways, ("lost", "doubled", "out_of_order"))
        journal = journal_crash.crash(
            command(), folder / "journal", kills=chosen.kills, seed=SEED
        ).summary()
        checks += checks_of_kills("journal", journal, ("lost", "disordered_producers"))
    for check in checks:
        print(
            f"{'met   ' if check.is_met else 'MISSED'} {check.name}: {check.value} {check.target}"
        )
    print(json.dumps([asdict(check) for check in checks]))
    return 0 if all(check.is_met for check in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
