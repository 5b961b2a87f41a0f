"""Servers under load: the service, and a bare Flask route under the same gunicorn settings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from environment.folders import free_port

HERE = Path(__file__).parent
CONNECTIONS = 32
START_TIMEOUT_S = 60
SERVICE = "countersign.wsgi:app()"
GUNICORN = ["-m", "gunicorn", "-c", "python:countersign.web.gunicorn_settings"]


@dataclass(frozen=True)
class Load:
    """What wrk saw in one round."""

    requests: int
    seconds: float
    errors: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Return requests per second."""
        return self.requests / self.seconds


class Server:
    """A gunicorn that answers on a loopback port."""

    def __init__(self, application: str, ready: str, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = subprocess.Popen(
            [sys.executable, *GUNICORN, "--log-level", "warning", application],
            env={
                **os.environ,
                **environment,
                "COUNTERSIGN_BIND": f"127.0.0.1:{self.port}",
                "PYTHONPATH": os.pathsep.join([str(HERE.parent.parent), str(HERE)]),
            },
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait(self.url + ready)

    def pause(self) -> None:
        """Let all processes stand still: connections are taken and nothing answers."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let the processes go on."""
        os.killpg(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        """Stop the server."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)

    def _wait(self, url: str) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                urlopen(url, timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{url} does not answer")


def service_environment(database_url: str, models: Path) -> dict[str, str]:
    """Return the settings of the service under load; its ERP is never called."""
    return {
        "COUNTERSIGN_DATABASE_URL": database_url,
        "COUNTERSIGN_MODELS_DIR": str(models),
        "COUNTERSIGN_ERPS": "demo=sandbox+http://clerk:none@127.0.0.1:9",
        "COUNTERSIGN_SESSION_SECRET": "bench-only-bench-only-bench-only",
    }


@contextmanager
def serving(application: str, ready: str, **environment: str) -> Iterator[Server]:
    """Serve an application for the length of a block."""
    server = Server(application, ready, environment)
    try:
        yield server
    finally:
        server.close()


def load(url: str, seconds: float, *, connections: int = CONNECTIONS) -> Load:
    """Put plain requests on a route."""
    return _wrk([url], seconds, connections, {}, script=False)


def load_events(
    url: str,
    key: str,
    bodies: Sequence[Any],
    seconds: float,
    folder: Path,
    *,
    connections: int = CONNECTIONS,
) -> Load:
    """Put events on the service; every ``@ID@`` in a body becomes a fresh id."""
    file = folder / "bodies.ndjson"
    file.write_text("".join(json.dumps(body) + "\n" for body in bodies))
    run = uuid.uuid4().hex[:12]
    environment = {"BENCH_KEY": key, "BENCH_BODIES": str(file), "BENCH_RUN": run}
    return _wrk([url], seconds, connections, environment, script=True)


def _wrk(
    arguments: list[str],
    seconds: float,
    connections: int,
    environment: dict[str, str],
    *,
    script: bool,
) -> Load:
    bodies = {"BENCH_KEY": "-", "BENCH_BODIES": os.devnull, "BENCH_RUN": "-"}
    lua = HERE / ("load.lua" if script else "plain.lua")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(lua)]
    done = subprocess.run(
        [*command, *arguments],
        env={**os.environ, **bodies, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(row for row in done.stdout.splitlines() if row.startswith("RESULT "))
    return Load(**json.loads(line.removeprefix("RESULT ")))
