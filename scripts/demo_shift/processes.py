"""Processes of the demo: started with a log, killed on purpose, always ended."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_TIMEOUT_S = 20.0
START_TIMEOUT_S = 60.0


class Process:
    """A program with its own process group; starts again with the same command."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
    ) -> None:
        self.name = name
        self._command = list(command)
        self.environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program; its output goes to the log."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the program and its children as a power failure would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the program to end, and wait."""
        self._end(signal.SIGTERM)

    def is_running(self) -> bool:
        """Tell whether the program runs."""
        return self._process is not None and self._process.poll() is None

    def last_lines(self, count: int = 5) -> str:
        """Return the end of the log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-count:])

    def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(STOP_TIMEOUT_S)
        self._process = None


def wait_for_http(url: str, process: Process) -> None:
    """Return when an address answers with 200; raises ``RuntimeError`` with the log's end."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.is_running():
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.05)
    raise RuntimeError(f"{process.name} does not answer at {url}:\n{process.last_lines()}")
