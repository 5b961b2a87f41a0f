"""The state of the tables: bring a database up to the migrations that this version carries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select

from countersign.store.database import Database
from countersign.store.tables import audit_head, master_data_version

MIGRATIONS = Path(__file__).parent / "migrations"
GENESIS_HASH = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade(database: Database) -> None:
    """Bring the tables up to date; safe to call at every start."""
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.execute(select(audit_head.c.seq)).first() is None:
            connection.execute(insert(audit_head).values(chain="main", seq=0, hash=GENESIS_HASH))
        if connection.execute(select(master_data_version.c.version)).first() is None:
            connection.execute(insert(master_data_version).values(name="all", version=0))


def is_current(database: Database) -> bool:
    """Tell whether every migration has run."""
    with database.read() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
