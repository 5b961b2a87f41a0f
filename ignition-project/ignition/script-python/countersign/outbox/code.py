"""Outbox: the events of a redundant pair in a table that both gateways see.

It hands over as the journal does (next_batch, acknowledge, depth, age_seconds). It is never the
first place of an event: a trigger is answered from the file journal of the active gateway, with no
database in its way, and a timer moves the events over (see feed). So whichever gateway is active
sends on, and a failed one brings what it had not moved when it comes back. An event may come twice
on that way; the service knows it by its id.
"""

from __future__ import absolute_import, unicode_literals

import countersign.journal as journals

COUNT = "SELECT COUNT(*), MIN(journalled_at_ms) FROM %s"
OLDEST = "SELECT seq, event_text FROM %s WHERE seq < (SELECT MIN(seq) FROM %s) + ? ORDER BY seq"
"""Every database understands this; where numbers are missing it gives less than was asked for."""

KNOWN = "SELECT event_id FROM %s WHERE event_id IN (%s)"
ADD = "INSERT INTO %s (event_id, event_text, journalled_at_ms) VALUES %s"
REMOVE = "DELETE FROM %s WHERE seq IN (%s)"


class OutboxRecord(object):
    """One event of the outbox."""

    def __init__(self, seq, text):
        self.seq = seq
        self.text = text


class OutboxBatch(object):
    """The oldest events of the outbox."""

    def __init__(self, records):
        self.records = records
        self.lines = len(records)

    def first(self, count):
        """Return the batch of the first ``count`` records only."""
        return OutboxBatch(self.records[:count])


class Outbox(object):
    """The table of one redundant pair."""

    damaged = 0

    def __init__(self, database, table, clock_ms):
        self._database = database
        self._table = table
        self._clock_ms = clock_ms

    def add(self, entries):
        """Store events in one transaction: (event id, JSON text, journalled at); known ones not.

        Raises DatabaseUnavailable.
        """
        ids = [entry[0] for entry in entries]
        rows = self._database.query(KNOWN % (self._table, _places(ids)), ids)
        known = {row[0] for row in rows}
        new = []
        for entry in entries:
            if entry[0] not in known:
                known.add(entry[0])
                new.append(entry)
        if new:
            places = ", ".join("(?, ?, ?)" for _ in new)
            values = [value for entry in new for value in entry]
            self._database.change([(ADD % (self._table, places), values)])

    def next_batch(self, limit, limit_bytes=journals.BATCH_BYTES):
        """Return the oldest events; again the same until they are acknowledged."""
        records, size = [], 0
        for seq, text in self._database.query(OLDEST % (self._table, self._table), [limit]):
            records.append(OutboxRecord(seq, text))
            size += len(text)
            if size >= limit_bytes:
                break
        return OutboxBatch(records)

    def acknowledge(self, batch):
        """Remove the events of a batch, and no other: another gateway may have added some."""
        seqs = [record.seq for record in batch.records]
        self._database.change([(REMOVE % (self._table, _places(seqs)), seqs)])

    def depth(self):
        """Return how many events wait to be handed over."""
        return int(self._database.query(COUNT % self._table)[0][0])

    def age_seconds(self):
        """Return how long the oldest waiting event has waited; 0 when none waits."""
        oldest = self._database.query(COUNT % self._table)[0][1]
        return 0 if oldest is None else max(0, (self._clock_ms() - int(oldest)) // 1000)


def _places(values):
    return ", ".join("?" for _ in values)
