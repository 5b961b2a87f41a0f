# -*- coding: utf-8 -*-
"""``system.historian``: only Ignition 8.3 has it."""

from __future__ import absolute_import


class SystemHistorian(object):
    """The functions of system.historian that the project uses."""

    def __init__(self, history):
        self.__history = history

    def queryRawPoints(
        self,
        paths,
        startTime=None,
        endTime=None,
        columnNames=None,
        returnFormat="Wide",
        returnSize=-1,
    ):
        """Return the stored points of a tag."""
        return self.__history.raw(paths, startTime, endTime)
