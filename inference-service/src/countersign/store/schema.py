"""The state of the tables: bring a database up to the migrations that this version carries."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select

from countersign.store.database import Database
from countersign.store.tables import audit_head, change_counter

MIGRATIONS = Path(__file__).parent / "migrations"
GENESIS_HASH = "0" * 64
COUNTERS = ("autonomy", "master_data", "policy")


def upgrade(database: Database) -> None:
    """Bring the tables up to date; safe to call at every start."""
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.execute(select(audit_head.c.seq)).first() is None:
            connection.execute(insert(audit_head).values(chain="main", seq=0, hash=GENESIS_HASH))
        if connection.execute(select(change_counter.c.value)).first() is None:
            rows = [{"name": name, "value": 0} for name in COUNTERS]
            connection.execute(insert(change_counter), rows)


def is_current(database: Database) -> bool:
    """Tell whether every migration has run."""
    with database.read() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
