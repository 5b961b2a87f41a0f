"""The specs of the gateway modules hold on CPython and, the very same, on Jython 2.7."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SPECS = Path(__file__).resolve().parent / "specs"


def _all_specs() -> list[tuple[str, str]]:
    found = []
    for file in sorted(SPECS.glob("spec_*.py")):
        lines = file.read_text().splitlines()
        found += [(file.name, line[4 : line.index("(")]) for line in lines if _is_spec(line)]
    return found


def _is_spec(line: str) -> bool:
    return line.startswith("def test_")


@pytest.mark.parametrize(("file", "name"), _all_specs())
def test_on_cpython(file: str, name: str) -> None:
    spec: Callable[[], None] = getattr(importlib.import_module(file.removesuffix(".py")), name)
    spec()


@pytest.fixture(scope="module")
def jython_reports(jython: list[str]) -> dict[tuple[str, str], str | None]:
    run = subprocess.run(
        [*jython, str(SPECS / "run.py")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    return {(report["file"], report["name"]): report["failure"] for report in reports}


@pytest.mark.parametrize(("file", "name"), _all_specs())
def test_on_jython(jython_reports: dict[tuple[str, str], str | None], file: str, name: str) -> None:
    assert jython_reports[file, name] is None, jython_reports[file, name]
