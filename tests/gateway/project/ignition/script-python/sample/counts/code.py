"""Counts what has happened; lives as long as the module, not as long as the gateway."""

from __future__ import absolute_import

import time

seen = []
runs = {"timer": 0, "disabled": 0, "startup": 0}


def note(is_initial, new_value, previous_value, event):
    """Remember a change of a tag."""
    previous = None if previous_value is None else previous_value.value
    seen.append([bool(is_initial), new_value.value, previous, event.tagPath.itemName])


def note_slowly(is_initial, new_value, previous_value, event):
    """Take longer than the tag takes to change."""
    time.sleep(0.002)
    note(is_initial, new_value, previous_value, event)


def notes():
    """Return what was remembered."""
    return seen


def counted():
    """Return how often each event ran."""
    return runs


def count(name):
    """Count an event."""
    runs[name] += 1


def engine_names():
    """Return the names that a script can see on system.tag."""
    return [name for name in dir(system.tag) if not name.startswith("_")]


def read(paths):
    """Return value and quality of tags."""
    return [[each.value, str(each.quality)] for each in system.tag.readBlocking(paths)]


def write(paths, values):
    """Write tags and return the quality codes."""
    return [str(code) for code in system.tag.writeBlocking(paths, values)]
