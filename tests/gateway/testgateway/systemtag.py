# -*- coding: utf-8 -*-
"""``system.tag``: what scripts see of the tag engine, and nothing more."""

from __future__ import absolute_import

import json

from java.lang import IllegalArgumentException
from java.util.concurrent import Executors

from testgateway.tagengine import Task
from testgateway.values import QualifiedValue, normalised


class SystemTag(object):
    """The functions of system.tag that the project uses, with Ignition's argument names."""

    def __init__(self, engine, history):
        self.__engine = engine
        self.__history = history
        self.__callbacks = Executors.newFixedThreadPool(3)

    def readBlocking(self, tagPaths, timeout=45000):
        """Read tags; a missing tag has the quality Bad_NotFound and raises nothing."""
        return self.__engine.read_all(_as_list(tagPaths))

    def writeBlocking(self, tagPaths, values, timeout=45000):
        """Write tags and return their quality codes; a missing tag raises nothing."""
        paths = _as_list(tagPaths)
        if isinstance(tagPaths, basestring):
            values = [values]
        if len(paths) != len(values):
            raise IllegalArgumentException("tagPaths and values must have the same length")
        updates = []
        for path, value in zip(paths, values):
            quality, timestamp = None, None
            if isinstance(value, QualifiedValue):
                value, quality, timestamp = value.value, value.quality.name, value.timestamp
            updates.append((path, value, quality, timestamp))
        return self.__engine.update_all(updates)

    def readAsync(self, tagPaths, callback):
        """Read tags and hand them to a callback on another thread."""
        self.__callbacks.submit(Task(lambda: callback(self.readBlocking(tagPaths))))

    def writeAsync(self, tagPaths, values, callback=None):
        """Write tags on another thread and hand the quality codes to a callback."""

        def work():
            codes = self.writeBlocking(tagPaths, values)
            if callback is not None:
                callback(codes)

        self.__callbacks.submit(Task(work))

    def queryTagHistory(
        self,
        paths,
        startDate=None,
        endDate=None,
        returnSize=-1,
        aggregationMode="Average",
        returnFormat="Wide",
    ):
        """Return the stored points of a tag."""
        return self.__history.raw(paths, startDate, endDate)

    def exists(self, tagPath):
        """Tell whether a tag or folder exists."""
        path = normalised(tagPath)
        below = path + "/"
        return any(each == path or each.startswith(below) for each in self.__engine.paths())

    def configure(self, basePath, tags, collisionPolicy="o"):
        """Create tags from export nodes (a list, a node or JSON text) below a folder."""
        if isinstance(tags, basestring):
            tags = json.loads(tags)
        nodes = tags if isinstance(tags, (list, tuple)) else [tags]
        paths = self.__engine.configure(basePath, nodes)
        return [value.quality for value in self.__engine.read_all(paths)]


def _as_list(paths):
    return [paths] if isinstance(paths, basestring) else list(paths)
