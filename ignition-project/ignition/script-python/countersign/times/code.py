"""Times: how the gateway's clocks become the times of an event.

A tag's timestamp is an instant in milliseconds since 1970 UTC; on the wire it is RFC 3339 with
offset. Waiting is measured on a clock that never goes back, never on the wall clock.
"""

from __future__ import absolute_import, division, unicode_literals

import calendar
import re
import time

try:
    from java.lang import System
except ImportError:
    System = None

_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})\Z"
)


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


def milliseconds(text):
    """Return the instant of an RFC 3339 text of the service. Raises ValueError."""
    found = _RFC3339.match(text)
    if found is None:
        raise ValueError("%s is no time" % text)
    parts = found.groups()
    seconds = calendar.timegm(tuple(int(part) for part in parts[:6]) + (0, 0, 0))
    if parts[7] not in "Zz":
        minutes = int(parts[7][1:3]) * 60 + int(parts[7][4:6])
        seconds += minutes * (60 if parts[7][0] == "-" else -60)
    return seconds * 1000 + int(((parts[6] or "") + "000")[:3])
