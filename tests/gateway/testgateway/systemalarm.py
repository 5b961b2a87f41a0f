# -*- coding: utf-8 -*-
"""``system.alarm``: the alarms that a test has raised."""

from __future__ import absolute_import


class SystemAlarm(object):
    """The functions of system.alarm that the project uses."""

    def __init__(self, standing):
        """Take the list of standing alarms, which the control port fills."""
        self.__standing = standing

    def queryStatus(self, priority=None, state=None, path=None, source=None):
        """Return the alarms in the given states; all of a test are active."""
        wanted = set(state or ())
        return list(self.__standing) if wanted & {"ActiveUnacked", "ActiveAcked"} else []


class StandingAlarm(object):
    """An alarm as a script sees it."""

    def __init__(self, source, name, priority):
        self._source = source
        self._name = name
        self._priority = priority

    def getSource(self):
        """Return where it comes from: ``prov:default:/tag:Plant/PRESS1/Oil:/alm:Low``."""
        return self._source

    def getName(self):
        """Return its name."""
        return self._name

    def getPriority(self):
        """Return its priority."""
        return self._priority
