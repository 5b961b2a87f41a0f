# -*- coding: utf-8 -*-
"""An in-memory tag tree with gateway tag-change scripts, queued as a gateway queues them.

A project's tag-change script has a thread and an unbounded queue of its own: in order, never
dropped. Tags come from tag export JSON (folders, atomic tags, UDT types and their instances).
"""

from __future__ import absolute_import

import re
import threading
import traceback
from collections import deque

from java.lang import Runnable, System, Thread, Throwable
from java.lang.management import ManagementFactory
from java.util.concurrent import LinkedBlockingQueue

from testgateway.values import (
    GOOD,
    NOT_FOUND,
    QUALITIES,
    QualifiedValue,
    QualityCode,
    TagChangeEvent,
    as_type,
    date_of,
    normalised,
)

PROCESSOR = ManagementFactory.getThreadMXBean()
STOP = ()
"""Queued behind the changes to end the thread of a script."""

HOLD_TIMES_KEPT = 100000
"""How many handler run times a definition remembers for its statistics."""


class Task(Runnable):
    """A Python callable as a java.lang.Runnable."""

    def __init__(self, function):
        self._function = function

    def run(self):
        """Call the function."""
        self._function()


class TagEngine(object):
    """The tags of all providers and the change scripts that watch them."""

    def __init__(self, logger):
        self.logger = logger
        self._lock = threading.RLock()
        self._values = {}
        self._types = {}
        self._udt_types = {}
        self.change_scripts = []

    # -- configuration

    def configure(self, base_path, nodes):
        """Create the tags of export nodes below a folder; what exists keeps its value."""
        created = []
        for node in nodes:
            self._create(normalised(base_path).rstrip("/"), node, created)
        return created

    def _create(self, folder, node, created):
        kind = node.get("tagType", "AtomicTag")
        if kind == "Provider":
            path = folder
        else:
            path = folder + ("" if folder.endswith("]") else "/") + node["name"]
        if kind == "UdtType":
            self._udt_types[node["name"]] = node
        elif kind == "AtomicTag":
            created.append(path)
            with self._lock:
                self._types[path] = node.get("dataType", "Int4")
                if path not in self._values:
                    value = as_type(node.get("value"), self._types[path])
                    self._values[path] = QualifiedValue(value)
        elif kind == "UdtInstance":
            for child in self._udt_types[node["typeId"]].get("tags", ()):
                self._create(path, child, created)
        else:
            for child in sorted(node.get("tags", ()), key=_types_first):
                self._create(path, child, created)

    def watch(self, name, paths, function, change_types):
        """Start a tag-change script; it is told of every tag that exists as initial change."""
        script = ChangeScript(self, name, paths, function, change_types)
        with self._lock:
            self.change_scripts.append(script)
            for path in sorted(self._values):
                if script.matches(path):
                    script.offer(path, None, self._values[path], True)
        script.start()
        return script

    def stop(self):
        """Stop all change scripts after the event they are working on."""
        for script in self.change_scripts:
            script.stop()

    def idle(self):
        """Tell whether no change script has anything to do."""
        return all(script.outstanding() == 0 for script in self.change_scripts)

    # -- values

    def update(self, path, value, quality=None, timestamp=None):
        """Set a tag as its device does and return the quality of the write."""
        return self.update_all([(path, value, quality, timestamp)])[0]

    def update_all(self, updates):
        """Set several tags in one step: readers see all of them or none.

        ``updates`` are (path, value, quality name, timestamp); a tag that does not exist is
        answered with Bad_NotFound, a value of another type with Error_TypeConversion.
        """
        with self._lock:
            return [self._update(*each) for each in updates]

    def _update(self, path, value, quality, timestamp):
        path = normalised(path)
        previous = self._values.get(path)
        if previous is None:
            return QualityCode("Bad_NotFound", NOT_FOUND, "%s does not exist" % path)
        try:
            value = as_type(value, self._types.get(path))
        except (ValueError, TypeError) as problem:
            code = QUALITIES["Error_TypeConversion"]
            return QualityCode(code.name, code.code, unicode(problem))
        current = QualifiedValue(value, QUALITIES[quality or "Good"], date_of(timestamp))
        self._values[path] = current
        changes = _changes(previous, current)
        for script in self.change_scripts:
            if script.change_types & changes and script.matches(path):
                script.offer(path, previous, current, False)
        return GOOD

    def read(self, path):
        """Return the qualified value of one tag; Bad_NotFound when there is none."""
        return self.read_all([path])[0]

    def read_all(self, paths):
        """Return the qualified values of several tags as they were at one moment."""
        with self._lock:
            return [self._read(normalised(path)) for path in paths]

    def _read(self, path):
        found = self._values.get(path)
        if found is None:
            return QualifiedValue(None, QualityCode("Bad_NotFound", NOT_FOUND, path))
        return found

    def paths(self):
        """Return the paths of all tags, sorted."""
        with self._lock:
            return sorted(self._values)


class ChangeScript(object):
    """One gateway tag-change script: paths it watches, its queue and its thread."""

    def __init__(self, engine, name, paths, function, change_types):
        self.name = name
        self.change_types = frozenset(change_types)
        self._engine = engine
        self._function = function
        self._patterns = [_pattern(normalised(path)) for path in paths]
        self._queue = LinkedBlockingQueue()
        self._count_lock = threading.Lock()
        self._outstanding = 0
        self._executions = 0
        self._errors = 0
        self._longest_queue = 0
        self._hold_times = deque(maxlen=HOLD_TIMES_KEPT)
        self._computing_times = deque(maxlen=HOLD_TIMES_KEPT)

    def matches(self, path):
        """Tell whether the script watches this tag."""
        return any(pattern.match(path) for pattern in self._patterns)

    def offer(self, path, previous, current, initial):
        """Queue a change."""
        with self._count_lock:
            self._outstanding += 1
            self._longest_queue = max(self._longest_queue, self._outstanding)
        self._queue.put((path, previous, current, initial))

    def outstanding(self):
        """Return how many changes are queued or in work."""
        with self._count_lock:
            return self._outstanding

    def statistics(self):
        """Return executions, errors, longest queue and times in milliseconds.

        Holding is what passes on the clock; computing is the processor time within, which other
        programs on the machine do not lengthen.
        """
        times = sorted(self._hold_times)
        return {
            "executions": self._executions,
            "errors": self._errors,
            "longest_queue": self._longest_queue,
            "hold_ms_p50": _quantile(times, 0.5),
            "hold_ms_p95": _quantile(times, 0.95),
            "hold_ms_p99": _quantile(times, 0.99),
            "computing_ms_p50": _quantile(sorted(self._computing_times), 0.5),
        }

    def forget_hold_times(self):
        """Have the hold times begin anew, after a warm-up."""
        self._hold_times.clear()
        self._computing_times.clear()

    def start(self):
        """Start the thread of the script."""
        thread = Thread(Task(self._work), "gateway-tag-change-[%s]" % self.name)
        thread.setDaemon(True)
        thread.start()

    def stop(self):
        """Let the thread end after the change it is working on."""
        self._queue.put(STOP)

    def _work(self):
        while True:
            change = self._queue.take()
            if change is STOP:
                return
            self._run(*change)
            with self._count_lock:
                self._outstanding -= 1

    def _run(self, path, previous, current, initial):
        started, computed = System.nanoTime(), PROCESSOR.getCurrentThreadCpuTime()
        event = TagChangeEvent(path, previous, current)
        try:
            self._function(initial, current, previous, event, self._executions)
        except (Exception, Throwable):
            self._errors += 1
            text = "Error executing tag change script %s on %s: %s"
            self._engine.logger.error(text % (self.name, path, traceback.format_exc()))
        self._executions += 1
        self._hold_times.append((System.nanoTime() - started) / 1e6)
        self._computing_times.append((PROCESSOR.getCurrentThreadCpuTime() - computed) / 1e6)


def _changes(previous, current):
    changes = {"TimestampChange"}
    if previous.value != current.value or type(previous.value) is not type(current.value):
        changes.add("ValueChange")
    if previous.quality != current.quality:
        changes.add("QualityChange")
    return changes


def _quantile(times, share):
    return times[int(share * (len(times) - 1))] if times else None


def _pattern(path):
    return re.compile("^" + re.escape(path).replace("\\*", "[^/]*") + "\\Z")


def _types_first(node):
    return node["name"] != "_types_"
