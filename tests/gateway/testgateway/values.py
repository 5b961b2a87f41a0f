# -*- coding: utf-8 -*-
"""What a script reads from a tag: qualified values, quality codes, tag paths, change events."""

from __future__ import absolute_import

import struct

from java.time import OffsetDateTime
from java.util import Date


class QualityCode(object):
    """How far a value can be trusted, with Ignition's names and numbers."""

    def __init__(self, name, code, diagnostic=None):
        self.name = name
        self.code = code
        self.diagnosticMessage = diagnostic

    def isGood(self):
        """Tell whether the value can be used as it is."""
        return self.name.startswith("Good")

    def isNotGood(self):
        """Tell whether the value needs a second look."""
        return not self.isGood()

    def isBad(self):
        """Tell whether the value must not be used."""
        return self.name.startswith(("Bad", "Error"))

    def isUncertain(self):
        """Tell whether the value is doubtful."""
        return self.name.startswith("Uncertain")

    good = property(isGood)
    notGood = property(isNotGood)
    bad = property(isBad)
    uncertain = property(isUncertain)

    def getName(self):
        """Return the name without diagnostic."""
        return self.name

    def getCode(self):
        """Return the number."""
        return self.code

    def getDiagnosticMessage(self):
        """Return what the provider says about it."""
        return self.diagnosticMessage

    def __repr__(self):
        if self.diagnosticMessage:
            return '%s("%s")' % (self.name, self.diagnosticMessage)
        return self.name

    __str__ = toString = __repr__

    def __eq__(self, other):
        return isinstance(other, QualityCode) and other.code == self.code

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return self.code


GOOD = QualityCode("Good", 192)
NOT_FOUND = -2147483121
QUALITIES = {
    quality.name: quality
    for quality in (
        GOOD,
        QualityCode("Bad", -2147483136),
        QualityCode("Bad_NotFound", NOT_FOUND),
        QualityCode("Bad_Stale", -2147483137),
        QualityCode("Bad_NotConnected", -2147483129),
        QualityCode("Bad_ReadOnly", -2147483117),
        QualityCode("Error_TypeConversion", -2147483116),
        QualityCode("Uncertain", 1073742336),
    )
}


class QualifiedValue(object):
    """A value with its quality and its timestamp (java.util.Date)."""

    def __init__(self, value, quality=GOOD, timestamp=None):
        self.value = value
        self.quality = quality
        self.timestamp = Date() if timestamp is None else timestamp

    def getValue(self):
        """Return the bare value."""
        return self.value

    def getQuality(self):
        """Return the quality code."""
        return self.quality

    def getTimestamp(self):
        """Return when the value was taken."""
        return self.timestamp

    def __repr__(self):
        return "[%s, %s, %s]" % (self.value, self.quality, self.timestamp)

    __str__ = toString = __repr__


class TagPath(object):
    """The address of a tag: ``[provider]folder/name``."""

    def __init__(self, text):
        self._text = text

    @property
    def itemName(self):
        """Return the last part: the name of the tag."""
        return self._text.rsplit("/", 1)[-1].split("]")[-1]

    @property
    def source(self):
        """Return the name of the tag provider."""
        return self._text[1 : self._text.index("]")]

    def getItemName(self):
        """Return the last part: the name of the tag."""
        return self.itemName

    def toStringFull(self):
        """Return the path with its provider."""
        return self._text

    def toStringPartial(self):
        """Return the path without its provider."""
        return self._text.split("]", 1)[-1]

    def __repr__(self):
        return self._text

    __str__ = toString = __repr__


class TagChangeEvent(object):
    """What a gateway tag-change script gets as ``event``."""

    def __init__(self, path, previous, current):
        self.tagPath = TagPath(path)
        self.previousValue = previous
        self.currentValue = current

    def getTagPath(self):
        """Return the path of the tag that changed."""
        return self.tagPath

    def getPreviousValue(self):
        """Return the value before the change, None on the initial change."""
        return self.previousValue

    def getCurrentValue(self):
        """Return the value after the change."""
        return self.currentValue

    getValue = getCurrentValue


def normalised(path):
    """Return a path with its provider; ``[default]`` where none is given."""
    path = unicode(path)
    return path if path.startswith("[") else "[default]" + path


def date_of(value):
    """Return a java.util.Date from milliseconds, RFC 3339 text or a Date."""
    if value is None or isinstance(value, Date):
        return value
    if isinstance(value, basestring):
        return Date(OffsetDateTime.parse(value).toInstant().toEpochMilli())
    return Date(long(value))


def as_type(value, data_type):
    """Return a value as a tag of this data type holds it; raises ValueError or TypeError."""
    if value is None or data_type is None:
        return value
    return _CONVERSIONS[data_type](value)


def _boolean(value):
    if isinstance(value, (bool, int, long)):
        return bool(value)
    raise TypeError("not a Boolean: %r" % (value,))


def _float4(value):
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def _whole(bits):
    limit = 1 << (bits - 1)

    def convert(value):
        number = long(value)
        if not -limit <= number < limit:
            raise ValueError("%d does not fit in %d bits" % (number, bits))
        return int(number) if bits <= 32 else number

    return convert


_CONVERSIONS = {
    "Boolean": _boolean,
    "Int1": _whole(8),
    "Int2": _whole(16),
    "Int4": _whole(32),
    "Int8": _whole(64),
    "Float4": _float4,
    "Float8": float,
    "String": unicode,
    "Text": unicode,
    "DateTime": date_of,
}
