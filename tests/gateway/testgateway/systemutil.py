# -*- coding: utf-8 -*-
"""``system.util``: loggers, globals, messages, JSON and asynchronous calls."""

from __future__ import absolute_import

import json
import traceback
from collections import deque

from java.lang import Thread, Throwable
from java.util import Date

from testgateway.tagengine import Task

LOG_LINES_KEPT = 20000


class Log(object):
    """What scripts and the gateway itself have logged, the newest lines."""

    def __init__(self, echo=None):
        self.lines = deque(maxlen=LOG_LINES_KEPT)
        self._echo = echo

    def add(self, level, logger, message, thrown=None):
        """Keep a line, and write it to the echo stream when there is one."""
        line = {
            "at_ms": Date().getTime(),
            "level": level,
            "logger": logger,
            "message": _text(message),
            "thrown": None if thrown is None else unicode(thrown),
        }
        self.lines.append(line)
        if self._echo is not None:
            text = "%(level)s [%(logger)s] %(message)s\n" % line
            self._echo.write(text.encode("utf-8"))
            self._echo.flush()


class Logger(object):
    """What system.util.getLogger returns: one method per level."""

    def __init__(self, log, name):
        self._log = log
        self._name = name

    def getName(self):
        """Return the name of the logger."""
        return self._name

    def isDebugEnabled(self):
        """Tell whether debug lines are kept."""
        return True

    def isTraceEnabled(self):
        """Tell whether trace lines are kept."""
        return False

    def _add(self, level, message, thrown):
        if thrown is not None and not isinstance(thrown, Throwable):
            name = level.lower()
            raise TypeError("%s(): 2nd arg can't be coerced to java.lang.Throwable" % name)
        self._log.add(level, self._name, message, thrown)

    def trace(self, message, thrown=None):
        """Log at level TRACE."""
        self._add("TRACE", message, thrown)

    def debug(self, message, thrown=None):
        """Log at level DEBUG."""
        self._add("DEBUG", message, thrown)

    def info(self, message, thrown=None):
        """Log at level INFO."""
        self._add("INFO", message, thrown)

    def warn(self, message, thrown=None):
        """Log at level WARN."""
        self._add("WARN", message, thrown)

    def error(self, message, thrown=None):
        """Log at level ERROR."""
        self._add("ERROR", message, thrown)


class SystemUtil(object):
    """The functions of system.util that the project uses."""

    def __init__(self, project_name, log, message_handlers):
        self.__project_name = project_name
        self.__log = log
        self.__message_handlers = message_handlers
        self.__globals = {}

    def getLogger(self, name):
        """Return the logger of this name."""
        return Logger(self.__log, name)

    def getGlobals(self):
        """Return the dictionary that lives as long as the gateway."""
        return self.__globals

    globals = property(getGlobals)

    def getProjectName(self):
        """Return the name of the project."""
        return self.__project_name

    def jsonEncode(self, pyObj, indentFactor=4):
        """Return an object as JSON text."""
        return unicode(json.dumps(pyObj, indent=indentFactor))

    def jsonDecode(self, jsonString):
        """Return the object that JSON text stands for."""
        return json.loads(jsonString)

    def invokeAsynchronous(self, function, args=None, kwargs=None, description=None):
        """Call a function on a thread of its own."""

        def work():
            try:
                function(*(args or ()), **(kwargs or {}))
            except (Exception, Throwable):
                self.__log.add("ERROR", "invokeAsynchronous", traceback.format_exc())

        thread = Thread(Task(work), description or "invokeAsynchronous")
        thread.setDaemon(True)
        thread.start()
        return thread

    def sendMessage(self, project, messageHandler, payload=None, scope=None):
        """Call a message handler of the gateway without waiting for it; no scope means all."""
        if "G" in (scope or "CGS"):
            self.invokeAsynchronous(self.__message_handlers[messageHandler], [payload])
        return []

    def sendRequest(
        self,
        project,
        messageHandler,
        payload=None,
        hostName=None,
        remoteServer=None,
        timeoutSec=None,
    ):
        """Call a message handler of the gateway and return its answer."""
        return self.__message_handlers[messageHandler](payload)


def _text(message):
    if isinstance(message, str):
        return message.decode("utf-8", "replace")
    return unicode(message)
