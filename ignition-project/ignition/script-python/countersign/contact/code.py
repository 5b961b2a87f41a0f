"""Contact: whether the service can be talked to now, and when to try again if not.

After a failure the pause doubles up to a minute, with a random part, so that the gateways of a
plant do not all come back at the same moment. A pause that the service asks for (Retry-After) is
kept. Only a change of the state is logged, not every attempt.
"""

from __future__ import absolute_import, division, unicode_literals

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
LONGEST_RETRY_AFTER_SECONDS = 600.0


class Contact(object):
    """One way to the service: sending events, or reading outcomes."""

    def __init__(self, name, clock_seconds, random_share, logger):
        """Take a clock that never goes back and a source of numbers from 0 to 1."""
        self._name = name
        self._clock_seconds = clock_seconds
        self._random_share = random_share
        self._logger = logger
        self._failures = 0
        self._state = None
        self._failing_since = None
        self._next_at = None

    def may_try(self):
        """Tell whether the pause is over."""
        return self._next_at is None or self._clock_seconds() >= self._next_at

    def is_good(self):
        """Tell whether the last attempt reached the service and was understood."""
        return self._state == "good"

    def succeeded(self):
        """Note an attempt that worked."""
        if self._failing_since is not None:
            seconds = self._clock_seconds() - self._failing_since
            text = "%s: the service answers again after %d s and %d attempts"
            self._logger.info(text % (self._name, seconds, self._failures))
        self._state = "good"
        self._failures = 0
        self._failing_since = None
        self._next_at = None

    def failed(self, state, text, retry_after_seconds=None):
        """Note an attempt that did not work; ``state`` is its kind, ``text`` the details."""
        now = self._clock_seconds()
        if self._failing_since is None:
            self._failing_since = now
        if state != self._state:
            self._logger.warn("%s: %s" % (self._name, text))
        self._state = state
        self._failures += 1
        self._next_at = now + self._pause(retry_after_seconds)

    def _pause(self, retry_after_seconds):
        if retry_after_seconds is not None:
            return min(retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS)
        doubled = FIRST_PAUSE_SECONDS * 2 ** min(self._failures - 1, 10)
        return min(doubled, LONGEST_PAUSE_SECONDS) * (0.5 + 0.5 * self._random_share())
