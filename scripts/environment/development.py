"""The environments of the service itself: for running it, and for working on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from environment.folders import REPOSITORY, Report, tools_folder
from environment.virtualenv import ensure

SERVICE = REPOSITORY / "inference-service"
CHROMIUM = Path("/usr/bin/chromium")


def for_running(report: Report) -> Path:
    """Return the Python that runs the service, with the packages of requirements.lock."""
    return _with_service(tools_folder() / "service", SERVICE / "requirements.lock", report)


def for_working(report: Report) -> Path:
    """Return the Python that tests the service, with the packages of requirements-dev.lock."""
    return _with_service(REPOSITORY / ".venv", SERVICE / "requirements-dev.lock", report)


def install_debian(package: str, program: str, report: Report) -> bool:
    """Install a Debian package where we are root; tell whether its program is there."""
    if shutil.which(program):
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    report(f"installing {package}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", package]
    for command in (["apt-get", "update", "-q"], install):
        subprocess.run(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    return shutil.which(program) is not None


def _with_service(folder: Path, lock: Path, report: Report) -> Path:
    python = ensure(folder, lock, report)
    mark = folder / "service-installed.txt"
    wanted = f"{SERVICE}\n{(SERVICE / 'pyproject.toml').read_text()}"
    if not mark.exists() or mark.read_text() != wanted:
        _install_service(python)
        mark.write_text(wanted)
    return python


def _install_service(python: Path) -> None:
    uv = shutil.which("uv")
    options = ["--no-deps", "-q", "-e", str(SERVICE)]
    commands = [[uv, "pip", "install", "--python", str(python), *options]] if uv else []
    commands.append([str(python), "-m", "pip", "install", "--disable-pip-version-check", *options])
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    sys.stderr.write(done.stderr)
    raise SystemExit("the service cannot be installed into its environment")
