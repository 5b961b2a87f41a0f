# -*- coding: utf-8 -*-
"""The control port: tests and the demo drive the gateway over loopback HTTP.

``POST /<operation>`` with a JSON object; the answer is ``{"result": …}`` or, with status 500,
``{"error": …, "trace": …}``. Each method ``do_<operation>`` is one operation.
"""

from __future__ import absolute_import

import json
import threading
import time
import traceback

from com.sun.net.httpserver import HttpHandler, HttpServer
from java.lang import String, System, Thread, Throwable
from java.net import InetSocketAddress
from java.nio.charset import StandardCharsets
from java.util import Date
from java.util.concurrent import Executors

from testgateway.gateway import interpreter_version
from testgateway.systemalarm import StandingAlarm

IDLE_POLL_MS = 2


class ControlPort(HttpHandler):
    """Answers the operations of one gateway on 127.0.0.1."""

    def __init__(self, gateway, port=0):
        self._gateway = gateway
        self._stopped = threading.Event()
        self._server = HttpServer.create(InetSocketAddress("127.0.0.1", port), 0)
        self._server.createContext("/", self)
        self._server.setExecutor(Executors.newCachedThreadPool())
        self._server.start()
        self.port = self._server.getAddress().getPort()

    def wait_for_stop(self):
        """Return when a client has asked the gateway to stop."""
        self._stopped.wait()
        self._server.stop(1)

    def handle(self, exchange):
        """Run one operation and answer it."""
        try:
            text = String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            arguments = json.loads(unicode(text)) if text.length() else {}
            operation = exchange.getRequestURI().getPath().strip("/").replace("-", "_")
            result = getattr(self, "do_" + operation)(**_keywords(arguments))
            status, answer = 200, {"result": plain(result)}
        except (Exception, Throwable) as problem:
            status = 500
            answer = {"error": unicode(problem), "trace": plain(traceback.format_exc())}
        body = String(json.dumps(answer)).getBytes(StandardCharsets.UTF_8)
        exchange.getResponseHeaders().set("Content-Type", "application/json")
        exchange.sendResponseHeaders(status, len(body))
        exchange.getResponseBody().write(body)
        exchange.close()

    def do_ping(self):
        """Return the version of the interpreter."""
        return {"version": interpreter_version()}

    def do_configure(self, base_path, tags):
        """Create tags from export nodes."""
        return self._gateway.tags.configure(base_path, tags)

    def do_update(self, updates):
        """Set tags as their devices do, all in one step; return the quality of each."""
        rows = [(u["path"], u.get("value"), u.get("quality"), u.get("at_ms")) for u in updates]
        return [unicode(code) for code in self._gateway.tags.update_all(rows)]

    def do_read(self, paths):
        """Return value, quality and timestamp of tags."""
        return [
            {
                "value": each.value,
                "quality": each.quality.name,
                "at_ms": each.timestamp.getTime(),
            }
            for each in self._gateway.tags.read_all(paths)
        ]

    def do_wait_until_idle(self, timeout_ms):
        """Return True when no tag change waits any more, False when the time is over."""
        deadline = System.nanoTime() + timeout_ms * 1000000
        while not self._gateway.tags.idle():
            if System.nanoTime() > deadline:
                return False
            Thread.sleep(IDLE_POLL_MS)
        return True

    def do_call(self, function, arguments=()):
        """Call a function of the project library."""
        return self._gateway.library.function(function)(*arguments)

    def do_message(self, handler, payload=None):
        """Call a gateway message handler and return its answer."""
        return self._gateway.message_handlers[handler](payload)

    def do_run_scheduled(self, name):
        """Run a scheduled script now."""
        self._gateway.run_scheduled(name)

    def do_set_alarms(self, alarms):
        """Set the alarms that stand: source, name and priority of each."""
        self._gateway.standing_alarms[:] = [StandingAlarm(*alarm) for alarm in alarms]

    def do_set_history(self, path, points):
        """Set what the historian has of a tag: milliseconds and value of each point."""
        self._gateway.history.put(path, points)

    def do_webdev(self, resource, method, data):
        """Call a WebDev resource of the project; return the status and what it answers."""
        return self._gateway.webdev(resource, method, data)

    def do_logs(self, level=None):
        """Return log lines, of one level or all."""
        lines = list(self._gateway.log.lines)
        return [line for line in lines if level is None or line["level"] == level]

    def do_statistics(self):
        """Return executions and hold times of each tag-change script."""
        return {script.name: script.statistics() for script in self._gateway.tags.change_scripts}

    def do_forget_hold_times(self):
        """Have the hold times begin anew."""
        for script in self._gateway.tags.change_scripts:
            script.forget_hold_times()

    def do_save_project(self):
        """Reload the project library as a save in the Designer does."""
        self._gateway.save_project()

    def do_set_clock_back(self, seconds):
        """Set the clock back that the modules of the project read."""
        for module in self._gateway.library.loaded():
            if hasattr(module, "time"):
                module.time = SlowClock(seconds)

    def do_stop(self):
        """Stop the gateway in order: events first, then the shutdown script."""
        self._gateway.stop()
        self._stopped.set()


class SlowClock(object):
    """The module ``time`` with a wall clock that was set back."""

    def __init__(self, seconds):
        self._seconds = seconds

    def time(self):
        """Return the seconds since 1970, less what it was set back by."""
        return time.time() - self._seconds

    def __getattr__(self, name):
        return getattr(time, name)


def plain(value):
    """Return a value of a script as JSON can carry it; dates as milliseconds."""
    if value is None or isinstance(value, (bool, int, long, float, unicode)):
        return value
    if isinstance(value, str):
        return value.decode("utf-8", "replace")
    if isinstance(value, Date):
        return value.getTime()
    if isinstance(value, dict):
        return {plain(key): plain(each) for key, each in value.items()}
    if hasattr(value, "__iter__"):
        return [plain(each) for each in value]
    return unicode(value)


def _keywords(arguments):
    return {name.encode("ascii"): value for name, value in arguments.items()}
