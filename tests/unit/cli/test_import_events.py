"""``countersign import-events``: what a person sees, and what is stored."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from unit.intake.table_texts import HEADER, MAPPING, line, mapping_with

from countersign.cli.import_events import import_events
from countersign.store.database import Database
from countersign.store.tables import audit_record, event


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with a mapping and an empty database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", f"sqlite:///{tmp_path}/plant.sqlite")
    monkeypatch.setenv("COUNTERSIGN_MODELS_DIR", str(tmp_path / "models"))
    (tmp_path / "paper.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def bring(*lines: str, options: tuple[str, ...] = (), encoding: str = "utf-8") -> Result:
    """Write the table and run the command."""
    Path("slips.csv").write_text("\n".join(lines), encoding=encoding)
    command = ["slips.csv", *(options or ("--mapping", "paper.toml"))]
    return CliRunner().invoke(import_events, command)


def figures(result: Result) -> dict[str, int]:
    """Return the figures that were printed, by name."""
    words = [text.split() for text in result.stdout.splitlines() if not text.startswith(" ")]
    return {row[0]: int(row[1]) for row in words if len(row) > 1 and row[1].isdigit()}


def steps(folder: Path) -> list[str]:
    database = Database(f"sqlite:///{folder}/plant.sqlite")
    with database.read() as connection:
        rows = connection.execute(select(audit_record.c.step).order_by(audit_record.c.seq))
        found = [row.step for row in rows]
    database.close()
    return found


def test_a_clean_table_ends_with_0_and_is_stored(folder: Path) -> None:
    result = bring(HEADER, line(slip="1"), line(slip="2"))
    assert result.exit_code == 0, result.output
    assert figures(result) == {
        "rows": 2,
        "accepted": 2,
        "duplicates": 0,
        "skipped": 0,
        "refused": 0,
    }
    database = Database(f"sqlite:///{folder}/plant.sqlite")
    with database.read() as connection:
        sources = connection.execute(select(event.c.source)).scalars().all()
    database.close()
    assert sources == ["/imports/paper", "/imports/paper"]


def test_refused_rows_end_with_1_and_are_listed(folder: Path) -> None:
    result = bring(HEADER, line(slip="1"), line(slip="2", good="x", at="never"), "3,4")
    assert result.exit_code == 1
    assert (figures(result)["accepted"], figures(result)["refused"]) == (1, 2)
    with (folder / "slips.refused.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["value"]) for row in rows] == [
        ("3", "at", "never"),
        ("3", "good", "x"),
        ("4", "", "3,4"),
    ]
    assert all(row["why"] for row in rows)
    assert steps(folder).count("event_refused") == 2


def test_a_corrected_table_brings_in_only_what_was_missing(folder: Path) -> None:
    bring(HEADER, line(slip="1"), line(slip="2", good="x"))
    result = bring(HEADER, line(slip="1"), line(slip="2", good="7"))
    assert (figures(result)["accepted"], figures(result)["duplicates"]) == (1, 1)
    assert (folder / "slips.refused.csv").read_text(encoding="utf-8").count("\n") == 1


def test_skipped_rows_are_counted_by_rule(folder: Path) -> None:
    skip = '\n[[skip]]\nname = "void slips"\nwhen = [{ column = "note", in = ["void"] }]\n'
    (folder / "paper.toml").write_text(MAPPING + skip, encoding="utf-8")
    result = bring(HEADER, line(slip="1", note="void"), line(slip="2"))
    assert (figures(result)["skipped"], figures(result)["accepted"]) == (1, 1)
    assert "void slips: 1" in result.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (mapping_with(("order_id =", "ordr_id =")), "event[1].data.ordr_id"),
        (mapping_with(('column = "good"', 'column = "goood"')), "has no column 'goood'"),
        ("not toml", "is no TOML"),
    ],
)
def test_a_bad_mapping_ends_with_2_and_stores_nothing(folder: Path, text: str, told: str) -> None:
    (folder / "paper.toml").write_text(text, encoding="utf-8")
    result = bring(HEADER, line())
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (folder / "plant.sqlite").exists()


@pytest.mark.parametrize("lines", [[], ['"open']], ids=["empty", "no header"])
def test_a_file_that_is_no_table_ends_with_2(folder: Path, lines: list[str]) -> None:
    assert bring(*lines).exit_code == 2


def test_a_mapping_that_is_not_there_ends_with_2(folder: Path) -> None:
    result = bring(HEADER, line(), options=("--mapping", "other"))
    assert result.exit_code == 2
    assert "shipped are" in result.stderr


def test_another_encoding_and_delimiter_are_read_as_the_mapping_says(folder: Path) -> None:
    table = '\n[table]\nencoding = "cp1252"\ndelimiter = ";"\n'
    (folder / "paper.toml").write_text(MAPPING + table, encoding="utf-8")
    lines = [text.replace(",", ";") for text in (HEADER, line(note="Größe geprüft"))]
    assert bring(*lines, encoding="cp1252").exit_code == 0


def test_the_wrong_encoding_costs_the_rows_that_show_it(folder: Path) -> None:
    result = bring(HEADER, line(slip="1"), line(slip="2", note="Größe"), encoding="cp1252")
    assert result.exit_code == 1
    assert (figures(result)["accepted"], figures(result)["refused"]) == (1, 1)
    assert "not utf-8" in (folder / "slips.refused.csv").read_text(encoding="utf-8")


def test_progress_is_told_on_the_side(folder: Path) -> None:
    result = bring(HEADER, line())
    assert "1 rows, 0 refused" in result.stderr
    assert "1 rows, 0 refused" not in result.stdout
