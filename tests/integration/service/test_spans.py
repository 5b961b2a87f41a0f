"""Spans of time: found by halving the numbers, exact at their edges."""

from __future__ import annotations

from datetime import timedelta

from integration.service.desk import Desk, scrap

from countersign.store import events


def test_the_first_number_of_a_time_is_exact_at_the_edge(desk: Desk) -> None:
    desk.use_policy("supervise")
    times = []
    for number in range(1, 8):
        desk.move_clock(minutes=7)
        times.append(desk.now)
        desk.receive(scrap(number))
    with desk.database.read() as connection:
        latest = events.read_latest(connection, 10)
        seqs = [row.seq for row in reversed(latest)]
        for place, at in enumerate(times):
            assert seqs[place] >= events.first_seq_at(connection, at)
            before = seqs[place - 1] if place else -1
            assert before < events.first_seq_at(connection, at)
            assert events.first_seq_at(connection, at + timedelta(microseconds=1)) > seqs[place]
        assert events.first_seq_at(connection, times[0] - timedelta(days=1)) <= seqs[0]
        assert events.first_seq_at(connection, times[-1] + timedelta(days=1)) > seqs[-1]


def test_without_events_every_span_is_empty(desk: Desk) -> None:
    with desk.database.read() as connection:
        assert events.first_seq_at(connection, desk.now) <= 1
