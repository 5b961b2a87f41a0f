"""A virtual environment made from a lock with hashes, once, and again when the lock changes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from environment.folders import Report, exclusive, quiet, tools_folder

MARK = "made-from.txt"


def ensure(folder: Path, lock: Path, report: Report = quiet) -> Path:
    """Return the Python of the environment in the folder, making it when it is not up to date.

    ``uv`` is used where it exists and can (a second instead of ten), else ``venv`` and ``pip``: a
    machine's package index may be configured for one of them only.
    Raises ``subprocess.CalledProcessError``.
    """
    python = folder / "bin" / "python"
    wanted = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version.split()[0]}\n"
    with exclusive(tools_folder() / "locks" / folder.name):
        mark = folder / MARK
        if python.exists() and mark.exists() and mark.read_text() == wanted:
            return python
        report(f"installing the packages of {lock.name}")
        if not _install_with_uv(folder, lock):
            _install_with_pip(folder, lock)
        mark.write_text(wanted)
    return python


def _install_with_uv(folder: Path, lock: Path) -> bool:
    uv = shutil.which("uv")
    if uv is None:
        return False
    python = str(folder / "bin" / "python")
    shutil.rmtree(folder, ignore_errors=True)
    commands = (
        [uv, "venv", "-q", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", str(lock)],
    )
    return all(
        subprocess.run(command, capture_output=True, check=False).returncode == 0
        for command in commands
    )


def _install_with_pip(folder: Path, lock: Path) -> None:
    python = str(folder / "bin" / "python")
    shutil.rmtree(folder, ignore_errors=True)
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    commands = (
        [sys.executable, "-m", "venv", str(folder)],
        [*install, "--require-hashes", "-r", str(lock)],
    )
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
