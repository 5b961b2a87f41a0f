"""Dead letters: events that can never be booked as they are, kept for a person with the reason.

``dead-letters.ndjson`` in the journal's folder, one JSON object per line: ``at``, ``reasons`` and
the ``event``. A person who has dealt with them moves the file away.
"""

from __future__ import absolute_import, unicode_literals

import json
import os
import threading

import countersign.disk as disk
import countersign.times as times

FILE_NAME = "dead-letters.ndjson"


class DeadLetters(object):
    """The dead-letter file of one gateway."""

    def __init__(self, folder, clock_ms):
        self.path = os.path.join(folder, FILE_NAME)
        self._clock_ms = clock_ms
        self._lock = threading.Lock()
        self._counted_size = 0
        self._count = 0

    def add(self, event, reasons):
        """Keep an event with the reasons (texts); on the disk when this returns."""
        letter = {"at": times.rfc3339(self._clock_ms()), "reasons": list(reasons), "event": event}
        line = json.dumps(letter, sort_keys=True) + "\n"
        with self._lock:
            disk.append_durably(self.path, line.encode("ascii"))

    def count(self):
        """Return how many events wait for a person."""
        with self._lock:
            size = os.path.getsize(self.path) if os.path.exists(self.path) else 0
            if size != self._counted_size:
                self._count = self._lines() if size else 0
                self._counted_size = size
            return self._count

    def _lines(self):
        with open(self.path, "rb") as letters:
            return sum(1 for _ in letters)
