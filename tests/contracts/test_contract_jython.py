"""The gateway's copy of the validator says the same, word by word, under a real Jython 2.7."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from contract_messages import files, mutations

from countersign.contracts import validators

HERE = Path(__file__).parent
MESSAGES = 6_000
HOSTILE_TEXTS = [
    *("NaN", "Infinity", "-Infinity", "1e400", "123456789012345678901234567890", "-0.0", "1.0"),
    *('"\\u0000"', '"\\u007f"', '"\\u2028"', '"\\ud83d\\ude00"', '"x\\n"', '"\\ud800"'),
    *('{"b": 1, "a": 2, "\\ud83d\\ude00": 3, "\\uffee": 4}', '{"": 1}', '{"a/b": {"~": 1}}'),
]


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, str]]:
    """Pairs of schema and JSON text."""
    originals = [
        (schema, message)
        for kind in ("valid", "invalid")
        for schema, _, message in files.examples(kind)
    ]
    broken = mutations.mutations(1_000, originals, MESSAGES)
    found = [(schema, json.dumps(message)) for schema, message in [*originals, *broken]]
    for schema in validators.schema_names():
        found += [(schema, text) for text in [*HOSTILE_TEXTS, "NESTED"]]
    for text in HOSTILE_TEXTS:
        found.append(("decision", json.dumps(decision())[:-1] + f', "threshold": {text}}}'))
    return found


def decision() -> dict[str, Any]:
    examples = files.examples("valid")
    message = next(message for schema, _, message in examples if schema == "decision")
    return {name: value for name, value in message.items() if name != "threshold"}


@pytest.fixture(scope="module")
def answers(
    jython: list[str],
    cases: list[tuple[str, str]],
    root: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Any]:
    """What Jython answers to the cases."""
    folder = tmp_path_factory.mktemp("jython")
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    (folder / "cases").write_text(lines, encoding="ascii")
    module = root / "ignition-project/ignition/script-python/countersign/contracts"
    subprocess.run(
        [
            *(*jython, str(HERE / "jython_validator.py"), str(module)),
            *(str(folder / "cases"), str(folder / "answers")),
        ],
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in (folder / "answers").read_text().splitlines()]


def test_every_case_gets_the_same_answer_in_both_languages(
    cases: list[tuple[str, str]], answers: list[Any]
) -> None:
    assert len(answers) == len(cases)
    for (schema, text), answer in zip(cases, answers, strict=True):
        if answer != "unreadable":
            assert answer == [list(error) for error in here(schema, text)], (schema, text)


def test_jython_could_read_all_but_the_half_characters(
    cases: list[tuple[str, str]], answers: list[Any]
) -> None:
    unreadable = [
        text for (_, text), answer in zip(cases, answers, strict=True) if answer == "unreadable"
    ]
    assert unreadable
    assert all("\\ud800" in text for text in unreadable)


def here(schema: str, text: str) -> list[tuple[str, str, str]]:
    if text != "NESTED":
        return validators.errors(schema, json.loads(text))
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]
    return validators.errors(schema, value)
