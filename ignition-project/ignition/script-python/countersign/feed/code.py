"""Feed: moves events from the journal of one gateway to the outbox of its redundant pair."""

from __future__ import absolute_import, unicode_literals

import json
import threading

import countersign.database as databases

BATCH_SIZE = 200
"""Three values per event; SQL Server takes 2,100 in one statement."""


class Feed(object):
    """Empties the journal into the outbox; one run at a time."""

    def __init__(self, journal, outbox, alarms):
        self._journal = journal
        self._outbox = outbox
        self._alarms = alarms
        self._running = threading.Lock()
        self._is_stopping = False

    def run(self):
        """Move all that waits; without the database everything stays in the journal."""
        if not self._running.acquire(False):
            return
        try:
            while not self._is_stopping:
                batch = self._journal.next_batch(BATCH_SIZE)
                if not batch.lines:
                    return
                if batch.records:
                    self._outbox.add([_entry_of(record) for record in batch.records])
                self._journal.acknowledge(batch)
                self._alarms.clear("outbox")
        except databases.DatabaseUnavailable as problem:
            text = "events stay in the journal, the outbox cannot be reached: %s"
            self._alarms.set("outbox", text % problem)
        finally:
            self._running.release()

    def stop(self):
        """Let the batch under way end and move no more."""
        self._is_stopping = True
        self._running.acquire()
        self._running.release()


def _entry_of(record):
    return json.loads(record.text)["id"], record.text, record.at_ms
