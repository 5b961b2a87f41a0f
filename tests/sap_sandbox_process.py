"""The SAP sandbox as a real process for tests: seeded, troubled, killed, restarted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

STOP_TIMEOUT_S = 10
USER = "IGNITION"
PASSWORD = "sap-sandbox-password"
CLIENT_ID = "countersign"
CLIENT_SECRET = "sap-sandbox-secret"
PLANT_FILE = Path(__file__).resolve().parents[1] / "scripts" / "environment" / "demo_plant.json"

Rows = list[dict[str, Any]]


class SapSandboxProcess:
    """A running SAP sandbox. The ports stay the same over :meth:`kill` and :meth:`start`."""

    def __init__(self, folder: Path, *, demo_plant: bool = True) -> None:
        self._database = folder / "sap.db"
        self._log = folder / "sap.log"
        self._demo_plant = demo_plant
        self._process: subprocess.Popen[str] | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self.port = 0
        self.admin_port = 0

    @property
    def url(self) -> str:
        """Return the address of the business port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_url(self) -> str:
        """Return the address of the administration and its page."""
        return f"http://127.0.0.1:{self.admin_port}"

    def start(self) -> SapSandboxProcess:
        """Start the process and wait until it listens."""
        command = [sys.executable, "-m", "countersign.erp.sandbox.sap"]
        command += ["--database", str(self._database)]
        command += ["--port", str(self.port), "--admin-port", str(self.admin_port)]
        if self._demo_plant:
            command += ["--plant", str(PLANT_FILE)]
        secrets = {"SAP_SANDBOX_PASSWORD": PASSWORD, "SAP_SANDBOX_CLIENT_SECRET": CLIENT_SECRET}
        with self._log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **secrets},
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"SAP sandbox did not start: {self._log.read_text()}")
        ports = json.loads(line)
        self.port, self.admin_port = ports["port"], ports["admin_port"]
        return self

    def stop(self) -> int:
        """End it in order and return its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it if it runs, and let go of everything."""
        if self._process is not None:
            self.stop()
        self._session.close()

    def log(self) -> str:
        """Return what it wrote to its standard error."""
        return self._log.read_text(encoding="utf-8")

    def admin(
        self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None
    ) -> Any:
        """Call the administration; the README of the sandbox lists the calls."""
        response = self._session.request(
            method, self.admin_url + path, json=body, params=query, timeout=10
        )
        if response.status_code != 200:
            raise AssertionError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json()

    def seed(self, data: dict[str, Rows]) -> dict[str, int]:
        """Put master data and orders."""
        counts: dict[str, int] = self.admin("POST", "/seed", data)
        return counts

    def new_order(self, material: str = "VALVE-55", quantity: str = "100", **more: Any) -> str:
        """Make an order from the material's bill of material and routing; return its number."""
        body = {"material": material, "quantity": quantity, "storage_location": "101B", **more}
        number: str = self.admin("POST", "/orders", body)["orders"][0]
        return number

    def settings(self, **values: Any) -> dict[str, Any]:
        """Change settings and return all of them."""
        found: dict[str, Any] = self.admin("POST", "/settings", values)
        return found

    def faults(self, *rules: dict[str, Any], seed: int = 0) -> None:
        """Put these fault rules in force instead of those before."""
        self.admin("POST", "/faults", {"rules": list(rules), "seed": seed})

    def clear_faults(self) -> None:
        """Let everything work again."""
        self.admin("DELETE", "/faults")

    def lock(self, kind: str, name: str, for_s: float = 60) -> None:
        """Lock an object (order, material, valuation, reservation) as another user."""
        self.admin("POST", "/locks", {"object": kind, "name": name, "for_s": for_s})

    def unlock(self, kind: str, name: str) -> None:
        """Let go of an object."""
        self.admin("DELETE", "/locks", query={"object": kind, "name": name})

    def period(self, first: str, last: str, *, is_open: bool) -> None:
        """Open or close a posting period."""
        row = {"from": first, "to": last, "open": is_open}
        self.admin("POST", "/periods", {"periods": [row]})

    def documents(self, **query: str) -> Rows:
        """List what is booked, by ``order``, ``reference`` or ``type``."""
        rows: Rows = self.admin("GET", "/documents", query=query)
        return rows

    def sums(self) -> Rows:
        """Add up what counts by order, movement and material."""
        rows: Rows = self.admin("GET", "/sums")
        return rows

    def doubles(self) -> Rows:
        """List references under which more than one document stands."""
        rows: Rows = self.admin("GET", "/doubles")
        return rows

    def cogi(self) -> Rows:
        """List failed goods movements."""
        rows: Rows = self.admin("GET", "/cogi")
        return rows

    def statistics(self) -> dict[str, int]:
        """Count what was answered, by call and status."""
        counts: dict[str, int] = self.admin("GET", "/statistics")
        return counts

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(STOP_TIMEOUT_S)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return code
