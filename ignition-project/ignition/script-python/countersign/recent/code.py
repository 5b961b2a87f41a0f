"""Recent: the events that this gateway captured lately, so that answers find their way back.

Filled from the journal's segments when the gateway starts, so nothing of it needs a file.
"""

from __future__ import absolute_import, unicode_literals

import threading
from collections import OrderedDict

EVENTS_KEPT = 20000


class RecentEvents(object):
    """Work centre and trigger of the newest events, by event id."""

    def __init__(self, limit=EVENTS_KEPT):
        self._limit = limit
        self._lock = threading.Lock()
        self._folders = OrderedDict()
        self._triggers = {}

    def add(self, event):
        """Remember a journalled event; what was entered at a screen has no tag."""
        tag_path = event["data"].get("tag_path")
        with self._lock:
            self._folders[event["id"]] = tag_path and tag_path.rsplit("/", 1)[0]
            if tag_path is not None:
                self._triggers[tag_path] = event["sequence"]
            if len(self._folders) > self._limit:
                self._folders.popitem(False)

    def knows(self, event_key):
        """Tell whether an event is among the newest."""
        with self._lock:
            return event_key in self._folders

    def folder_of(self, event_key):
        """Return the tag folder of the work centre that reported an event, None if forgotten."""
        with self._lock:
            return self._folders.get(event_key)

    def is_last_trigger(self, tag_path, trigger):
        """Tell whether the newest event of a trigger tag is that of this counter."""
        with self._lock:
            return self._triggers.get(tag_path) == "%d" % trigger
