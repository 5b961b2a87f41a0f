"""Identity: the same occurrence has the same id, however often it is captured or sent."""

from __future__ import absolute_import, unicode_literals

import hashlib

ID_DIGITS = 32


def event_key(source, tag_path, trigger, timestamp_ms):
    """Return the id of an occurrence: 32 hex digits of a SHA-256.

    It covers who saw it (``source``), which trigger tag, the value of its counter and the tag's
    timestamp in milliseconds. Each part is led by its length, so that no two occurrences can be
    written the same way.
    """
    parts = (_text(source), _text(tag_path), "%d" % trigger, "%d" % timestamp_ms)
    written = "".join("%d:%s" % (len(part), part) for part in parts)
    return hashlib.sha256(written.encode("utf-8")).hexdigest()[:ID_DIGITS]


def _text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else value
