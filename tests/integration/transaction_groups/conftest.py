"""A service and a plant's staging tables beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.transaction_groups.plant import Plant, open_plant


@pytest.fixture
def plant(database_url: str, tmp_path: Path) -> Iterator[Plant]:
    """On every kind of database that can be had; a server holds both in one database."""
    is_file = database_url.startswith("sqlite")
    plant_url = f"sqlite:///{tmp_path}/plant.sqlite" if is_file else database_url
    with open_plant(database_url, plant_url) as plant:
        yield plant


@pytest.fixture
def sqlite_plant(tmp_path: Path) -> Iterator[Plant]:
    """On SQLite alone, for what does not depend on the database."""
    url = f"sqlite:///{tmp_path}"
    with open_plant(f"{url}/service.sqlite", f"{url}/plant.sqlite") as plant:
        yield plant
