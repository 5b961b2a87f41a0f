# -*- coding: utf-8 -*-
"""A gateway: tags, the ``system`` functions, a project's library and its gateway events."""

from __future__ import absolute_import

import os
import sys
import traceback

from java.lang import Throwable
from java.util.concurrent import Executors, TimeUnit

from testgateway.history import History
from testgateway.library import ProjectLibrary, execute
from testgateway.projectevents import read_events
from testgateway.systemalarm import SystemAlarm
from testgateway.systemdate import SystemDate
from testgateway.systemdb import SystemDb
from testgateway.systemhistorian import SystemHistorian
from testgateway.systemnet import SystemNet
from testgateway.systemsecrets import SystemSecrets
from testgateway.systemtag import SystemTag
from testgateway.systemutil import Log, Logger, SystemUtil
from testgateway.tagengine import TagEngine, Task

REDUNDANCY_FOLDER = "[System]Gateway/Redundancy"
WEBDEV_FOLDER = os.path.join("com.inductiveautomation.webdev", "resources")


class ServletResponse(object):
    """The answer of a WebDev resource, as far as scripts set it."""

    status = 200

    def setStatus(self, status):
        """Set the HTTP status."""
        self.status = status


class SystemFunctions(object):
    """The name ``system`` of all scripts."""

    def __init__(self, areas):
        """Take the areas by name: ``tag``, ``net`` and so on; a version may lack some."""
        self.__dict__.update(areas)


class Gateway(object):
    """One project running on one gateway."""

    def __init__(
        self, project_folder, tags, echo=None, databases=None, secrets=None, is_active=None
    ):
        """Take a project and tags; with ``secrets`` the gateway is an 8.3, without them an 8.1.

        ``is_active`` makes it one of a redundant pair.
        """
        self.log = Log(echo)
        self.tags = TagEngine(Logger(self.log, "tags"))
        self.message_handlers = {}
        name = os.path.basename(os.path.abspath(project_folder))
        util = SystemUtil(name, self.log, self.message_handlers)
        self.standing_alarms = []
        self.history = History()
        areas = {
            "alarm": SystemAlarm(self.standing_alarms),
            "date": SystemDate(),
            "db": SystemDb(databases or {}),
            "net": SystemNet(),
            "tag": SystemTag(self.tags, self.history),
            "util": util,
        }
        if secrets is not None:
            areas["historian"] = SystemHistorian(self.history)
            areas["secrets"] = SystemSecrets(secrets)
        self.system = SystemFunctions(areas)
        self.library = ProjectLibrary(project_folder)
        self.library.install(self.system)
        self._project_folder = project_folder
        self._timers = []
        self.tags.configure("[default]", tags)
        if is_active is not None:
            tag = {"name": "IsActive", "dataType": "Boolean", "value": is_active}
            self.tags.configure(REDUNDANCY_FOLDER, [tag])

    def start(self):
        """Run the startup script, then start messages, tag-change scripts and timers."""
        for event in self._events("startup"):
            self._guarded(event.name, event.function)
        for event in self._events("message"):
            self.message_handlers[event.name] = event.function
        for event in self._events("tag-change"):
            attributes = event.attributes
            types = attributes.get("changeTypes", ["ValueChange"])
            self.tags.watch(event.name, attributes["paths"], event.function, types)
        shared = Executors.newScheduledThreadPool(1)
        self._timers.append(shared)
        for event in self._events("timer"):
            self._start_timer(event, shared)

    def run_scheduled(self, name):
        """Run a scheduled script now; the test gateway does not wait for its hour."""
        for event in self._events("scheduled"):
            if event.name == name:
                self._guarded(event.name, event.function)

    def webdev(self, resource, method, data):
        """Call a WebDev resource as the module does once it has checked who calls."""
        folder = os.path.join(self._project_folder, WEBDEV_FOLDER, *resource.split("/"))
        namespace = {}
        execute(os.path.join(folder, method + ".py"), namespace)
        answer = ServletResponse()
        content = namespace[method]({"data": data, "servletResponse": answer}, {})
        return [answer.status, content]

    def save_project(self):
        """Do what a save of the project does: forget the modules, then run the update script."""
        self.library.reload()
        for event in self._events("update"):
            self._guarded(event.name, event.function, "designer", [])

    def stop(self):
        """Stop timers and tag-change scripts, then run the shutdown script."""
        for executor in self._timers:
            executor.shutdown()
            executor.awaitTermination(10, TimeUnit.SECONDS)
        self.tags.stop()
        for event in self._events("shutdown"):
            self._guarded(event.name, event.function)

    def _events(self, kind):
        return read_events(self._project_folder, kind)

    def _start_timer(self, event, shared):
        executor = shared
        if not event.attributes.get("sharedThread", True):
            executor = Executors.newScheduledThreadPool(1)
            self._timers.append(executor)
        delay = event.attributes["delay"]
        task = Task(lambda: self._guarded(event.name, event.function))
        if event.attributes.get("fixedDelay", True):
            executor.scheduleWithFixedDelay(task, delay, delay, TimeUnit.MILLISECONDS)
        else:
            executor.scheduleAtFixedRate(task, delay, delay, TimeUnit.MILLISECONDS)

    def _guarded(self, name, function, *arguments):
        try:
            function(*arguments)
        except (Exception, Throwable):
            self.log.add("ERROR", name, traceback.format_exc())


def interpreter_version():
    """Return the version of the interpreter: ``2.7.3``."""
    return "%d.%d.%d" % sys.version_info[:3]
