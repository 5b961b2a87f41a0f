"""Rows of transaction groups as a person and a worker take them: real processes, really killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from integration.transaction_groups.plant import COUNTS, LABOR, Plant, row

from countersign.cli.transaction_groups import transaction_groups
from countersign.settings import Settings, SettingsError
from countersign.store import api_keys
from countersign.web.app import create_app
from countersign.worker import run, take_rows

KILLS = 2
ROWS = 1_100
TIMEOUT_S = 90
ERP = "demo=sandbox+http://user:password@127.0.0.1:9"


@pytest.fixture
def environment(sqlite_plant: Plant, tmp_path: Path) -> dict[str, str]:
    return {
        "COUNTERSIGN_DATABASE_URL": str(sqlite_plant.desk.database.url),
        "COUNTERSIGN_MODELS_DIR": str(tmp_path / "models"),
        "COUNTERSIGN_STAGING_URL": str(sqlite_plant.database.url),
        "COUNTERSIGN_TIME_ZONE": "Europe/Berlin",
    }


def command(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(transaction_groups, arguments, env=environment)


def wait_for(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + TIMEOUT_S
    while not is_so():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.002)


def test_a_reader_killed_again_and_again_loses_and_doubles_nothing(
    sqlite_plant: Plant, environment: dict[str, str]
) -> None:
    """Each kill comes when some more events are stored, wherever the reader then is.

    The lease of the killed one is taken back at once; else the next would wait a minute.
    """
    sqlite_plant.write(COUNTS, *(row(COUNTS, number) for number in range(1, ROWS + 1)))
    program = [str(Path(sys.executable).with_name("countersign")), "transaction-groups", "take"]
    for _ in range(KILLS):
        before = sqlite_plant.desk.count("event")
        with subprocess.Popen(
            program,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as reader:
            wait_for(lambda before=before: sqlite_plant.desk.count("event") > before, "events")
            reader.kill()
        with sqlite_plant.desk.database.write() as connection:
            connection.exec_driver_sql("UPDATE staging_source SET lease_until = NULL")
    result = command(environment, "take")
    assert result.exit_code == 0, result.output
    assert sqlite_plant.desk.count("event") == ROWS
    fates = sqlite_plant.fates(COUNTS)
    assert set(fates) <= {"accepted", "duplicate"}
    assert len(fates) == ROWS
    assert sqlite_plant.desk.flaws() == []


def test_the_command_takes_tells_lists_and_tries_again(
    sqlite_plant: Plant, environment: dict[str, str]
) -> None:
    assert "no table has been read" in command(environment, "status").output
    sqlite_plant.write(COUNTS, row(COUNTS, 1), row(COUNTS, 2, unit=None))
    taken = command(environment, "take")
    assert taken.exit_code == 1
    assert f"{COUNTS}: 2 rows, 1 accepted, 0 duplicates, 0 skipped, 1 refused" in taken.output
    assert f"{COUNTS}: 0 waiting, 1 refused" in command(environment, "status").output
    listed = command(environment, "refused", COUNTS)
    assert f"{COUNTS} row 2: " in listed.output
    assert "needs a unit" in listed.output
    sqlite_plant.run([f"UPDATE {COUNTS} SET unit = 'C62'"])
    assert "1 rows of" in command(environment, "retry", COUNTS, "2").output
    again = command(environment, "take")
    assert again.exit_code == 0
    assert f"{COUNTS}: 1 rows, 1 accepted" in again.output
    assert command(environment, "refused").output == ""


def test_a_table_that_cannot_be_read_is_told(
    sqlite_plant: Plant, environment: dict[str, str]
) -> None:
    sqlite_plant.run([f"DROP TABLE {LABOR}"])
    result = command(environment, "take")
    assert result.exit_code == 1
    assert f"{LABOR} cannot be read: there is no table" in result.output
    assert command(environment, "refused", LABOR).exit_code == 1


def test_a_plant_database_that_is_away_is_told_and_keeps_nobody_waiting(
    environment: dict[str, str],
) -> None:
    away = environment | {"COUNTERSIGN_STAGING_URL": "postgresql+psycopg://u:p@127.0.0.1:9/plant"}
    result = command(away, "take")
    assert result.exit_code == 1
    assert f"{COUNTS} cannot be read: connection failed" in result.output
    assert f"{COUNTS}: connection failed" in command(away, "status").output
    listed = command(away, "refused")
    assert listed.exit_code == 1
    assert "the plant's database says" in listed.output


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("COUNTERSIGN_STAGING_URL", "", "is not set"),
        ("COUNTERSIGN_STAGING_URL", "mysql+nosuchdriver://plant", "PyMySQL"),
        ("COUNTERSIGN_STAGING_URL", "plant", "postgresql+psycopg"),
        ("COUNTERSIGN_STAGING_URL", "sqlite:////nowhere/at/all.sqlite", "No such file"),
        ("COUNTERSIGN_STAGING_MAPPINGS", "other", "is no file; shipped are"),
        ("COUNTERSIGN_STAGING_MAPPINGS", "production_log", "no [staging]"),
    ],
)
def test_a_wrong_setting_is_named(
    environment: dict[str, str], name: str, value: str, told: str
) -> None:
    result = command(environment | {name: value}, "take")
    assert result.exit_code == 1
    assert name in result.output
    assert told in result.output


def test_a_table_that_is_not_set_up_is_named(environment: dict[str, str]) -> None:
    result = command(environment, "retry", "other")
    assert result.exit_code == 1
    assert COUNTS in result.output


def test_prometheus_sees_what_waits_what_was_refused_and_what_cannot_be_read(
    sqlite_plant: Plant, tmp_path: Path
) -> None:
    sqlite_plant.write(COUNTS, row(COUNTS, 1, unit=None))
    sqlite_plant.run([f"DROP TABLE {LABOR}"])
    sqlite_plant.groups().take()
    database = sqlite_plant.desk.database
    with database.write() as connection:
        key = api_keys.create(connection, "prometheus", ["metrics"], datetime.now(UTC))
    app = create_app(Settings(str(database.url), tmp_path / "models"))
    headers = {"Authorization": f"Bearer {key}"}
    text = app.test_client().get("/metrics", headers=headers).get_data(as_text=True)
    app.extensions["countersign"].close()
    assert f'countersign_staging_rows{{state="refused",table="{COUNTS}"}} 1.0' in text
    assert f'countersign_staging_problem{{table="{LABOR}"}} 1.0' in text
    assert f'countersign_staging_problem{{table="{COUNTS}"}} 0.0' in text


def test_a_worker_takes_rows_as_they_come(sqlite_plant: Plant) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=take_rows, args=(sqlite_plant.groups(), 0.01, stop))
    thread.start()
    try:
        for number in (1, 2):
            sqlite_plant.write(COUNTS, row(COUNTS, number))
            wait_for(lambda number=number: sqlite_plant.desk.count("event") == number, "the row")
    finally:
        stop.set()
        thread.join()


def test_a_worker_with_a_wrong_mapping_does_not_start(environment: dict[str, str]) -> None:
    wrong = {"COUNTERSIGN_STAGING_MAPPINGS": "other", "COUNTERSIGN_ERPS": ERP}
    with pytest.raises(SettingsError, match="COUNTERSIGN_STAGING_MAPPINGS, other"):
        run(Settings.from_environment(environment | wrong))
