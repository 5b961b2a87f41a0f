"""What the contract tests share: the repository and a real Jython."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def jython() -> list[str]:
    """The command that runs a script under Jython 2.7; without one the test is skipped."""
    found = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "environment" / "jython.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode != 0:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Jython can be had: {found.stderr}")
        pytest.skip(f"no Jython can be had: {found.stderr}")
    command: list[str] = json.loads(found.stdout)
    return command
