"""A PostgreSQL cluster is made, found again, copied and removed, without touching another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from environment.folders import tools_folder
from environment.postgres import (
    Cluster,
    PostgresError,
    Programs,
    machine_programs,
    packaged_programs,
)


@pytest.fixture(
    scope="module", params=[machine_programs, packaged_programs], ids=["machine", "package"]
)
def found(request: pytest.FixtureRequest) -> Programs:
    find: Callable[[], Programs | None] = request.param
    programs = find()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine")
    return programs


@pytest.fixture(scope="module")
def home(found: Programs) -> Iterator[Path]:
    folder = tools_folder() / "test-clusters" / f"{os.getpid()}-{found.version}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster(home: Path, found: Programs) -> Iterator[Cluster]:
    cluster = Cluster(home / "one", found)
    cluster.start()
    yield cluster
    cluster.stop()


def value_of(cluster: Cluster, database: str, statement: str) -> object:
    engine = create_engine(cluster.url(database))
    try:
        with engine.connect() as connection:
            return connection.execute(text(statement)).scalar_one()
    finally:
        engine.dispose()


def test_its_url_serves_the_service(cluster: Cluster) -> None:
    cluster.create_database("plant")
    assert value_of(cluster, "plant", "SELECT current_database()") == "plant"
    assert value_of(cluster, "plant", "SHOW listen_addresses") == "127.0.0.1"
    assert value_of(cluster, "plant", "SHOW fsync") == "on"


def test_the_next_program_finds_it_running(cluster: Cluster, found: Programs) -> None:
    again = Cluster(cluster.home, found)
    again.start()
    assert again.url("postgres") == cluster.url("postgres")


def test_a_copy_has_the_data_and_a_life_of_its_own(cluster: Cluster, home: Path) -> None:
    cluster.create_database("copied")
    with pytest.raises(PostgresError, match="runs and cannot be copied"):
        cluster.copy_to(home / "two")
    cluster.stop()
    copy = cluster.copy_to(home / "two")
    try:
        copy.start()
        assert "copied" in copy.databases()
        with pytest.raises(PostgresError, match="does not run"):
            cluster.url("copied")
    finally:
        copy.stop()
        cluster.start()


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    password = cluster.password
    (cluster.home / "password").write_text("wrong")
    try:
        with pytest.raises(PostgresError, match="authentication failed"):
            cluster.sql("SELECT 1")
    finally:
        (cluster.home / "password").write_text(password)


def test_a_template_makes_a_database_in_no_time_and_dropping_it_closes_connections(
    cluster: Cluster,
) -> None:
    cluster.create_database("template")
    cluster.create_database("copy", template="template")
    engine = create_engine(cluster.url("copy"))
    connection = engine.connect()
    try:
        cluster.drop_database("copy")
        assert "copy" not in cluster.databases()
    finally:
        connection.invalidate()
        engine.dispose()
