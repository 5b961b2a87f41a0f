"""A test gateway under real Jython, driven from CPython over its control port.

Tests and the demo use it alike: start a project, let a work centre report, read tags, kill the
process, start it again on the same data.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "ignition-project"
SCRIPT = Path(__file__).resolve().parent / "testgateway/run.py"
WORK_CENTER_TYPE = "CountersignWorkCenter"
PLANT_FOLDER = "[default]Plant"
STATUS_FOLDER = "[default]Countersign"
IS_ACTIVE_TAG = "[System]Gateway/Redundancy/IsActive"
START_SECONDS = 60
STOP_SECONDS = 30
POLL_SECONDS = 0.02


class GatewayError(Exception):
    """The gateway did not start, or an operation failed there; the text is its own."""


@dataclass(frozen=True)
class Reading:
    """A tag's value (DateTime in milliseconds), the name of its quality, and its timestamp."""

    value: Any
    quality: str
    at_ms: int


class TestGateway:
    """One running gateway process, which does not outlive the process that started it.

    Start it with :meth:`start`; ``stop`` ends it in order (shutdown script included), ``kill``
    as a power failure would (SIGKILL). As a context manager it is stopped at the end.
    """

    __test__ = False

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    @classmethod
    def start(
        cls,
        jython: Sequence[str],
        data_folder: Path,
        configuration: Mapping[str, Any],
        *,
        work_centers: Iterable[str] = (),
        project: Path = PROJECT,
        databases: Mapping[str, Mapping[str, str]] | None = None,
        secrets: Mapping[str, str] | None = None,
        is_active: bool | None = None,
        log: Path | None = None,
    ) -> TestGateway:
        """Start a gateway on a project and wait until its control port answers.

        ``jython`` is the command of ``scripts/environment/jython.py``. ``configuration`` is
        written to the data folder as the file that the project reads; without it in the mapping,
        ``journal_folder`` is ``journal`` there. Each work centre is an instance of the project's
        type. ``databases`` are the gateway's connections: ``url``, ``user``, ``password`` for JDBC.
        With ``secrets`` (by ``provider/name``) it is an Ignition 8.3, without them an 8.1.
        ``is_active`` makes it the active or the waiting one of a redundant pair. Log lines go to
        ``log``, by default ``gateway.log`` in the data folder.
        """
        data_folder.mkdir(parents=True, exist_ok=True)
        configuration_file = data_folder / "countersign.json"
        configuration_file.write_text(json.dumps({"journal_folder": "journal", **configuration}))
        tags = _tags(configuration_file, work_centers)
        settings = {
            "project": str(project),
            "tags": tags,
            "databases": databases or {},
            "secrets": secrets,
            "is_active": is_active,
            "echo": True,
        }
        settings_file = data_folder / "test-gateway.json"
        settings_file.write_text(json.dumps(settings))
        log = log or data_folder / "gateway.log"
        with log.open("ab") as log_file:
            process = subprocess.Popen(
                [*jython, str(SCRIPT), str(settings_file)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log_file,
                start_new_session=True,
            )
        return cls(process, _port_of(process, log))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            self.process.kill()
            self.process.wait(STOP_SECONDS)
            self._close()

    def update(
        self,
        values: Mapping[str, Any],
        *,
        at_ms: int | None = None,
        quality: str | None = None,
    ) -> None:
        """Set tags as their devices do, all in one step. Raises GatewayError for a bad path."""
        updates = [
            {"path": path, "value": value, "at_ms": at_ms, "quality": quality}
            for path, value in values.items()
        ]
        codes = self._call("update", updates=updates)
        wrong = {u["path"]: c for u, c in zip(updates, codes, strict=True) if c != "Good"}
        if wrong:
            raise GatewayError(f"tags were not set: {wrong}")

    def report(
        self,
        work_center: str,
        trigger_tag: str,
        trigger: int,
        values: Mapping[str, Any],
        *,
        at_ms: int | None = None,
    ) -> None:
        """Let a work centre set its values and count a trigger up, without keeping the handshake.

        ``trigger_tag`` is ConfirmTrigger, ConsumeTrigger or ScrapTrigger; ``at_ms`` the time of
        the change, by default now.
        """
        folder = f"{PLANT_FOLDER}/{work_center}"
        self.update({f"{folder}/{name}": value for name, value in values.items()}, at_ms=at_ms)
        self.update({f"{folder}/{trigger_tag}": trigger}, at_ms=at_ms)

    def report_and_wait(
        self,
        work_center: str,
        trigger_tag: str,
        trigger: int,
        values: Mapping[str, Any],
        *,
        at_ms: int | None = None,
        timeout_seconds: float = 30,
    ) -> None:
        """Report as a machine does: it goes on when the Done tag shows that it was captured.

        Raises GatewayError when that takes longer, for example because the disk is full.
        """
        self.report(work_center, trigger_tag, trigger, values, at_ms=at_ms)
        done_tag = trigger_tag.replace("Trigger", "Done")
        deadline = time.monotonic() + timeout_seconds
        while self.work_center_value(work_center, done_tag) != trigger:
            if time.monotonic() > deadline:
                raise GatewayError(f"{work_center} {trigger_tag} {trigger} was not answered")
            time.sleep(POLL_SECONDS / 10)

    def read(self, paths: Sequence[str]) -> list[Reading]:
        """Return the readings of tags at one moment."""
        return [Reading(**each) for each in self._call("read", paths=list(paths))]

    def value(self, path: str) -> Any:
        """Return the value of one tag."""
        return self.read([path])[0].value

    def work_center_value(self, work_center: str, name: str) -> Any:
        """Return the value of a tag of a work centre."""
        return self.value(f"{PLANT_FOLDER}/{work_center}/{name}")

    def status(self, name: str) -> Any:
        """Return the value of a tag that shows the state of the package."""
        return self.value(f"{STATUS_FOLDER}/{name}")

    def health(self) -> dict[str, Any]:
        """Return the state of the package at this moment; the status tags follow in seconds."""
        state: dict[str, Any] = self.call("countersign.gateway.health")
        return state

    def wait_until_forwarded(self, timeout_seconds: float = 60) -> None:
        """Return when the service has taken every captured event. Raises GatewayError."""
        deadline = time.monotonic() + timeout_seconds
        self.wait_until_idle(timeout_seconds)
        while self.health()["JournalDepth"]:
            if time.monotonic() > deadline:
                raise GatewayError(f"events still wait after {timeout_seconds} s: {self.health()}")
            time.sleep(POLL_SECONDS)

    def add_work_centers(self, names: Iterable[str]) -> None:
        """Create further work centres."""
        self._call("configure", base_path=PLANT_FOLDER, tags=_instances(names))

    def set_clock_back(self, seconds: float) -> None:
        """Set the clock of this gateway back, as scripts see it."""
        self._call("set_clock_back", seconds=seconds)

    def set_active(self, is_active: bool) -> None:
        """Make this gateway of a pair the active or the waiting one."""
        self.update({IS_ACTIVE_TAG: is_active})

    def wait_until_idle(self, timeout_seconds: float = 30) -> None:
        """Return when every tag change is captured. Raises GatewayError when that takes longer."""
        if not self._call("wait-until-idle", timeout_ms=int(timeout_seconds * 1000)):
            raise GatewayError(f"tag changes still wait after {timeout_seconds} s")

    def logs(self, level: str | None = None) -> list[dict[str, Any]]:
        """Return what scripts and gateway have logged: at_ms, level, logger, message."""
        lines: list[dict[str, Any]] = self._call("logs", level=level)
        return lines

    def statistics(self) -> dict[str, dict[str, Any]]:
        """Return executions and hold times of each tag-change script."""
        answer: dict[str, dict[str, Any]] = self._call("statistics")
        return answer

    def forget_hold_times(self) -> None:
        """Have the statistics begin anew."""
        self._call("forget-hold-times")

    def call(self, function: str, *arguments: Any) -> Any:
        """Call a function of the project library by its dotted name."""
        return self._call("call", function=function, arguments=list(arguments))

    def message(self, handler: str, payload: Any = None) -> Any:
        """Call a gateway message handler and return its answer."""
        return self._call("message", handler=handler, payload=payload)

    def run_scheduled(self, name: str) -> None:
        """Run a scheduled script now."""
        self._call("run-scheduled", name=name)

    def webdev(self, resource: str, method: str, data: Any) -> tuple[int, Any]:
        """Call a WebDev resource; return the status and the JSON that it answers."""
        status, answer = self._call("webdev", resource=resource, method=method, data=data)
        return status, answer["json"]

    def set_alarms(self, *alarms: tuple[str, str, str]) -> None:
        """Set the alarms that stand: source, name, priority."""
        self._call("set-alarms", alarms=alarms)

    def set_history(self, path: str, points: Sequence[tuple[int, float]]) -> None:
        """Set what the historian has of a tag: milliseconds and value of each point."""
        self._call("set-history", path=path, points=points)

    def save_project(self) -> None:
        """Do what a save in the Designer does: the modules are loaded anew."""
        self._call("save-project")

    def stop(self) -> None:
        """Stop the gateway in order and wait for its end."""
        self._call("stop")
        self.process.wait(STOP_SECONDS)
        self._close()

    def kill(self) -> None:
        """End the gateway as a power failure does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)
        self._close()

    def _close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def _call(self, operation: str, **arguments: Any) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{operation}",
            data=json.dumps(arguments).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["result"]
        except urllib.error.HTTPError as problem:
            with problem:
                raise GatewayError(json.load(problem)["trace"]) from None


def _tags(configuration_file: Path, work_centers: Iterable[str]) -> list[Any]:
    provider = json.loads((PROJECT / "tags/countersign.json").read_text())
    folders = {node["name"]: node for node in provider["tags"]}
    for tag in folders["Countersign"]["tags"]:
        if tag["name"] == "ConfigurationFile":
            tag["value"] = str(configuration_file)
    folders["Plant"]["tags"] = _instances(work_centers)
    return [provider]


def _instances(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"name": name, "tagType": "UdtInstance", "typeId": WORK_CENTER_TYPE} for name in names]


def _port_of(process: subprocess.Popen[bytes], log: Path) -> int:
    assert process.stdout is not None
    line = _line_within(process, START_SECONDS)
    if not line:
        process.kill()
        process.communicate()
        tail = log.read_text(errors="replace")[-2000:]
        raise GatewayError(f"the test gateway did not start\n{tail}")
    port: int = json.loads(line)["port"]
    return port


def _line_within(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """Return the first line of a process, or nothing when it ends or takes too long."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    return os.read(process.stdout.fileno(), 4096) if ready else b""
