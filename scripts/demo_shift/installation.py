"""The installation: service, worker, gateway and ERP on this machine, each in its own process."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from click.testing import CliRunner

from countersign.cli import main as countersign
from countersign.decide.policy import DEFAULT_POLICY
from countersign.erp.port import ErpPort
from countersign.erp.registry import connect
from demo_shift import meters, plant
from demo_shift.erps import SITE, DemoErp
from demo_shift.processes import Process, wait_for_http
from environment.folders import free_port
from tests.gateway.client import TestGateway

PEOPLE = {
    "anna": ("operator",),
    "bram": ("operator",),
    "olga": ("operator", "supervisor"),
    "peter": ("supervisor", "erp", "administrator"),
}
TARGET_ACCURACY = {
    "production_confirmation": 0.99,
    "material_consumption": 0.97,
    "scrap_report": 0.95,
}
"""What the demo plant promises; 99 % takes 299 outcomes without an error, 95 % takes 59."""

GATEWAY_SCOPES = ("events.write", "events.read", "approve")
CLERK_SCOPES = ("approve", "events.read", "postings.read", "pp.order", "mm.im", "qm")

Report = Callable[[str], None]


class Installation:
    """All parts of the demo in one folder; starts, stops and kills them."""

    def __init__(
        self, home: Path, python: Path, jython: list[str], erp: DemoErp, report: Report
    ) -> None:
        self.home = home
        self.erp = erp
        self.report = report
        self._python = python
        self._jython = jython
        self._models = home.parent / "models"
        self._history = home / "history.jsonl"
        self.gateway: TestGateway | None = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.keys: dict[str, str] = {}
        self.passwords: dict[str, str] = {}
        self._meters = home / "meters.sqlite"
        self.environment: dict[str, str] = {
            "COUNTERSIGN_DATABASE_URL": f"sqlite:///{home}/countersign.sqlite",
            "COUNTERSIGN_MODELS_DIR": str(self._models),
            "COUNTERSIGN_TIME_ZONE": "Europe/Amsterdam",
            "COUNTERSIGN_STAGING_URL": f"sqlite:///{self._meters}",
            "COUNTERSIGN_STAGING_MAPPINGS": "",
            "COUNTERSIGN_FORECAST_TABLES": ",".join(
                f"{task}={table}" for task, table in meters.TABLES.items()
            ),
        }
        self.service = self._process("service", "serve", "--bind", f"127.0.0.1:{self.port}")
        self.worker = self._process("worker", "worker")

    @property
    def source(self) -> str:
        """Return the name of the gateway in its events."""
        return f"/sites/{SITE}/gateways/demo"

    @property
    def running_gateway(self) -> TestGateway:
        """Return the gateway; it was started before anything needs it."""
        if self.gateway is None:
            raise RuntimeError("the gateway was not started")
        return self.gateway

    def set_up(self, orders: int) -> None:
        """Start the ERP with its orders while the models are trained, then fill the service."""
        self.home.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(3) as pool:
            ready = pool.submit(self._start_erp, orders)
            trained = pool.submit(self._train)
            written = pool.submit(_write_history, self._history)
            for done in (ready, trained, written):
                done.result()
        self._configure()
        self._fill()

    def connect_erp(self) -> ErpPort:
        """Return a connection of our own to the ERP, for reading what is booked."""
        return connect(self.erp.address)

    def start(self) -> None:
        """Start service, worker and gateway."""
        self.report("starting service, worker and gateway")
        self.start_service()
        self.worker.start()
        self.start_gateway()

    def start_service(self) -> None:
        """Start the service and wait until it can store events."""
        self.service.start()
        wait_for_http(f"{self.url}/readyz", self.service)

    def start_gateway(self) -> None:
        """Start the gateway on its journal."""
        configuration = {
            "service_url": self.url,
            "api_key_file": str(self._secret("gateway.key", self.keys["gateway"])),
            "source": self.source,
            "site_id": SITE,
        }
        self.gateway = TestGateway.start(
            self._jython,
            self.home / "gateway",
            configuration,
            work_centers=plant.work_centers(),
            log=self.home / "gateway.log",
        )

    def stop(self) -> None:
        """Stop everything; data and logs stay."""
        if self.gateway is not None and self.gateway.process.poll() is None:
            self.gateway.stop()
        self.worker.stop()
        self.service.stop()
        self.erp.stop()

    def command(self, *arguments: str, text: str = "") -> str:
        """Carry out ``countersign …`` in this process and return what it prints."""
        done = CliRunner().invoke(countersign, arguments, env=self.environment, input=text)
        if done.exit_code:
            raise RuntimeError(f"countersign {' '.join(arguments)}: {done.output[-2000:]}")
        return done.stdout.strip()

    def _process(self, name: str, *arguments: str) -> Process:
        self.home.mkdir(parents=True, exist_ok=True)
        command = [str(self._python.parent / "countersign"), *arguments]
        return Process(name, command, self.environment, self.home / f"{name}.log")

    def _start_erp(self, orders: int) -> None:
        self.report(f"starting the ERP with {orders} production orders")
        self.erp.start(plant.planned_orders(orders), plant.cost_centers())

    def _train(self) -> None:
        if not self._has_model("material_consumption"):
            self.report("training the models on the plant simulator")
            self.command("train")
        meters.write(self._meters, plant.work_centers())
        for task in meters.TABLES:
            if not self._has_model(task):
                self.report(f"training {task} on the plant's meters")
                told = self.command("forecasts", "train", task)
                version = told.split()[1]
                self.command("models", "promote", task, version)

    def _has_model(self, task: str) -> bool:
        return (self._models / task / "active").exists()

    def _configure(self) -> None:
        erps = self._secret("erps", f"{self.erp.name}={self.erp.address}")
        secret = self._secret("session.key", secrets.token_urlsafe(32))
        self.environment.update(
            COUNTERSIGN_ERPS_FILE=str(erps),
            COUNTERSIGN_SESSION_SECRET_FILE=str(secret),
            COUNTERSIGN_MASTER_DATA_EVERY_S="5",
            COUNTERSIGN_LEASE_S="5",
        )
        for process in (self.service, self.worker):
            process.environment.update(self.environment)

    def _fill(self) -> None:
        """Make keys and people, learn from the months before, and set the policy on that proof."""
        self.report("making keys and people; learning from 180 days of history; making a policy")
        for name, scopes in (("gateway", GATEWAY_SCOPES), ("clerk", CLERK_SCOPES)):
            options = [part for scope in scopes for part in ("--scope", scope)]
            self.keys[name] = self.command("keys", "create", name, *options)
        for person, roles in PEOPLE.items():
            self.passwords[person] = secrets.token_urlsafe(12)
            options = [part for role in roles for part in ("--role", role)]
            self.command(
                *("people", "put", person, "--name", person.title(), *options),
                *("--password-file", "-"),
                text=self.passwords[person],
            )
        self.command("erp", "sync", self.erp.name)
        self.report(self.command("learn-history", str(self._history)))
        policy = self.home / "policy.json"
        policy.write_text(json.dumps(_policy()))
        self.command("policy", "set", str(policy), "--reason", "demo plant")

    def _secret(self, name: str, text: str) -> Path:
        file = self.home / name
        file.touch(mode=0o600)
        file.write_text(text)
        return file


def _policy() -> dict[str, object]:
    policy = json.loads(json.dumps(DEFAULT_POLICY))
    for name, limits in policy["use_cases"].items():
        limits.update(phase="automate", target_accuracy=TARGET_ACCURACY[name])
    policy["spot_check_share"] = 0.05
    return dict(policy)


def _write_history(file: Path) -> None:
    """Simulate the months before, as what a plant would bring along."""
    history = plant.past(seed=7)
    with file.open("w", encoding="utf-8") as lines:
        for order in history.orders:
            lines.write(json.dumps({"order": order.to_data()}) + "\n")
        for event in history.events:
            truth = history.truth[event["id"]]
            lines.write(json.dumps({"event": event, "final_data": truth.correct}) + "\n")
