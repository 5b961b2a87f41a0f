# -*- coding: utf-8 -*-
"""Values on their way between views and scripts.

What a script gets from a view is no dict and no list in Ignition, but looks like one; it is the
same here, so that a script which depends on real dicts or lists fails in the preview already.
"""

from __future__ import absolute_import, unicode_literals

from java.util import Date


class PropertyObject(object):
    """An object property: reads like a dict, also by attributes, and is none."""

    def __init__(self, values):
        self.__values = values

    def __getitem__(self, key):
        return self.__values[key]

    def __getattr__(self, key):
        try:
            return self.__values[key]
        except KeyError:
            raise AttributeError("the property has no member %s" % key)

    def __contains__(self, key):
        return key in self.__values

    def __iter__(self):
        return iter(self.__values)

    def __len__(self):
        return len(self.__values)

    def get(self, key, default=None):
        """Return a member or the default."""
        return self.__values.get(key, default)

    def keys(self):
        """Return the names of the members."""
        return self.__values.keys()

    def values(self):
        """Return the values of the members."""
        return self.__values.values()

    def items(self):
        """Return names and values of the members."""
        return self.__values.items()


class PropertyArray(object):
    """An array property: can be indexed, counted and gone through, and is no list."""

    def __init__(self, values):
        self.__values = values

    def __getitem__(self, index):
        return self.__values[index]

    def __iter__(self):
        return iter(self.__values)

    def __len__(self):
        return len(self.__values)


class QualifiedValue(object):
    """What a script of a change gets: a value with its quality."""

    def __init__(self, value):
        self.value = value
        self.quality = "Good"


def to_property(value):
    """Return a parsed JSON value as a script gets it."""
    if isinstance(value, dict):
        if set(value) == {"$date"}:
            return Date(long(value["$date"]))
        if set(value) == {"$qualified"}:
            return QualifiedValue(to_property(value["$qualified"]))
        return PropertyObject({key: to_property(each) for key, each in value.items()})
    if isinstance(value, list):
        return PropertyArray([to_property(each) for each in value])
    return value


def from_property(value, where="the result"):
    """Return what a script gives back as JSON values. Raises ValueError for anything else."""
    if value is None or isinstance(value, (bool, int, long, float, unicode)):
        return value
    if isinstance(value, str):
        return value.decode("ascii")
    if isinstance(value, Date):
        return {"$date": value.getTime()}
    if isinstance(value, (dict, PropertyObject)):
        return {key: from_property(each, "%s.%s" % (where, key)) for key, each in value.items()}
    if isinstance(value, (list, tuple, PropertyArray)):
        return [from_property(each, "%s[%d]" % (where, i)) for i, each in enumerate(value)]
    raise ValueError("%s is a %s, which no property can hold" % (where, type(value).__name__))
