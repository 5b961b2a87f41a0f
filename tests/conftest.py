"""What all tests share: databases that can be had here, and what lacking one means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from environment import postgres


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Cluster]:
    """A PostgreSQL cluster of our own; the test is skipped where none can be had."""
    try:
        cluster = postgres.Cluster(
            tmp_path_factory.mktemp("postgres") / "home", postgres.programs()
        )
        cluster.start()
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL can be had: {error}")
    yield cluster
    cluster.stop()


MSSQL_URL = os.environ.get("COUNTERSIGN_TEST_MSSQL_URL")
KINDS = ["sqlite", "postgresql", *(["mssql"] if MSSQL_URL else [])]


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on every kind that can be had."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/service.sqlite"
    if request.param == "mssql" and MSSQL_URL:
        return MSSQL_URL
    cluster: postgres.Cluster = request.getfixturevalue("postgres_cluster")
    cluster.drop_database("service")
    cluster.create_database("service")
    return cluster.url("service")
