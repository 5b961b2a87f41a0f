"""Segments: the files of the journal and the lines they are made of.

A line is ``<crc-32 of the rest, 8 hex digits> <journalled at, ms> <the event as JSON>``.
"""

from __future__ import absolute_import, unicode_literals

import binascii
import os

SUFFIX = ".seg"
NAME_DIGITS = 8


class Record(object):
    """One line: the event's JSON text, None when damaged, and where the next line starts.

    ``end`` is (segment, offset); ``number`` counts from 1 at the place where reading began.
    """

    def __init__(self, text, at_ms, end, raw, number):
        self.text = text
        self.at_ms = at_ms
        self.end = end
        self.raw = raw
        self.number = number


def line(text, at_ms):
    """Return the bytes of a line for an event, which must be JSON without a line break."""
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    if b"\n" in content:
        raise ValueError("an event is journalled as JSON of one line")
    rest = b"%d %s" % (at_ms, content)
    return b"%08x %s\n" % (binascii.crc32(rest) & 0xFFFFFFFF, rest)


def path(folder, segment):
    """Return the file of a segment."""
    return os.path.join(folder, "%0*d%s" % (NAME_DIGITS, segment, SUFFIX))


def numbers(folder):
    """Return the numbers of the segments in a folder, oldest first."""
    stems = [name[: -len(SUFFIX)] for name in os.listdir(folder) if name.endswith(SUFFIX)]
    return sorted(int(stem) for stem in stems if stem.isdigit())


def records(folder, start, end):
    """Yield the records from one (segment, offset) to another; a missing segment has none.

    The generator holds a file open: a caller that may stop early closes it.
    """
    number = 0
    for segment in range(start[0], end[0] + 1):
        if not os.path.exists(path(folder, segment)):
            continue
        offset = start[1] if segment == start[0] else 0
        stop = end[1] if segment == end[0] else None
        with open(path(folder, segment), "rb") as source:
            source.seek(offset)
            while stop is None or offset < stop:
                raw = source.readline()
                if not raw:
                    break
                offset += len(raw)
                number += 1
                text, at_ms = _parse(raw)
                yield Record(text, at_ms, (segment, offset), raw, number)


def whole_length(file_path):
    """Return the length of a segment up to its last line break."""
    length = 0
    with open(file_path, "rb") as source:
        for raw in source:
            if raw.endswith(b"\n"):
                length += len(raw)
    return length


def _parse(raw):
    """Return text and time of a line, or (None, None) when it is not what was written."""
    digits, _, rest = raw[:-1].partition(b" ")
    try:
        whole = raw.endswith(b"\n") and int(digits, 16) == binascii.crc32(rest) & 0xFFFFFFFF
        at_ms, _, content = rest.partition(b" ")
        return (content.decode("utf-8"), int(at_ms)) if whole else (None, None)
    except ValueError:
        return None, None
