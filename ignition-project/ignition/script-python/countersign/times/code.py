"""Times: how the gateway's clocks become the times of an event.

A tag's timestamp is an instant in milliseconds since 1970 UTC; on the wire it is RFC 3339 with
offset. Waiting is measured on a clock that never goes back, never on the wall clock.
"""

from __future__ import absolute_import, division, unicode_literals

import time

try:
    from java.lang import System
except ImportError:
    System = None


def rfc3339(milliseconds):
    """Return an instant as UTC text with milliseconds: ``2026-03-01T06:00:00.000Z``."""
    seconds, rest = divmod(milliseconds, 1000)
    return "%04d-%02d-%02dT%02d:%02d:%02d" % time.gmtime(seconds)[:6] + ".%03dZ" % rest


def now_ms():
    """Return the wall clock in milliseconds since 1970 UTC."""
    return int(time.time() * 1000)


def monotonic_seconds():
    """Return a clock for waiting; only differences mean something."""
    if System is not None:
        return System.nanoTime() / 1e9
    return time.monotonic()
