"""Staged groups: all staging tables of the plant, each read by one process at a time.

A table that cannot be read does not keep the others from being read; what is wrong with it is
kept for people, and said in the log once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import ArgumentError, DBAPIError

from countersign.intake.mapping import TableMapping
from countersign.intake.mapping_file import MappingError, load_mapping
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.pictures import open_pictures
from countersign.journey.receive import Receiver
from countersign.journey.rows.bring_rows import Store
from countersign.journey.rows.import_table import Tally
from countersign.journey.rows.take_rows import BATCH_ROWS, GroupIntake
from countersign.settings import Settings, SettingsError
from countersign.store import staging_sources
from countersign.store.database import Database, retry_conflicts
from countersign.store.staging_rows import StagingError
from countersign.store.staging_sources import StagingSource

LEASE = timedelta(seconds=60)
"""So long a reader has for one batch of rows; then another may start over, which harms nothing."""

TOLD_AGAIN = timedelta(seconds=30)
"""How old may get what people are told about a table that stays as it is."""

POOL_SIZE = 2

log = logging.getLogger(__name__)


@contextmanager
def open_groups(settings: Settings, database: Database, owner: str) -> Iterator[StagedGroups]:
    """Open the plant's database and everything that takes rows from it.

    Raises :class:`SettingsError`.
    """
    mappings = load_group_mappings(settings)
    plant = open_plant(settings)
    try:
        judge = Judge(open_shelf(settings.models_dir), settings.time_zone, open_pictures(settings))
        receiver = Receiver(database, judge, settings.default_erp)
        yield StagedGroups(database, plant, mappings, receiver.receive, owner)
    finally:
        plant.close()


def open_plant(settings: Settings) -> Database:
    """Open the plant's database; raises :class:`SettingsError`."""
    if not settings.staging_url:
        raise SettingsError("COUNTERSIGN_STAGING_URL is not set: it names the plant's database")
    try:
        return Database(settings.staging_url, pool_size=POOL_SIZE)
    except (ArgumentError, ModuleNotFoundError, OSError) as error:
        raise SettingsError(
            f"COUNTERSIGN_STAGING_URL: {error}. Write for example mssql+pymssql://…, "
            "postgresql+psycopg://… or, with PyMySQL installed, mysql+pymysql://…"
        ) from error


def load_group_mappings(settings: Settings) -> list[TableMapping]:
    """Load the mappings of all groups; raises :class:`SettingsError`."""
    mappings = []
    for name in settings.staging_mappings:
        try:
            mapping = load_mapping(name, settings.time_zone)
        except MappingError as error:
            raise SettingsError(f"COUNTERSIGN_STAGING_MAPPINGS, {name}:\n{error}") from error
        if mapping.staging is None:
            raise SettingsError(f"COUNTERSIGN_STAGING_MAPPINGS: {name} has no [staging]")
        mappings.append(mapping)
    return mappings


class StagedGroups:
    """Reads the staging tables of one plant in turn."""

    def __init__(
        self,
        database: Database,
        plant: Database,
        mappings: Sequence[TableMapping],
        store: Store,
        owner: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._plant = plant
        self._mappings = {mapping.staging.table: mapping for mapping in mappings if mapping.staging}
        self._store = store
        self._owner = owner
        self._clock = clock
        self._intakes: dict[str, GroupIntake] = {}
        self._told: dict[str, tuple[StagingSource | None, datetime]] = {}

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables."""
        return tuple(self._mappings)

    def intake(self, name: str) -> GroupIntake:
        """Return the intake of a table; raises ``StagingError`` or ``MappingError``."""
        if name not in self._intakes:
            self._intakes[name] = GroupIntake(
                self._plant, self._mappings[name], self._store, self._clock
            )
        return self._intakes[name]

    def take(self, most_batches: int | None = None) -> dict[str, Tally]:
        """Take what waits in every table that no other process reads; return the figures.

        With ``most_batches`` a long backlog is taken in several calls.
        """
        return {
            name: tally
            for name in self._mappings
            if (tally := self._take(name, most_batches)) is not None
        }

    def _take(self, name: str, most_batches: int | None) -> Tally | None:
        tally = Tally()
        batches = 0
        try:
            if self._is_quiet(name):
                return tally
            while self._lease(name):
                count = self.intake(name).take(tally)
                batches += 1
                if count < BATCH_ROWS or batches == most_batches:
                    self._report(replace(self._state(name), read_at=self._clock()))
                    return tally
        except (StagingError, MappingError, DBAPIError) as error:
            self._intakes.pop(name, None)
            self._fail(name, str(getattr(error, "orig", None) or error))
            return tally
        return tally if batches else None

    def _state(self, name: str) -> StagingSource:
        waiting, refused = self.intake(name).count()
        return StagingSource(name, None, waiting, refused, None)

    def _is_quiet(self, name: str) -> bool:
        """Tell whether nothing waits, and everybody knows: then nothing is written at all."""
        state = self._state(name)
        return not state.waiting and self._is_told(state)

    def _is_told(self, state: StagingSource) -> bool:
        told, at = self._told.get(state.name, (None, self._clock()))
        is_same = told is not None and replace(told, read_at=None) == replace(state, read_at=None)
        return is_same and self._clock() - at < TOLD_AGAIN

    def _fail(self, name: str, problem: str) -> None:
        with self._database.read() as connection:
            before = staging_sources.read(connection, name)
        text = problem[: staging_sources.MAX_PROBLEM_LENGTH]
        if before is None or before.problem != text:
            log.warning("%s cannot be read: %s", name, problem)
        known = before or StagingSource(name, None, 0, 0, None)
        state = replace(known, problem=text)
        if not self._is_told(state) and self._lease(name):
            self._report(state)

    def _lease(self, name: str) -> bool:
        now = self._clock()

        def lease() -> bool:
            with self._database.write() as connection:
                return staging_sources.lease(connection, name, self._owner, now, now + LEASE)

        return retry_conflicts(lease)

    def _report(self, state: StagingSource) -> None:
        with self._database.write() as connection:
            staging_sources.report(connection, self._owner, state)
        self._told[state.name] = (state, self._clock())
