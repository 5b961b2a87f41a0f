# -*- coding: utf-8 -*-
"""The historian of a test: what a tag was, as points that the control port has set."""

from __future__ import absolute_import

from testgateway.values import normalised


class History(object):
    """Points (milliseconds, value) by tag path."""

    def __init__(self):
        self._points = {}

    def put(self, path, points):
        """Set the points of a tag."""
        self._points[normalised(path)] = [tuple(point) for point in points]

    def raw(self, paths, begin, end):
        """Return the stored points of one tag between two instants as the rows of a dataset."""
        (path,) = paths
        found = self._points.get(normalised(path), ())
        return Points([p for p in found if begin.getTime() <= p[0] <= end.getTime()])


class Points(object):
    """A dataset with the columns t_stamp and value."""

    def __init__(self, rows):
        self._rows = rows

    def getRowCount(self):
        """Return how many points there are."""
        return len(self._rows)

    def getValueAt(self, row, column):
        """Return one cell."""
        return self._rows[row][column]
