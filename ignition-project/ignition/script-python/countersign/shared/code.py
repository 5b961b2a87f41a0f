"""Shared: tables that all scripts of this gateway see and that outlive a save of the project.

Screens run in other copies of these modules than the gateway events do, so what both use is kept
here as plain dictionaries and lists: no object of a class of this project.
"""

from __future__ import absolute_import, unicode_literals

PROJECT = "countersign.project"


def table(name):
    """Return the table of this name, the same one for every script; one step on it is safe."""
    return system.util.getGlobals().setdefault(name, {})


def remember_project():
    """Note in which project the gateway events run, so that screens of another one find them."""
    system.util.getGlobals()[PROJECT] = system.util.getProjectName()


def ask_gateway(handler, payload):
    """Call a message handler of the gateway events and return its answer."""
    project = system.util.getGlobals().get(PROJECT) or system.util.getProjectName()
    return system.util.sendRequest(project, handler, payload)
