"""Commands about codes: the table of accounts, and what the nights learn, by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from countersign.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", f"sqlite:///{tmp_path}/service.sqlite")
    monkeypatch.setenv("COUNTERSIGN_MODELS_DIR", str(tmp_path / "models"))
    return lambda *words: CliRunner().invoke(main, list(words))


def test_a_table_of_accounts_is_loaded_and_shown(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        "\ufeffmovement_type,valuation_class,account_id\n0201,3000,400100\n", encoding="utf-8"
    )
    assert run("account-determination", "show").exit_code == 1
    assert run("account-determination", "load", str(table)).output == "1 rows are in use\n"
    shown = run("account-determination", "show").stdout
    assert shown == "movement_type,valuation_class,account_id\n201,3000,400100\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a,b\n1,2\n", "the columns are movement_type"),
        ("movement_type,valuation_class,account_id\n201,ä,1\n".encode("cp1252"), "not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_words(
    run: Run, tmp_path: Path, content: bytes, complaint: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    refused = run("account-determination", "load", str(table))
    assert refused.exit_code == 1
    assert complaint in refused.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("learn-codes", "account_codes"), "no version is in use; no model is in use; train one"),
        (("learn-causes",), "no version is in use; 0 causes were sorted by people; 30 are needed"),
    ],
)
def test_nothing_to_learn_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    told = run("models", *words)
    assert told.exit_code == 0, told.output
    assert told.output.startswith(said)
