"""The gateway tests: specs on CPython and Jython, and a real test gateway on loopback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]

for folder in (HERE, HERE / "specs", REPOSITORY / "scripts"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from environment import jython as jython_environment


@pytest.fixture(scope="session")
def jython() -> list[str]:
    """The command that starts Jython; without one the test is skipped, in CI it fails."""
    return _command()


@pytest.fixture(scope="session")
def jython_with_sqlite() -> list[str]:
    """The same with the JDBC driver of SQLite, for gateways that have a database."""
    return _command(with_sqlite=True)


def _command(*, with_sqlite: bool = False) -> list[str]:
    try:
        return jython_environment.command(with_sqlite=with_sqlite)
    except jython_environment.RuntimeMissing as problem:
        if os.environ.get("CI") == "true":
            pytest.fail(str(problem))
        pytest.skip(str(problem))
