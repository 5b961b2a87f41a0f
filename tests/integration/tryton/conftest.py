"""A running Tryton with the demo plant, for all tests of this folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from integration.tryton.subject import TrytonSubject

from environment.folders import tools_folder
from environment.postgres import PostgresError
from environment.tryton import TrytonError, plant_at


def _report(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@pytest.fixture(scope="package")
def subject() -> Iterator[TrytonSubject]:
    """The connector with a plant of its own; it is removed afterwards."""
    home = tools_folder() / "test-plants" / str(os.getpid())
    try:
        plant = plant_at(home, _report)
        plant.start()
    except (PostgresError, TrytonError, subprocess.SubprocessError, OSError) as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Tryton on this machine: {problem}")
    try:
        subject = TrytonSubject(plant)
        yield subject
        subject.close()
    finally:
        plant.remove()


@pytest.fixture(autouse=True)
def _nothing_is_lost_any_more(subject: TrytonSubject) -> None:
    """Begin each test with a Tryton that works."""
    subject.clear()
