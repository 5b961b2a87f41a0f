"""What the previews show is what the service could answer: every sample fits the description."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from service_description import answer_errors

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "scripts/ignition_preview/samples"
SAMPLES = [file for file in sorted(FOLDER.glob("*.json")) if not file.name.startswith("tags")]
BOARD = ROOT / "ignition-project/ignition/script-python/countersign/board/code.py"


@pytest.fixture(scope="session")
def paths() -> dict[str, str]:
    """Where the service answers each name of the board, as the project has it."""
    for statement in ast.parse(BOARD.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "PATHS":
            paths: dict[str, str] = ast.literal_eval(statement.value)
            return paths
    raise AssertionError("the board has no PATHS")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_sample_is_a_possible_answer(sample: Path, paths: dict[str, str]) -> None:
    name = sample.stem.partition("-")[0]
    payload = json.loads(sample.read_text("utf-8"))
    if name == "health":  # what the gateway puts together: its own state and the service's
        assert set(payload) == {"gateway", "service"}
        payload = payload["service"] or {"status": "ok"}
    assert answer_errors(paths[name], payload) == []
