"""What the fault tests share: a rig with real processes, on every database that can be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from drain_rig import DrainRig, open_rig

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


@pytest.fixture(params=["sqlite", "postgresql"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DrainRig]:
    """A rig on an empty database."""
    if request.param == "sqlite":
        with open_rig(tmp_path, f"sqlite:///{tmp_path}/service.sqlite") as opened:
            yield opened
        return
    cluster: postgres.Cluster = request.getfixturevalue("postgres_cluster")
    cluster.drop_database("service")
    cluster.create_database("service")
    with open_rig(tmp_path, cluster.url("service")) as opened:
        yield opened
