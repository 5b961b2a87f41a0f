# -*- coding: utf-8 -*-
"""``system.date``: instants."""

from __future__ import absolute_import

from java.util import Date


class SystemDate(object):
    """The functions of system.date that the project uses."""

    def fromMillis(self, millis):
        """Return an instant from milliseconds since 1970 UTC."""
        return Date(long(millis))
