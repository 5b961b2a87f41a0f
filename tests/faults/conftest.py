"""What the fault tests share: a rig with real processes, on every database that can be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from drain_rig import DrainRig, open_rig

from environment import postgres


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
