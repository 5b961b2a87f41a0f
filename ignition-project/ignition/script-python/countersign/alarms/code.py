"""Alarms: what a person has to look at on this gateway, as one text for a tag."""

from __future__ import absolute_import, unicode_literals

import threading


class Alarms(object):
    """The conditions that stand, by name; each change is logged once."""

    def __init__(self, logger):
        self._logger = logger
        self._lock = threading.Lock()
        self._standing = {}

    def set(self, name, text):
        """Raise a condition or change its text."""
        with self._lock:
            is_new = self._standing.get(name) != text
            self._standing[name] = text
        if is_new:
            self._logger.error("alarm %s: %s" % (name, text))

    def clear(self, name):
        """End a condition."""
        with self._lock:
            stood = self._standing.pop(name, None)
        if stood is not None:
            self._logger.info("alarm %s is over" % name)

    def text(self):
        """Return all conditions on one line, empty when there is none."""
        with self._lock:
            return "; ".join(self._standing[name] for name in sorted(self._standing))
