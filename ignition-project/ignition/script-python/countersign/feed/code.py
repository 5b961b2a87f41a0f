"""Feed: moves events from the journal of one gateway to the outbox of its redundant pair."""

from __future__ import absolute_import, unicode_literals

import json

import countersign.database as databases
import countersign.jobs as jobs

BATCH_SIZE = 200
"""Three values per event; SQL Server takes 2,100 in one statement."""


class Feed(jobs.Job):
    """Empties the journal into the outbox; one run at a time."""

    def __init__(self, journal, outbox, alarms):
        jobs.Job.__init__(self)
        self._journal = journal
        self._outbox = outbox
        self._alarms = alarms

    def work(self):
        """Move all that waits; without the database everything stays in the journal."""
        try:
            while not self.is_stopping:
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


def _entry_of(record):
    return json.loads(record.text)["id"], record.text, record.at_ms
