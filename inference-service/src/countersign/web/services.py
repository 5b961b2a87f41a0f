"""The services of one process: what the blueprints call, made once from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.intake.group_commit import GroupCommit
from countersign.intake.pictures import PictureReader
from countersign.journey.coding.cause_queues import CauseSorter, open_readers
from countersign.journey.coding.code_suggestions import CodeSuggester, open_rankers
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.pictures import open_pictures
from countersign.journey.receive import Arrival, Receiver
from countersign.journey.review import Reviewer
from countersign.journey.suggest import Suggester
from countersign.model.shelf import ModelShelf
from countersign.nouns.receipt import Receipt
from countersign.settings import Settings
from countersign.store import schema
from countersign.store.database import Database
from countersign.web.auth import KeyRing


@dataclass(frozen=True)
class Services:
    """Everything a request may need."""

    settings: Settings
    database: Database
    keys: KeyRing
    intake: GroupCommit[Arrival, Receipt]
    reviewer: Reviewer
    suggester: Suggester
    code_suggester: CodeSuggester
    cause_sorter: CauseSorter
    shelf: ModelShelf
    pictures: PictureReader | None = None

    def close(self) -> None:
        """Store what waits and close the connections."""
        self.intake.close()
        self.database.close()


def open_services(settings: Settings) -> Services:
    """Make the services; the tables are brought up to date first.

    Raises ``SettingsError`` when the encoder of pictures cannot be had.
    """
    pictures = open_pictures(settings)
    database = Database(settings.database_url)
    schema.upgrade(database)
    shelf = open_shelf(settings.models_dir)

    def judge() -> Judge:
        return Judge(shelf, settings.time_zone, pictures)

    receiver = Receiver(database, judge(), settings.default_erp)
    return Services(
        settings=settings,
        database=database,
        keys=KeyRing(database),
        intake=GroupCommit(receiver.receive, max_waiting_items=settings.max_waiting_events),
        reviewer=Reviewer(database, judge(), settings.default_erp),
        suggester=Suggester(judge()),
        code_suggester=CodeSuggester(open_rankers(settings.models_dir)),
        cause_sorter=CauseSorter(settings.erps, open_readers(settings.models_dir)),
        shelf=shelf,
        pictures=pictures,
    )
