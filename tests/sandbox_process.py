"""The sandbox ERP as a real process for tests: seeded, given faults, killed, restarted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

START_TIMEOUT_S = 20
STOP_TIMEOUT_S = 10
PASSWORD = "sandbox-password"

Rows = list[dict[str, Any]]


class SandboxProcess:
    """A running sandbox ERP; ``url`` is what the registry connects to.

    The ports stay the same over :meth:`kill` and :meth:`start`, so a connector finds it again.
    """

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self._database = folder / "sandbox.db"
        self._log = folder / "sandbox.log"
        self._fast = fast
        self._process: subprocess.Popen[str] | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self.port = 0
        self.admin_port = 0

    @property
    def url(self) -> str:
        """Return the address for ``countersign.erp.registry.connect``, without options."""
        return f"sandbox+http://clerk:{PASSWORD}@127.0.0.1:{self.port}"

    @property
    def page_url(self) -> str:
        """Return the address of the page that shows what is booked."""
        return f"http://127.0.0.1:{self.admin_port}/"

    def start(self) -> SandboxProcess:
        """Start the process and wait until it listens."""
        command = [sys.executable, "-m", "countersign.erp.sandbox"]
        command += ["--database", str(self._database)]
        command += ["--port", str(self.port), "--admin-port", str(self.admin_port)]
        if self._fast:
            command.append("--fast")
        with self._log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "SANDBOX_ERP_PASSWORD": PASSWORD},
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"sandbox ERP did not start: {self._log.read_text()}")
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

    def seed(self, data: dict[str, Rows]) -> dict[str, int]:
        """Put items, orders, periods and stock; see the sandbox's README for the rows."""
        counts: dict[str, int] = self._admin("POST", "/seed", data)
        return counts

    def settings(self, **values: float) -> None:
        """Change ``rate_per_s``, ``burst``, ``token_lifetime_s``."""
        self._admin("POST", "/settings", values)

    def faults(self, *rules: dict[str, Any], seed: int = 0) -> None:
        """Put these fault rules in force instead of those before."""
        self._admin("POST", "/faults", {"rules": list(rules), "seed": seed})

    def clear_faults(self) -> None:
        """Let everything work again."""
        self._admin("DELETE", "/faults")

    def go_down(self, for_s: float | None = None) -> None:
        """Refuse every business connection, until :meth:`come_up` or for some seconds."""
        self._admin("POST", "/down", {} if for_s is None else {"for_s": for_s})

    def come_up(self) -> None:
        """Accept business connections again."""
        self._admin("POST", "/up")

    def documents(self, *, order: str | None = None, ref: str | None = None) -> Rows:
        """List what is booked, of one order or under one reference."""
        query = {name: value for name, value in (("orders", order), ("ref", ref)) if value}
        rows: Rows = []
        after = "0"
        while after:
            page = self._admin("GET", "/documents", query={**query, "after": after})
            rows += page["documents"]
            after = page["next"]
        return rows

    def sums(self) -> Rows:
        """Add up what counts by order, movement and item."""
        rows: Rows = self._admin("GET", "/sums")
        return rows

    def doubles(self) -> Rows:
        """List references booked more than once."""
        rows: Rows = self._admin("GET", "/doubles")
        return rows

    def order_violations(self) -> Rows:
        """List documents booked out of the sequence that their notes tell (``… #17``)."""
        rows: Rows = self._admin("GET", "/order-violations")
        return rows

    def statistics(self) -> dict[str, int]:
        """Count what was answered, by call and outcome: ``{"COMPLETION booked": 3}``."""
        counts: dict[str, int] = self._admin("GET", "/statistics")
        return counts

    def _admin(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: dict[str, str] | None = None,
    ) -> Any:
        response = self._session.request(
            method, self.page_url.rstrip("/") + path, json=body, params=query, timeout=10
        )
        if response.status_code != 200:
            raise AssertionError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json()

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(STOP_TIMEOUT_S)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return code
