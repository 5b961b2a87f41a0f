"""Rows of transaction groups: each is taken once, whenever it appears, and says its fate."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event, Thread

import pytest
from integration.transaction_groups.plant import (
    CONSUMPTION,
    COUNTS,
    LABOR,
    Plant,
    insertion,
    row,
)
from sqlalchemy import text

from countersign.journey.receive import Arrival
from countersign.journey.rows.take_rows import BATCH_ROWS
from countersign.nouns import event as events
from countersign.nouns.receipt import Receipt
from countersign.store import staging_sources
from countersign.store.staging_sources import StagingSource


def states(plant: Plant) -> dict[str, StagingSource]:
    with plant.desk.database.read() as connection:
        return {source.name: source for source in staging_sources.read_all(connection)}


def test_rows_of_all_groups_go_the_way_of_every_event(plant: Plant) -> None:
    plant.desk.use_policy("supervise")
    for table in (CONSUMPTION, COUNTS, LABOR):
        plant.write(table, row(table, 1))
    tallies = plant.groups().take()
    assert {name: tally.accepted for name, tally in tallies.items()} == {
        CONSUMPTION: 1,
        COUNTS: 1,
        LABOR: 1,
    }
    assert plant.desk.count("event") == 3
    assert plant.desk.count("approval") == 3
    assert plant.desk.flaws() == []
    ((taken_at, event_id),) = plant.rows(f"SELECT taken_at, taken_event_id FROM {LABOR}")
    assert taken_at is not None
    with plant.desk.database.read() as connection:
        found = connection.execute(text("SELECT event_id FROM event")).scalars().all()
    assert event_id in found


def test_what_was_taken_is_not_taken_again(plant: Plant) -> None:
    plant.write(COUNTS, row(COUNTS, 1))
    plant.groups().take()
    steps = plant.desk.steps()
    tally = plant.groups().take()[COUNTS]
    assert tally.rows == 0
    assert plant.desk.steps() == steps


def test_a_row_that_appears_behind_a_higher_one_is_taken(sqlite_plant: Plant) -> None:
    """A number is given before the commit, and a forgotten one may be used later."""
    sqlite_plant.write(COUNTS, {**row(COUNTS, 2), f"{COUNTS}_ndx": 10})
    sqlite_plant.groups().take()
    sqlite_plant.write(COUNTS, {**row(COUNTS, 1), f"{COUNTS}_ndx": 3})
    assert sqlite_plant.groups().take()[COUNTS].accepted == 1
    assert sqlite_plant.fates(COUNTS) == ["accepted", "accepted"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_late_commit_of_a_lower_number_is_taken(plant: Plant) -> None:
    """Two transactions of the gateway: the first to get a number is the last to commit."""
    statement = text(insertion(COUNTS, row(COUNTS, 1)))
    with plant.database.engine.connect() as slow:
        slow.execute(statement, row(COUNTS, 1))
        plant.write(COUNTS, row(COUNTS, 2))
        assert plant.groups().take()[COUNTS].accepted == 1
        assert [number for number, *_ in plant.notes(COUNTS)] == [2]
        slow.commit()
    assert plant.groups().take()[COUNTS].accepted == 1
    assert [(number, fate) for number, fate, _ in plant.notes(COUNTS)] == [
        (1, "accepted"),
        (2, "accepted"),
    ]
    assert plant.desk.count("event") == 2


def test_nothing_is_missed_while_many_write_and_one_reads(plant: Plant) -> None:
    """Six writers that keep their transactions open across the reads, and a reader beside them."""
    writers, rows_each = (6, 25) if not plant.database.is_sqlite else (2, 20)
    done = Event()

    def write(writer: int) -> None:
        statement = text(insertion(COUNTS, row(COUNTS, 1)))
        for first in range(0, rows_each, 5):
            with plant.database.write() as connection:
                for number in range(first, first + 5):
                    trigger = 1 + writer * rows_each + number
                    connection.execute(statement, row(COUNTS, trigger))
                if number % 2:
                    done.wait(0.01)

    threads = [Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    groups = plant.groups()
    while any(thread.is_alive() for thread in threads):
        groups.take()
    for thread in threads:
        thread.join()
    groups.take()
    assert plant.desk.count("event") == writers * rows_each
    assert set(plant.fates(COUNTS)) == {"accepted"}


def test_a_backlog_is_taken_in_batches_in_the_order_of_its_numbers(sqlite_plant: Plant) -> None:
    count = BATCH_ROWS + 3
    sqlite_plant.write(COUNTS, *(row(COUNTS, number) for number in range(1, count + 1)))
    groups = sqlite_plant.groups()
    assert groups.take(most_batches=1)[COUNTS].rows == BATCH_ROWS
    assert states(sqlite_plant)[COUNTS].waiting == 3
    assert sqlite_plant.fates(COUNTS)[-4:] == ["accepted", None, None, None]
    assert groups.take(most_batches=1)[COUNTS].rows == 3
    assert states(sqlite_plant)[COUNTS].waiting == 0


def test_a_row_that_the_gateway_wrote_twice_is_one_event(sqlite_plant: Plant) -> None:
    sqlite_plant.write(COUNTS, row(COUNTS, 1), row(COUNTS, 1))
    sqlite_plant.groups().take()
    sqlite_plant.write(COUNTS, row(COUNTS, 1))
    sqlite_plant.groups().take()
    assert sqlite_plant.fates(COUNTS) == ["accepted", "duplicate", "duplicate"]
    assert sqlite_plant.desk.count("event") == 1


def test_the_same_trigger_with_other_content_is_refused(
    sqlite_plant: Plant,
) -> None:
    sqlite_plant.write(COUNTS, row(COUNTS, 1), row(COUNTS, 1, yield_quantity=3))
    sqlite_plant.groups().take()
    assert sqlite_plant.fates(COUNTS) == ["accepted", "refused"]
    assert "came before with other content" in sqlite_plant.notes(COUNTS)[1][2]
    assert sqlite_plant.desk.count("event") == 1


def test_a_refused_row_keeps_its_reason_and_is_taken_once_it_is_mended(plant: Plant) -> None:
    plant.write(COUNTS, row(COUNTS, 1, yield_quantity=-2), row(COUNTS, 2))
    groups = plant.groups()
    assert groups.take()[COUNTS].refused == 1
    number, fate, reason = plant.notes(COUNTS)[0]
    assert fate == "refused"
    assert "yield_quantity" in reason
    assert "'-2'" in reason
    assert plant.desk.steps().count("event_refused") == 1
    assert states(plant)[COUNTS].refused == 1
    assert groups.take()[COUNTS].rows == 0
    plant.run([f"UPDATE {COUNTS} SET yield_quantity = 2 WHERE {COUNTS}_ndx = {number}"])
    intake = groups.intake(COUNTS)
    assert [found.number for found in intake.refused(10)] == [number]
    assert intake.release_refused([number]) == 1
    assert groups.take()[COUNTS].accepted == 1
    assert plant.fates(COUNTS) == ["accepted", "accepted"]
    assert plant.desk.flaws() == []


def test_only_refused_rows_are_let_go_again(sqlite_plant: Plant) -> None:
    sqlite_plant.write(COUNTS, row(COUNTS, 1), row(COUNTS, 2, unit=None), row(COUNTS, 3, unit=None))
    groups = sqlite_plant.groups()
    groups.take()
    intake = groups.intake(COUNTS)
    assert intake.release_refused([1, 2]) == 1
    assert intake.release_refused([]) == 1
    assert sqlite_plant.fates(COUNTS) == ["accepted", None, None]


class Killed(BaseException):
    """Ends a reader where a kill would, past every handler."""


def test_who_dies_between_event_and_note_loses_and_doubles_nothing(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.write(COUNTS, *(row(COUNTS, number) for number in range(1, 8)))
    groups = plant.groups(owner="killed")
    table = groups.intake(COUNTS).table

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(table, "note", die)
    with pytest.raises(Killed):
        groups.take()
    assert plant.desk.count("event") == 7
    assert set(plant.fates(COUNTS)) == {None}
    assert COUNTS not in plant.groups().take()
    plant.desk.move_clock(seconds=61)
    assert plant.groups().take()[COUNTS].duplicates == 7
    assert set(plant.fates(COUNTS)) == {"duplicate"}
    assert plant.desk.count("event") == 7


def test_who_dies_before_the_events_are_stored_leaves_the_rows_waiting(sqlite_plant: Plant) -> None:
    sqlite_plant.write(COUNTS, row(COUNTS, 1))

    def die(_: Sequence[Arrival]) -> list[Receipt]:
        raise Killed

    with pytest.raises(Killed):
        sqlite_plant.groups(die, owner="killed").take()
    sqlite_plant.desk.move_clock(seconds=61)
    assert sqlite_plant.groups().take()[COUNTS].accepted == 1


def test_a_row_on_which_the_service_fails_does_not_keep_the_others(sqlite_plant: Plant) -> None:
    sqlite_plant.write(COUNTS, *(row(COUNTS, number) for number in (1, 2, 3)))

    def store(arrivals: Sequence[Arrival]) -> list[Receipt]:
        facts = [arrival.fact for arrival in arrivals if isinstance(arrival.fact, events.Event)]
        if any(fact.occurred_at.second == 2 for fact in facts):
            raise ZeroDivisionError("of all things")
        return sqlite_plant.desk.receiver.receive(arrivals)

    tally = sqlite_plant.groups(store).take()[COUNTS]
    assert (tally.accepted, tally.refused) == (2, 1)
    assert sqlite_plant.fates(COUNTS) == ["accepted", "refused", "accepted"]
    assert "ZeroDivisionError: of all things" in sqlite_plant.notes(COUNTS)[1][2]


def test_a_table_is_read_by_one_process_at_a_time(plant: Plant) -> None:
    plant.write(COUNTS, row(COUNTS, 1))
    other = plant.groups(owner="worker-2")
    seen = []

    def store(arrivals: Sequence[Arrival]) -> list[Receipt]:
        seen.append(COUNTS in other.take())
        return plant.desk.receiver.receive(arrivals)

    plant.groups(store, owner="worker-1").take()
    assert seen == [False]
    assert COUNTS in other.take()


def test_a_missing_table_is_told_and_keeps_no_other_from_being_read(
    sqlite_plant: Plant,
) -> None:
    sqlite_plant.run([f"DROP TABLE {CONSUMPTION}"])
    sqlite_plant.write(COUNTS, row(COUNTS, 1))
    groups = sqlite_plant.groups()
    assert groups.take()[COUNTS].accepted == 1
    assert f"no table {CONSUMPTION}" in (states(sqlite_plant)[CONSUMPTION].problem or "")
    assert states(sqlite_plant)[COUNTS].problem is None


def test_a_table_without_room_for_notes_is_told_what_it_lacks(sqlite_plant: Plant) -> None:
    sqlite_plant.run(
        [f"DROP TABLE {COUNTS}", f"CREATE TABLE {COUNTS} ({COUNTS}_ndx INTEGER, unit VARCHAR(3))"]
    )
    sqlite_plant.groups().take()
    assert "taken_at" in (states(sqlite_plant)[COUNTS].problem or "")


def test_a_table_that_comes_back_is_read_again(plant: Plant) -> None:
    groups = plant.groups()
    plant.run([f"ALTER TABLE {COUNTS} RENAME TO elsewhere"])
    groups.take()
    plant.run([f"ALTER TABLE elsewhere RENAME TO {COUNTS}"])
    plant.write(COUNTS, row(COUNTS, 1))
    assert groups.take()[COUNTS].accepted == 1
    assert states(plant)[COUNTS].problem is None


def test_times_that_sqlite_keeps_as_numbers_are_read(sqlite_plant: Plant) -> None:
    """Java's driver writes milliseconds where the table says TIMESTAMP."""
    sqlite_plant.write(COUNTS, row(COUNTS, 1, t_stamp=1_795_170_600_000))
    assert sqlite_plant.groups().take()[COUNTS].accepted == 1
    with sqlite_plant.desk.database.read() as connection:
        body = connection.execute(text("SELECT body FROM event")).scalar_one()
    assert '"2026-11-20T' in body


def test_while_nothing_waits_nothing_is_written_but_twice_a_minute(sqlite_plant: Plant) -> None:
    """The service's database has better things to do than to note that nothing happened."""
    groups = sqlite_plant.groups()
    groups.take()
    first = states(sqlite_plant)
    sqlite_plant.desk.move_clock(seconds=29)
    groups.take()
    assert states(sqlite_plant) == first
    sqlite_plant.desk.move_clock(seconds=1)
    groups.take()
    assert states(sqlite_plant)[COUNTS].read_at == sqlite_plant.desk.now
    sqlite_plant.write(COUNTS, row(COUNTS, 1, unit=None))
    groups.take()
    assert states(sqlite_plant)[COUNTS].refused == 1


def test_a_missing_table_was_never_read(sqlite_plant: Plant) -> None:
    sqlite_plant.run([f"DROP TABLE {CONSUMPTION}"])
    groups = sqlite_plant.groups()
    groups.take()
    groups.take()
    assert states(sqlite_plant)[CONSUMPTION].read_at is None
