"""The journal: a durable first-in-first-out file of events on the gateway's own disk.

A folder holds ``00000001.seg`` and so on, appended to only, one line per event (see segments), and
``cursor`` with segment and offset of the first event that has not been handed over.

An event is on the disk when append() returns. It is handed out in the order of the appends, at
least once, with the same bytes every time. Half a line at the end is what a killed process was
writing and nobody was told of: it is cut off. A damaged line within is kept in ``damaged.bin``
for a person and never stops what comes after it.
"""

from __future__ import absolute_import, unicode_literals

import io
import os
import threading
from contextlib import closing

import countersign.disk as disk
import countersign.segments as segments

CURSOR_FILE = "cursor"
DAMAGED_FILE = "damaged.bin"
SEGMENT_BYTES = 4 * 1024 * 1024
SEGMENTS_KEPT = 4
"""How many segments stay after they were handed over, for people and for recent()."""

BATCH_BYTES = 512 * 1024
GROUP_LIMIT = 512
"""Lines that one sync makes durable at most."""


class JournalUnavailable(Exception):
    """The event is not on the disk: disk full, no permission or closed. The text says why."""


class Batch(object):
    """The oldest events, and where the journal goes on behind them.

    ``records`` are the readable ones; ``lines`` counts the damaged ones as well.
    """

    def __init__(self, before, after, records, lines):
        self.before = before
        self.after = after
        self.records = records
        self.lines = lines

    def first(self, count):
        """Return the batch of the first ``count`` records only."""
        last = self.records[count - 1]
        return Batch(self.before, last.end, self.records[:count], last.number)


class Journal(object):
    """The journal in one folder; safe for many appending threads and one that hands over."""

    def __init__(self, folder, clock_ms, segment_bytes=SEGMENT_BYTES):
        """Open or create it. Raises JournalUnavailable, also when another one has it open."""
        self.folder = folder
        self._clock_ms = clock_ms
        self._segment_bytes = segment_bytes
        self._turn = threading.Condition()
        self._reading = threading.RLock()
        self._waiting = []
        self._is_writing = False
        self._is_closed = False
        self._failure = None
        self._file = None
        self._lock = None
        self._kept = set()
        self.damaged = 0
        try:
            if not os.path.isdir(folder):
                os.makedirs(folder)
            self._lock = disk.FolderLock(folder)
            self._recover()
        except (IOError, OSError, disk.FolderBusy, disk.Throwable) as problem:
            self.close()
            raise JournalUnavailable("journal %s: %s" % (folder, problem))

    # -- appending

    def append(self, text):
        """Put an event (JSON text of one line) on the disk. Raises JournalUnavailable.

        Threads that come while another one waits for the disk share the next sync: one of them
        writes for all.
        """
        entry = _Entry(segments.line(text, self._clock_ms()))
        with self._turn:
            self._waiting.append(entry)
            while self._is_writing and not entry.is_settled:
                self._turn.wait()
            if entry.is_settled:
                entry.raise_failure()
                return
            self._is_writing = True
            group, self._waiting = self._waiting[:GROUP_LIMIT], self._waiting[GROUP_LIMIT:]
        failure = "interrupted"
        try:
            failure = self._write(group)
        finally:
            with self._turn:
                self._is_writing = False
                for each in group:
                    each.settle(failure)
                self._turn.notify_all()
        entry.raise_failure()

    def _write(self, group):
        """Put the lines of a group on the disk; return None, or why they are not there."""
        if self._is_closed:
            return "the journal is closed"
        content = b"".join(entry.line for entry in group)
        try:
            if self._failure is not None:
                self._cut_off_failed_write()
            if self._end[1] and self._end[1] + len(content) > self._segment_bytes:
                self._open_segment(self._end[0] + 1)
            disk.write_all(self._file, content)
            os.fsync(self._file.fileno())
        except (IOError, OSError, ValueError, disk.Throwable) as problem:
            self._failure = "journal %s: %s" % (self.folder, problem)
            return self._failure
        with self._turn:
            self._failure = None
            self._end = (self._end[0], self._end[1] + len(content))
            self._depth += len(group)
        return None

    def _cut_off_failed_write(self):
        segment, offset = self._end
        self._file.close()
        self._file = io.open(segments.path(self.folder, segment), "r+b", buffering=0)
        self._file.truncate(offset)
        self._file.seek(offset)

    def _open_segment(self, segment):
        path = segments.path(self.folder, segment)
        opened = io.open(path, "ab", buffering=0)
        disk.sync_folder(self.folder)
        if self._file is not None:
            self._file.close()
        self._file = opened
        with self._turn:
            self._end = (segment, os.path.getsize(path))

    # -- handing over

    def next_batch(self, limit, limit_bytes=BATCH_BYTES):
        """Return the oldest events; calling it again without acknowledge() returns the same."""
        with self._reading:
            with self._turn:
                end = self._end
            taken, size, lines, position = [], 0, 0, self._cursor
            with closing(segments.records(self.folder, self._cursor, end)) as records:
                for record in records:
                    position, lines = record.end, record.number
                    if record.text is None:
                        self._keep_damaged(record)
                        continue
                    taken.append(record)
                    size += len(record.text)
                    if len(taken) >= limit or size >= limit_bytes:
                        break
            return Batch(self._cursor, position, taken, lines)

    def acknowledge(self, batch):
        """Move the cursor behind a batch; segments long handed over are removed."""
        with self._reading:
            if batch.before != self._cursor:
                raise ValueError("the batch is not the next one")
            self._store_cursor(batch.after)
            self._kept.clear()
            with self._turn:
                self._depth = self._depth - batch.lines if self._cursor < self._end else 0
            for segment in segments.numbers(self.folder):
                if segment < self._cursor[0] - SEGMENTS_KEPT:
                    os.remove(segments.path(self.folder, segment))

    def recent(self):
        """Return the texts of all events that are still in the folder, oldest first."""
        with self._turn:
            end = self._end
        oldest = segments.numbers(self.folder)[0]
        found = segments.records(self.folder, (oldest, 0), end)
        return [record.text for record in found if record.text is not None]

    def depth(self):
        """Return how many events wait to be handed over."""
        with self._turn:
            return self._depth

    def age_seconds(self):
        """Return how long the oldest waiting event has waited; 0 when none waits."""
        batch = self.next_batch(1)
        if not batch.records:
            return 0
        return max(0, (self._clock_ms() - batch.records[0].at_ms) // 1000)

    def failure(self):
        """Return why the last append failed, or None."""
        return self._failure

    def close(self):
        """Let the write under way end, refuse further appends and free the folder."""
        with self._turn:
            while self._is_writing:
                self._turn.wait()
            self._is_closed = True
        with self._reading:
            if self._file is not None:
                self._file.close()
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _keep_damaged(self, record):
        if record.end in self._kept:
            return
        path = os.path.join(self.folder, DAMAGED_FILE)
        note = "# segment %d, line that ends at %d\n" % record.end
        disk.append_durably(path, note.encode("ascii") + record.raw + b"\n")
        self._kept.add(record.end)
        self.damaged += 1

    # -- recovery

    def _recover(self):
        found = segments.numbers(self.folder)
        if found:
            path = segments.path(self.folder, found[-1])
            length = segments.whole_length(path)
            if length < os.path.getsize(path):
                with open(path, "r+b") as torn:
                    torn.truncate(length)
        else:
            found = [1]
        self._open_segment(found[-1])
        self._cursor = self._stored_cursor(found[0])
        self._depth = sum(1 for _ in segments.records(self.folder, self._cursor, self._end))

    def _stored_cursor(self, oldest):
        """Return where to go on; from the oldest event when the cursor cannot be read.

        Sending an event again does no harm, leaving one out does. A cursor beyond the end is
        that of segments that were lost: what is appended now comes after it.
        """
        try:
            with open(os.path.join(self.folder, CURSOR_FILE), "rb") as stored:
                segment, offset = stored.read().split()
            cursor = (int(segment), int(offset))
        except (IOError, OSError, ValueError):
            return (oldest, 0)
        return min(max(cursor, (oldest, 0)), self._end)

    def _store_cursor(self, cursor):
        path = os.path.join(self.folder, CURSOR_FILE)
        disk.replace_durably(path, b"%d %d\n" % cursor)
        self._cursor = cursor


class _Entry(object):
    """A line on its way to the disk."""

    def __init__(self, line):
        self.line = line
        self.is_settled = False
        self._failure = None

    def settle(self, failure):
        self.is_settled = True
        self._failure = failure

    def raise_failure(self):
        if self._failure is not None:
            raise JournalUnavailable(self._failure)
