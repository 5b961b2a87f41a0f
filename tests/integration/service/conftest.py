"""The service without its processes: a database, a judge without a model, people, a plant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.service.desk import Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with open_desk(database_url) as opened:
        yield opened
