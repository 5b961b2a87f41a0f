# -*- coding: utf-8 -*-
"""The gateway events of a project, as text files in the form of Ignition 8.3.

``ignition/<kind>/<name>/{<function>.py,resource.json}``; startup and shutdown have no name.
What runs in a test is thereby exactly what a gateway imports.
"""

from __future__ import absolute_import

import json
import os

from testgateway.library import execute

FUNCTIONS = {
    "startup": "onStartup",
    "shutdown": "onShutdown",
    "update": "onUpdate",
    "tag-change": "onTagChange",
    "timer": "handleTimerEvent",
    "scheduled": "handleScheduleEvent",
    "message": "handleMessage",
}
"""The function that a script file of each kind defines."""

UNNAMED = ("startup", "shutdown", "update")


class ProjectEvent(object):
    """One enabled event of the project: its name, attributes and function."""

    def __init__(self, kind, name, attributes, function):
        self.kind = kind
        self.name = name
        self.attributes = attributes
        self.function = function


def read_events(project_folder, kind):
    """Return the enabled events of one kind, sorted by name."""
    base = os.path.join(project_folder, "ignition", kind)
    if not os.path.isdir(base):
        return []
    if kind in UNNAMED:
        found = [(kind, base)]
    else:
        found = [(name, os.path.join(base, name)) for name in sorted(os.listdir(base))]
    events = [_read_event(kind, name, folder) for name, folder in found]
    return [event for event in events if event.attributes.get("enabled", True)]


def _read_event(kind, name, folder):
    manifest = os.path.join(folder, "resource.json")
    with open(manifest, "rb") as text:
        resource = json.load(text)
    function = FUNCTIONS[kind]
    script = function + ".py"
    if script not in resource["files"]:
        raise ValueError("%s does not name %s" % (manifest, script))
    namespace = {"__name__": "%s:%s" % (kind, name)}
    execute(os.path.join(folder, script), namespace)
    return ProjectEvent(kind, name, resource["attributes"], namespace[function])
