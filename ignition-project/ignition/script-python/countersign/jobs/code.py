"""Jobs: work that a timer calls again and again, once at a time, and that a save can end."""

from __future__ import absolute_import, unicode_literals

import threading


class Job(object):
    """Something that a timer has to do; a subclass says what in ``work``."""

    def __init__(self):
        self._turn = threading.Lock()
        self.is_stopping = False

    def run(self):
        """Do the work, unless somebody is at it or it was stopped."""
        if not self._turn.acquire(False):
            return
        try:
            if not self.is_stopping:
                self.work()
        finally:
            self._turn.release()

    def stop(self):
        """Let the step under way end and begin no more."""
        self.is_stopping = True
        self._turn.acquire()
        self._turn.release()

    def work(self):
        """Do all that is to do now; look at ``is_stopping`` between two steps."""
        raise NotImplementedError
