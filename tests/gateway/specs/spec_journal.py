"""The journal: nothing that was acknowledged is lost, nothing is handed out in another order."""

from __future__ import absolute_import, unicode_literals

import os
import random
import threading

from fakes import Clock, folder, raises
from gatewaylibrary import module

disk = module("disk")
journals = module("journal")
segments = module("segments")

SMALL = 400


def texts(batch):
    return [record.text for record in batch.records]


def event(number):
    return '{"id":"%06d","note":"%s"}' % (number, "x" * 40)


def filled(base, count, segment_bytes=SMALL):
    journal = journals.Journal(base, Clock(5000), segment_bytes)
    for number in range(count):
        journal.append(event(number))
    return journal


def drained(journal, limit=7):
    found = []
    while True:
        batch = journal.next_batch(limit)
        if not batch.lines:
            return found
        found += texts(batch)
        journal.acknowledge(batch)


def newest_segment(base):
    return segments.path(base, segments.numbers(base)[-1])


def test_events_come_out_as_and_in_the_order_they_went_in():
    with folder() as base:
        journal = filled(base, 50)
        journal.append('{"id":"M\xfchle"}')
        assert journal.depth() == 51
        assert drained(journal) == [event(number) for number in range(50)] + ['{"id":"M\xfchle"}']
        assert journal.depth() == 0
        journal.close()


def test_a_batch_is_handed_out_again_until_it_is_acknowledged():
    with folder() as base:
        journal = filled(base, 9)
        first = journal.next_batch(4)
        assert texts(first) == texts(journal.next_batch(4)) == [event(n) for n in range(4)]
        journal.acknowledge(first)
        assert texts(journal.next_batch(2)) == [event(4), event(5)]
        with raises(ValueError):
            journal.acknowledge(first)
        journal.close()


def test_the_first_events_of_a_batch_can_be_acknowledged_alone():
    with folder() as base:
        journal = filled(base, 9)
        journal.acknowledge(journal.next_batch(8).first(3))
        assert texts(journal.next_batch(1)) == [event(3)]
        assert journal.depth() == 6
        journal.close()


def test_a_new_start_goes_on_where_the_last_one_ended():
    with folder() as base:
        journal = filled(base, 20)
        journal.acknowledge(journal.next_batch(11))
        journal.close()
        journal = journals.Journal(base, Clock(), SMALL)
        assert journal.depth() == 9
        journal.append(event(20))
        assert drained(journal) == [event(number) for number in range(11, 21)]
        journal.close()


def test_a_batch_has_a_limit_in_bytes():
    with folder() as base:
        journal = filled(base, 20)
        assert len(journal.next_batch(100, limit_bytes=len(event(0)) * 2).records) == 2
        journal.close()


def test_segments_are_small_and_go_when_they_are_long_handed_over():
    with folder() as base:
        journal = filled(base, 60)
        assert max(os.path.getsize(segments.path(base, n)) for n in segments.numbers(base)) <= SMALL
        assert len(segments.numbers(base)) > journals.SEGMENTS_KEPT + 2
        drained(journal)
        assert len(segments.numbers(base)) == journals.SEGMENTS_KEPT + 1
        recent = list(journal.recent())
        assert recent == [event(number) for number in range(60 - len(recent), 60)]
        journal.close()


def test_the_age_is_that_of_the_oldest_event_and_never_negative():
    with folder() as base:
        clock = Clock(5000)
        journal = journals.Journal(base, clock)
        assert journal.age_seconds() == 0
        journal.append(event(0))
        clock.now = 65000
        journal.append(event(1))
        assert journal.age_seconds() == 60
        clock.now = 1000
        assert journal.age_seconds() == 0
        journal.close()


def test_half_a_line_at_the_end_is_cut_off():
    for tail in (b"1", b"0badf00d 5000 {", b"\x00" * 64, segments.line(event(9), 1)[:-1]):
        with folder() as base:
            filled(base, 3, 10**6).close()
            with open(newest_segment(base), "ab") as target:
                target.write(tail)
            journal = journals.Journal(base, Clock())
            journal.append(event(3))
            assert drained(journal) == [event(number) for number in range(4)]
            assert journal.damaged == 0
            journal.close()


def test_damage_anywhere_never_stops_the_other_events():
    numbers = random.Random(20260303)
    for _ in range(40):
        with folder() as base:
            filled(base, 12, 10**6).close()
            path = newest_segment(base)
            with open(path, "rb") as source:
                content = bytearray(source.read())
            place = numbers.randrange(len(content))
            content[place] ^= 1 << numbers.randrange(8)
            with open(path, "wb") as target:
                target.write(bytes(content))
            journal = journals.Journal(base, Clock())
            journal.append(event(12))
            got = drained(journal)
            assert got == sorted(got)
            assert set(got) <= set(event(number) for number in range(13))
            assert len(got) >= 11 and got[-1] == event(12)
            journal.close()


def test_a_damaged_line_is_kept_for_a_person_once():
    with folder() as base:
        filled(base, 2, 10**6).close()
        with open(newest_segment(base), "ab") as target:
            target.write(b"deadbeef 5000 {}\n")
        journal = journals.Journal(base, Clock())
        journal.append(event(2))
        for _ in range(3):
            assert texts(journal.next_batch(9)) == [event(0), event(1), event(2)]
        assert journal.damaged == 1
        assert journal.depth() == 4
        journal.acknowledge(journal.next_batch(9))
        assert journal.depth() == 0
        with open(os.path.join(base, journals.DAMAGED_FILE), "rb") as kept:
            assert kept.read().count(b"deadbeef") == 1
        journal.close()


def test_a_cursor_that_cannot_be_read_hands_everything_out_again():
    for content in (b"", b"\x00\x00", b"one two", b"1"):
        with folder() as base:
            journal = filled(base, 5)
            journal.acknowledge(journal.next_batch(3))
            journal.close()
            with open(os.path.join(base, journals.CURSOR_FILE), "wb") as target:
                target.write(content)
            journal = journals.Journal(base, Clock())
            assert drained(journal) == [event(number) for number in range(5)]
            journal.close()


def test_a_cursor_beyond_lost_segments_hides_no_new_event():
    for cursor in (b"1 999999\n", b"77 12\n"):
        with folder() as base:
            filled(base, 2, 10**6).close()
            with open(os.path.join(base, journals.CURSOR_FILE), "wb") as target:
                target.write(cursor)
            journal = journals.Journal(base, Clock())
            journal.append(event(2))
            assert drained(journal) == [event(2)]
            journal.close()


def test_a_lost_segment_does_not_stop_the_next_one():
    with folder() as base:
        filled(base, 30).close()
        os.remove(segments.path(base, segments.numbers(base)[1]))
        journal = journals.Journal(base, Clock())
        got = drained(journal)
        assert got[0] == event(0) and got[-1] == event(29) and len(got) < 30
        journal.close()


class FullDisk(object):
    """Takes a number of bytes and then refuses, half way through a line."""

    def __init__(self, room):
        self.room = room

    def write_all(self, target, content):
        taken = content[: self.room]
        self.room -= len(taken)
        target.write(taken)
        if len(taken) < len(content):
            raise IOError(28, "No space left on device")


def test_a_full_disk_refuses_events_and_loses_none_of_those_it_took():
    with folder() as base:
        journal = filled(base, 3, 10**6)
        write_all, full = disk.write_all, FullDisk(len(segments.line(event(0), 5000)) * 2 + 10)
        disk.write_all = full.write_all
        try:
            journal.append(event(3))
            journal.append(event(4))
            for _ in range(3):
                with raises(journals.JournalUnavailable) as caught:
                    journal.append(event(5))
                assert "No space left" in caught.text and base in caught.text
                assert "No space left" in journal.failure()
            full.room = 10**6
            journal.append(event(5))
        finally:
            disk.write_all = write_all
        assert journal.failure() is None
        assert drained(journal) == [event(number) for number in range(6)]
        journal.close()


class WatchedSync(object):
    """Counts what is synced to the disk, and how much of it was written before."""

    def __init__(self):
        self._sync = os.fsync
        self.sizes = []

    def __enter__(self):
        os.fsync = self._watched
        return self

    def __exit__(self, *_):
        os.fsync = self._sync

    def _watched(self, descriptor):
        self._sync(descriptor)
        self.sizes.append(os.path.getsize(self.path))


def test_an_event_is_written_and_synced_before_append_returns():
    with folder() as base:
        journal = filled(base, 1, 10**6)
        with WatchedSync() as watched:
            watched.path = newest_segment(base)
            for number in (1, 2):
                journal.append(event(number))
                line = len(segments.line(event(number), 5000))
                assert watched.sizes == [line * (n + 1) for n in range(1, number + 1)]
        journal.close()


def test_threads_share_the_sync_of_the_disk():
    with folder() as base:
        journal = journals.Journal(base, Clock(5000))
        first_sync, others_wait = threading.Event(), threading.Event()
        sync, syncs = os.fsync, []

        def slow_sync(descriptor):
            syncs.append(descriptor)
            if len(syncs) == 1:
                first_sync.set()
                others_wait.wait(10)
            sync(descriptor)

        os.fsync = slow_sync
        try:
            threads = [threading.Thread(target=journal.append, args=(event(n),)) for n in range(9)]
            threads[0].start()
            first_sync.wait(10)
            for thread in threads[1:]:
                thread.start()
            while len(journal._waiting) < 8:
                pass
            others_wait.set()
            for thread in threads:
                thread.join()
        finally:
            os.fsync = sync
        assert len(syncs) == 2
        assert sorted(drained(journal)) == [event(number) for number in range(9)]
        journal.close()


def test_a_closed_journal_takes_nothing():
    with folder() as base:
        journal = filled(base, 1)
        journal.close()
        journal.close()
        with raises(journals.JournalUnavailable) as caught:
            journal.append(event(1))
        assert "closed" in caught.text


def test_a_folder_has_one_journal_at_a_time():
    with folder() as base:
        journal = filled(base, 1)
        with raises(journals.JournalUnavailable) as caught:
            journals.Journal(base, Clock())
        assert "in use by another" in caught.text
        journal.close()
        journals.Journal(base, Clock()).close()


def test_a_folder_that_cannot_be_made_is_refused_with_its_name():
    with folder() as base:
        path = os.path.join(base, "file")
        open(path, "wb").close()
        with raises(journals.JournalUnavailable) as caught:
            journals.Journal(os.path.join(path, "journal"), Clock())
        assert path in caught.text


def test_an_event_of_two_lines_is_a_mistake_of_the_caller():
    with folder() as base:
        journal = filled(base, 0)
        with raises(ValueError):
            journal.append('{"id":\n1}')
        journal.append(event(0))
        assert drained(journal) == [event(0)]
        journal.close()


def test_many_threads_append_while_one_hands_over():
    with folder() as base:
        journal = journals.Journal(base, Clock(), 5000)
        got, threads, count, each = [], [], 8, 40

        def work(thread):
            for number in range(each):
                journal.append('{"thread":%d,"number":%d}' % (thread, number))

        for thread in range(count):
            threads.append(threading.Thread(target=work, args=(thread,)))
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            got += drained(journal)
        got += drained(journal)
        for thread in range(count):
            wanted = ['{"thread":%d,"number":%d}' % (thread, number) for number in range(each)]
            assert [text for text in got if text.startswith('{"thread":%d,' % thread)] == wanted
        assert len(got) == count * each
        journal.close()
