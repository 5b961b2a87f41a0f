"""The outbox of a redundant pair: in SQL itself, and between two gateways under Jython."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from client import PROJECT, TestGateway
from fakes import Log
from gatewaylibrary import module
from loopback import LoopbackService
from test_capture_to_service import CONFIRMATION, configuration
from waiting import wait_until

alarms = module("alarms")
databases = module("database")
feeds = module("feed")
journals = module("journal")
outboxes = module("outbox")

DDL = (PROJECT / "sql/outbox.sqlite.sql").read_text()
PRESS = "PRESS1"


class Database:
    """What GatewayDatabase is on a gateway, on SQLite; it fails while ``is_away``."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.execute(DDL)
        self.is_away = False

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        self._check()
        return self.connection.execute(statement, values).fetchall()

    def change(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        self._check()
        with self.connection:
            for statement, values in statements:
                self.connection.execute(statement, values)

    def _check(self) -> None:
        if self.is_away:
            raise databases.DatabaseUnavailable("database plant: gone")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "pair.db")
    with closing(opened.connection):
        yield opened


@pytest.fixture
def outbox(database: Database) -> Any:
    return outboxes.Outbox(database, "countersign_outbox", lambda: 20_000)


def entry(number: int) -> tuple[str, str, int]:
    return f"e{number}", f'{{"id":"e{number}"}}', 1000 * number


def ids(batch: Any) -> list[str]:
    return [record.text.split('"')[3] for record in batch.records]


def test_events_are_handed_over_in_their_order_until_they_are_acknowledged(outbox: Any) -> None:
    outbox.add([entry(number) for number in range(5)])
    batch = outbox.next_batch(3)
    assert ids(batch) == ids(outbox.next_batch(3)) == ["e0", "e1", "e2"]
    outbox.acknowledge(batch.first(2))
    assert ids(outbox.next_batch(9)) == ["e2", "e3", "e4"]
    assert (outbox.depth(), outbox.age_seconds()) == (3, 18)


def test_an_event_that_comes_again_is_there_once(outbox: Any) -> None:
    outbox.add([entry(1), entry(2), entry(2)])
    outbox.add([entry(2), entry(3)])
    assert ids(outbox.next_batch(9)) == ["e1", "e2", "e3"]


def test_an_empty_outbox_hands_over_nothing(outbox: Any) -> None:
    assert outbox.next_batch(9).lines == 0
    assert (outbox.depth(), outbox.age_seconds()) == (0, 0)


def test_missing_numbers_do_not_stop_it(outbox: Any, database: Database) -> None:
    outbox.add([entry(1)])
    database.connection.execute("UPDATE sqlite_sequence SET seq = 5000")
    outbox.add([entry(2)])
    seen = []
    while (batch := outbox.next_batch(10)).lines:
        seen += ids(batch)
        outbox.acknowledge(batch)
    assert seen == ["e1", "e2"]


def test_a_batch_takes_nothing_away_that_came_meanwhile(outbox: Any) -> None:
    outbox.add([entry(1), entry(3)])
    batch = outbox.next_batch(9)
    outbox.add([entry(2)])
    outbox.acknowledge(batch)
    assert ids(outbox.next_batch(9)) == ["e2"]


def test_a_batch_is_limited_by_its_size(outbox: Any) -> None:
    outbox.add([(f"e{number}", "x" * 400, 0) for number in range(5)])
    assert outbox.next_batch(5, 1000).lines == 3


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Any]:
    opened = journals.Journal(str(tmp_path / "journal"), lambda: 1000)
    with closing(opened):
        yield opened


@pytest.fixture
def feed(journal: Any, outbox: Any) -> Any:
    return feeds.Feed(journal, outbox, alarms.Alarms(Log()))


def test_the_journal_is_emptied_into_the_outbox(feed: Any, journal: Any, outbox: Any) -> None:
    for number in range(450):
        journal.append(entry(number)[1])
    feed.run()
    assert (journal.depth(), outbox.depth()) == (0, 450)


def test_without_the_database_everything_stays_in_the_journal(
    feed: Any, journal: Any, outbox: Any, database: Database
) -> None:
    journal.append(entry(1)[1])
    database.is_away = True
    feed.run()
    assert journal.depth() == 1
    assert "the outbox cannot be reached: database plant: gone" in feed._alarms.text()
    database.is_away = False
    feed.run()
    assert (journal.depth(), outbox.depth(), feed._alarms.text()) == (0, 1, "")


def test_a_gateway_killed_between_outbox_and_journal_doubles_nothing(
    feed: Any, journal: Any, outbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(entry(1)[1])
    with monkeypatch.context() as killed:
        killed.setattr(journal, "acknowledge", lambda batch: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            feed.run()
    feed.run()
    assert (journal.depth(), outbox.depth()) == (0, 1)


Pair = Callable[[str, bool], TestGateway]


@pytest.fixture
def service() -> Iterator[LoopbackService]:
    with LoopbackService() as running:
        yield running


@pytest.fixture
def pair(jython_with_sqlite: list[str], service: LoopbackService, tmp_path: Path) -> Iterator[Pair]:
    """Starts the gateways of a pair by name: same database, journals of their own."""
    url = f"jdbc:sqlite:{tmp_path / 'pair.db'}?busy_timeout=5000"
    with ExitStack() as running:

        def start(name: str, is_active: bool) -> TestGateway:
            settings = configuration(tmp_path / name, service, outbox_database="plant")
            started = TestGateway.start(
                jython_with_sqlite,
                tmp_path / name,
                settings,
                work_centers=[PRESS],
                databases={"plant": {"url": url}},
                is_active=is_active,
            )
            return running.enter_context(started)

        yield start


def waiting(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM countersign_outbox").fetchone()
    return int(count)


def test_the_other_gateway_of_a_pair_sends_what_a_failed_one_has_left(
    pair: Pair, service: LoopbackService, tmp_path: Path
) -> None:
    service.stop()
    first = pair("gw1", True)
    for trigger in (1, 2):
        first.report_and_wait(PRESS, "ConfirmTrigger", trigger, CONFIRMATION)
    wait_until(lambda: "no such table: countersign_outbox" in first.health()["Alarm"])
    with closing(sqlite3.connect(tmp_path / "pair.db")) as connection:
        connection.execute(DDL)
    for trigger in range(3, 21):
        first.report_and_wait(PRESS, "ConfirmTrigger", trigger, CONFIRMATION)
    wait_until(lambda: waiting(tmp_path / "pair.db") == 20)
    wait_until(lambda: first.status("JournalDepth") == 20 and first.status("Alarm") == "")
    first.kill()
    second = pair("gw2", False)
    service.start()
    second.report_and_wait(PRESS, "ConfirmTrigger", 21, {**CONFIRMATION, "OrderId": "100201"})
    wait_until(lambda: waiting(tmp_path / "pair.db") == 21)
    assert service.posts == []
    second.set_active(True)
    wait_until(lambda: waiting(tmp_path / "pair.db") == 0)
    assert [int(event["sequence"]) for event in service.stored] == list(range(1, 22))
    assert service.duplicates == 0
