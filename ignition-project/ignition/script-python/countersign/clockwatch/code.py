"""Clock watch: notices that the gateway's clock was set back.

Nothing depends on it: ids and times of events come from the tags, waiting is measured on a clock
that never goes back. But people compare times, and what is captured now seems to have happened
before what was captured earlier.
"""

from __future__ import absolute_import, division, unicode_literals

TOLERANCE_MS = 5000
"""What a time server may correct in one step without anybody being told."""

LONGEST_SECONDS = 24 * 3600


class ClockWatch(object):
    """Compares the wall clock with one that never goes back."""

    def __init__(self, wall_ms, monotonic_seconds):
        self._wall_ms = wall_ms
        self._monotonic_seconds = monotonic_seconds
        self._seen = (wall_ms(), monotonic_seconds())
        self._gap_ms = 0
        self._until = None

    def problem(self):
        """Return in words that the clock was set back, None when it was not.

        It stands until the clock has reached again what it had shown, a day at most.
        """
        wall_ms, now = self._wall_ms(), self._monotonic_seconds()
        gap_ms = self._seen[0] + (now - self._seen[1]) * 1000 - wall_ms
        self._seen = (wall_ms, now)
        if gap_ms > TOLERANCE_MS:
            self._gap_ms = gap_ms
            self._until = now + min(gap_ms / 1000, LONGEST_SECONDS)
        if self._until is None or now >= self._until:
            return None
        return "the clock of this gateway was set back by %d s" % round(self._gap_ms / 1000)
