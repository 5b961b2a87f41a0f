"""SAP: what the connector costs besides SAP, and confirmations per second against the sandbox."""

from __future__ import annotations

import itertools
import json
import resource
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

from countersign.erp.documents import (
    FloorDocument,
    GoodsIssue,
    GoodsIssueLine,
    ProductionConfirmation,
)
from countersign.erp.errors import BusinessRejection
from countersign.erp.port import ErpPort
from countersign.erp.registry import connect
from countersign.erp.sap.http import Call, Reply
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_odata import SapOData
from countersign.nouns.quantity import Quantity

OVERHEAD_MS = 2.0
CONFIRMATIONS_PER_S = 150.0
STREAMS = 8
ORDERS_PER_STREAM = 4
WARM_UP = 200
SITE, PRODUCT = "1010", "GEAR-12"
TODAY = datetime.now(UTC).date()
JSON = {"Content-Type": "application/json"}


class InstantSap:
    """SAP without any distance: it has booked before it was asked. Every third it refuses."""

    base_url = "https://sap.example"

    def __init__(self) -> None:
        self._numbers = itertools.count()
        component = {
            "Material": "SHAFT-08",
            "ManufacturingOrderOperation": "0010",
            "Plant": SITE,
            "StorageLocation": "101A",
            "Batch": "",
            "Reservation": "82",
            "ReservationItem": "1",
        }
        detail = {"code": "M7/021", "message": "Deficit of unrestricted-use", "severity": "error"}
        error = {"code": "X", "message": {"value": "x"}, "innererror": {"errordetails": [detail]}}
        booked = {"ConfirmationGroup": "207", "ConfirmationCount": "1"}
        booked |= {"MaterialDocument": "4900000001", "MaterialDocumentYear": "2026"}
        self._read = Reply(200, JSON, json.dumps({"d": {"results": [component]}}).encode())
        self._token = Reply(200, {**JSON, "x-csrf-token": "t"}, b"{}")
        self._booked = Reply(201, JSON, json.dumps({"d": booked}).encode())
        self._refused = Reply(400, JSON, json.dumps({"error": error}).encode())

    def send(self, call: Call) -> Reply:
        """Answer at once."""
        if call.method == "GET":
            return self._token if "X-CSRF-Token" in call.headers else self._read
        return self._booked if next(self._numbers) % 3 else self._refused

    def forget_session(self) -> None:
        """There is no session."""

    def close(self) -> None:
        """There is no connection."""


def measure_overhead(count: int) -> list[Figure]:
    """Measure mapping, serialising and classifying of one posting."""
    port = SapOData(InstantSap(), Profile())
    documents = [_confirmation("1000001"), _issue("1000001")]
    spent = []
    for number in range(WARM_UP + count):
        started = time.perf_counter()
        with suppress(BusinessRejection):
            port.post(documents[number % 2], f"CS{number:022d}")
        spent.append((time.perf_counter() - started) * 1000)
    warm = sorted(spent[WARM_UP:])
    detail = {"p99_ms": round(warm[len(warm) * 99 // 100], 3), "postings": count}
    value = statistics.median(warm)
    return [Figure("sap_overhead", value, OVERHEAD_MS, "ms per posting", detail, bound="at_most")]


def measure_confirmations(rounds: int, count: int) -> list[Figure]:
    """Measure confirmations per second against the sandbox, eight streams in flight.

    The time of a shared machine tells little; the processor time of both sides is in the detail.
    """
    own, children = time.process_time(), _children_s()
    with _sandbox() as (sandbox, port):
        body = {"material": PRODUCT, "quantity": "9999999", "count": STREAMS * ORDERS_PER_STREAM}
        orders = sandbox.admin("POST", "/orders", {**body, "storage_location": "101B"})["orders"]
        _confirm(port, orders, WARM_UP)
        rates = [count / _confirm(port, orders, count) for _ in range(rounds)]
    posted = WARM_UP + rounds * count
    detail = {
        "streams": STREAMS,
        "slowest": round(min(rates)),
        "fastest": round(max(rates)),
        "connector_cpu_ms": round((time.process_time() - own) / posted * 1000, 2),
        "sandbox_cpu_ms": round((_children_s() - children) / posted * 1000, 2),
    }
    value = statistics.median(rates)
    return [Figure("sap_confirmations", value, CONFIRMATIONS_PER_S, "per second", detail)]


def _children_s() -> float:
    """Return the processor time of processes that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _confirm(port: ErpPort, orders: list[str], count: int) -> float:
    """Confirm each stream's orders one after the other; return the seconds."""

    def work(stream: int) -> None:
        own = itertools.cycle(orders[stream::STREAMS])
        for _ in range(count // STREAMS):
            key = f"{time.monotonic_ns():x}{stream}".upper()[-24:]
            port.post(_confirmation(next(own)), key)

    started = time.perf_counter()
    with ThreadPoolExecutor(STREAMS) as pool:
        list(pool.map(work, range(STREAMS)))
    return time.perf_counter() - started


def _confirmation(order_id: str) -> FloorDocument:
    return ProductionConfirmation(
        SITE,
        order_id,
        "0010",
        PRODUCT,
        Quantity(Decimal(3), "H87"),
        TODAY,
        final=False,
        scrap_quantity=Quantity(Decimal(1), "H87"),
        scrap_reason_code="DIM",
        machine_time=Quantity(Decimal("12.5"), "MIN"),
        started_at=datetime.now(UTC),
        finished_at=datetime.now(UTC),
        text="bench",
    )


def _issue(order_id: str) -> FloorDocument:
    lines = tuple(
        GoodsIssueLine(material, Quantity(Decimal("1.125"), "KGM"), "LOT-1", "101A")
        for material in ("SHAFT-08", "GREASE-01", "STEEL-S235")
    )
    return GoodsIssue(SITE, order_id, "0010", TODAY, lines)


@contextmanager
def _sandbox() -> Iterator[tuple[SapSandboxProcess, ErpPort]]:
    with TemporaryDirectory() as folder:
        sandbox = SapSandboxProcess(Path(folder)).start()
        host = sandbox.url.removeprefix("http://")
        port = connect(f"sap-odata+http://{USER}:{PASSWORD}@{host}?client=100")
        try:
            yield sandbox, port
        finally:
            sandbox.close()
