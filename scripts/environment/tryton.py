"""Tryton, a real open-source ERP, with a demo plant in it: the ERP of the demo and of the tests.

The first run installs Tryton into a virtual environment of its own and initialises a database
(about a minute); the result is kept as a template, and a plant is a copy of it (a second). Tryton
is GPL-licensed and runs as a process of its own; nothing of it is imported here or by the service.

Run it to have one to work with (``orders`` reads a JSON array from standard input)::

    python -m environment.tryton start|stop|orders HOME
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from environment.folders import Report, exclusive, free_port, quiet, tools_folder
from environment.postgres import CARELESS, Cluster, Programs, programs
from environment.virtualenv import ensure

HERE = Path(__file__).parent
LOCK = HERE / "tryton.lock"
PLANT = HERE / "demo_plant.json"
PLANT_PROGRAM = HERE / "tryton_plant.py"

DATABASE = "plant"
SERVICE_USER = "countersign"

FIRST_MODULES = ("ir",)
MODULES = ("account_stock_continental", "production_work", "stock_lot")
"""What carries production, work centres, lots, and a journal entry for every movement."""

START_TIMEOUT = 60  # seconds
STOP_TIMEOUT = 15  # seconds


class TrytonError(Exception):
    """Tryton could not be prepared, started or filled; the text says which and why."""


@dataclass(frozen=True)
class Order:
    """A production order to create; a running one waits for what the floor reports."""

    number: str
    material: str
    quantity: str
    state: Literal["draft", "waiting", "assigned", "running"] = "running"


@dataclass(frozen=True)
class Template:
    """A stopped cluster with the filled database, and the Python that runs Tryton."""

    home: Path
    python: Path
    programs: Programs


def prepare(report: Report = quiet, tools: Path | None = None) -> Template:
    """Install Tryton and build the template of the demo plant, unless both are there."""
    folder = (tools or tools_folder()) / "tryton"
    python = ensure(folder / "venv", LOCK, report)
    found = programs(report, tools)
    home = folder / f"template-{_digest(found)}"
    with exclusive(folder / "templates"):
        if not home.exists():
            _build(Template(home, python, found), report)
    return Template(home, python, found)


def _digest(found: Programs) -> str:
    """Digest what a template is made from: another input makes another template."""
    parts = [LOCK.read_bytes(), PLANT.read_bytes(), PLANT_PROGRAM.read_bytes()]
    parts.append(repr((FIRST_MODULES, MODULES, found.version)).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _build(template: Template, report: Report) -> None:
    for outdated in template.home.parent.glob("template-*"):
        _delete(outdated, Cluster(outdated / "postgres", template.programs))
    part = template.home.with_suffix(".part")
    cluster = Cluster(part / "postgres", template.programs)
    cluster.start(CARELESS)
    try:
        _initialise(Template(part, template.python, template.programs), cluster, report)
    finally:
        cluster.stop()
    target = Cluster(template.home / "postgres", template.programs)
    template.home.mkdir(exist_ok=True)
    (part / "password").replace(template.home / "password")
    cluster.home.rename(target.home)
    shutil.rmtree(part, ignore_errors=True)


def _initialise(part: Template, cluster: Cluster, report: Report) -> None:
    """Create the tables in two steps and fill the database.

    The first step commits the tables that the second looks things up in thousands of times; with
    statistics on them PostgreSQL takes a third off the time.
    """
    part.home.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(18)
    (part.home / "password").touch(mode=0o600)
    (part.home / "password").write_text(password)
    configuration = write_configuration(part.home / "trytond.conf", cluster)
    cluster.create_database(DATABASE)
    admin = [_program(part.python, "trytond-admin"), "-c", str(configuration), "-d", DATABASE]
    report("initialising the Tryton database, part 1 of 2")
    email = ["--email", "admin@plant.example"]
    _run([*admin, "-u", *FIRST_MODULES, *email], {"TRYTONPASSFILE": str(part.home / "password")})
    cluster.sql("ANALYZE", DATABASE)
    report("initialising the Tryton database, part 2 of 2")
    _run([*admin, "-u", *MODULES, "--activate-dependencies"], {})
    report("filling the demo plant")
    order = {"plant": json.loads(PLANT.read_text()), "user": SERVICE_USER, "password": password}
    _fill(part.python, configuration, "plant", order)
    cluster.sql("VACUUM ANALYZE", DATABASE)


class Plant:
    """A running Tryton with the demo plant, in a home folder of its own."""

    def __init__(self, home: Path, template: Template) -> None:
        self.home = home.absolute()
        self.cluster = Cluster(self.home / "postgres", template.programs)
        self._template = template
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of Tryton's interface for this database."""
        return f"http://127.0.0.1:{self._port()}/{DATABASE}/"

    @property
    def user(self) -> str:
        """Return the login of the service."""
        return SERVICE_USER

    @property
    def password(self) -> str:
        """Return the password of the service, and of ``admin``."""
        return (self.home / "password").read_text()

    def start(self) -> None:
        """Start PostgreSQL and Tryton, with a fresh copy of the template where there is none."""
        if not self.cluster.data.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            Cluster(self._template.home / "postgres", self._template.programs).copy_to(
                self.home / "postgres"
            )
            shutil.copy2(self._template.home / "password", self.home / "password")
        self.cluster.start()
        self.start_server()

    def stop(self) -> None:
        """Stop Tryton and PostgreSQL; the data stays."""
        self.stop_server()
        self.cluster.stop()

    def remove(self) -> None:
        """Stop everything and delete the plant."""
        self.stop_server()
        _delete(self.home, self.cluster)

    def start_server(self) -> None:
        """Start Tryton alone, on the port it had before; nothing happens when it runs."""
        if self._server_pid() is not None:
            return
        configuration = write_configuration(self.home / "trytond.conf", self.cluster, self._port())
        command = [_program(self._template.python, "trytond"), "-c", str(configuration)]
        with (self.home / "trytond.log").open("ab") as log:
            self._server = subprocess.Popen(
                [*command, "-d", DATABASE],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self.home / "trytond.pid").write_text(str(self._server.pid))
        self._wait_until_it_answers(self._server)

    def stop_server(self) -> None:
        """Stop Tryton alone: the ERP is away, its data is not."""
        pid = self._server_pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while self._runs(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        (self.home / "trytond.pid").unlink(missing_ok=True)

    def create_orders(self, orders: Sequence[Order]) -> None:
        """Create production orders; PostgreSQL must run, Tryton may."""
        configuration = write_configuration(self.home / "trytond.conf", self.cluster, self._port())
        rows = [asdict(order) for order in orders]
        _fill(self._template.python, configuration, "orders", rows)

    def _port(self) -> int:
        file = self.home / "trytond.port"
        if not file.exists():
            file.write_text(str(free_port()))
        return int(file.read_text())

    def _server_pid(self) -> int | None:
        try:
            pid = int((self.home / "trytond.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if self._runs(pid) and _is_trytond(pid) else None

    def _runs(self, pid: int) -> bool:
        """Tell whether a process lives; one that we started is collected when it has ended."""
        if self._server is not None and self._server.pid == pid:
            return self._server.poll() is None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _wait_until_it_answers(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if server.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        lines = (self.home / "trytond.log").read_text(errors="replace").splitlines()[-5:]
        raise TrytonError("Tryton does not start: " + " / ".join(lines))


def plant_at(home: Path, report: Report = quiet, tools: Path | None = None) -> Plant:
    """Return the plant of a home folder, preparing what it needs; it is not started yet."""
    return Plant(home, prepare(report, tools))


def write_configuration(path: Path, cluster: Cluster, port: int | None = None) -> Path:
    """Write Tryton's configuration file; it holds a password, so only we may read it."""
    uri = cluster.url("", driver="postgresql").replace("%", "%%")
    lines = ["[database]", f"uri = {uri}", "[web]", f"listen = 127.0.0.1:{port or 0}"]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
    return path


def _delete(home: Path, cluster: Cluster) -> None:
    """Stop a cluster and delete it, with the folder that it belongs to."""
    cluster.stop()
    shutil.rmtree(cluster.home, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def _fill(python: Path, configuration: Path, command: str, order: object) -> None:
    _run(
        [str(python), str(PLANT_PROGRAM), str(configuration), DATABASE, command],
        {},
        json.dumps(order),
    )


def _run(command: Sequence[str], environment: dict[str, str], text: str = "") -> None:
    answer = subprocess.run(
        command,
        env={**os.environ, **environment},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise TrytonError(f"{Path(command[0]).name} failed: {answer.stderr.strip()[-800:]}")


def _program(python: Path, name: str) -> str:
    return str(python.with_name(name))


def _is_trytond(pid: int) -> bool:
    """Tell whether the process is still Tryton: the system may have reused its number."""
    answer = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.returncode != 0 or "trytond" in answer.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Start or stop a plant, or create orders in it."""
    parser = argparse.ArgumentParser(description="Tryton with a demo plant.")
    parser.add_argument("action", choices=("start", "stop", "orders"))
    parser.add_argument("home", type=Path, help="the folder of the plant")
    chosen = parser.parse_args(arguments)
    plant = plant_at(chosen.home, lambda line: print(line, file=sys.stderr))
    if chosen.action == "stop":
        plant.stop()
    elif chosen.action == "orders":
        plant.create_orders([Order(**row) for row in json.load(sys.stdin)])
    else:
        plant.start()
        print(json.dumps({"url": plant.url, "user": plant.user, "password": plant.password}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
