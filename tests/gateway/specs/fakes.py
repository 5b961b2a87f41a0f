"""Stand-ins for what surrounds the gateway modules: clocks, log, tags, service, folders."""

from __future__ import absolute_import, unicode_literals

import contextlib
import json
import shutil
import tempfile

from gatewaylibrary import module

http = module("http")
tags = module("tags")


@contextlib.contextmanager
def folder():
    """Give a folder that is removed afterwards."""
    path = tempfile.mkdtemp(prefix="countersign-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def raises(kind):
    """Hold that the block raises an exception of a kind; gives it as ``caught.text``."""
    caught = Caught()
    try:
        yield caught
    except kind as problem:
        caught.text = "%s" % problem
    else:
        raise AssertionError("%s was not raised" % kind.__name__)


class Caught(object):
    """The text of an exception that was expected."""

    text = None


class Clock(object):
    """A clock that goes only when it is told to."""

    def __init__(self, now=0):
        self.now = now

    def __call__(self):
        return self.now


class Log(object):
    """Keeps log lines as (level, text)."""

    def __init__(self):
        self.lines = []

    def info(self, text):
        """Keep a line of level info."""
        self.lines.append(("info", text))

    def warn(self, text):
        """Keep a line of level warn."""
        self.lines.append(("warn", text))

    def error(self, text):
        """Keep a line of level error."""
        self.lines.append(("error", text))


class Tags(object):
    """Tags in memory; a path without a value does not exist."""

    def __init__(self, values=None, bad=()):
        self.values = dict(values or {})
        self.bad = set(bad)

    def read(self, paths):
        """Return the readings of tags."""
        return [self._reading(path) for path in paths]

    def write(self, values_by_path):
        """Write tags."""
        self.values.update(values_by_path)

    def _reading(self, path):
        if path in self.bad:
            return tags.Reading(self.values.get(path), "Bad_Stale", 0)
        if path not in self.values:
            return tags.Reading(None, tags.NOT_FOUND, 0)
        return tags.Reading(self.values[path], "Good", 0)


class Service(object):
    """A service that takes every event, unless answers are planned for the next requests."""

    def __init__(self, *planned):
        self.planned = list(planned)
        self.batches = []
        self.pages = []
        self.requests = []

    def post_events(self, body):
        """Answer a batch: as planned, or with accepted for each event."""
        sent = json.loads(body)
        self.batches.append([event["id"] for event in sent])
        if self.planned:
            planned = self.planned.pop(0)
            if isinstance(planned, Exception):
                raise planned
            return planned
        return accepted(len(sent))

    def get_outcomes(self, after, limit):
        """Answer the next planned page."""
        self.pages.append(after)
        return self._next()

    def get(self, path, params):
        """Answer a request as planned."""
        self.requests.append((path, params))
        return self._next()

    def post(self, path, body, idempotency_key=None):
        """Answer a request as planned."""
        self.requests.append((path, json.loads(body), idempotency_key))
        return self._next()

    def person_of_badge(self, badge):
        """Answer whose badge it is as planned."""
        self.requests.append(("badge", badge))
        return self._next()

    def _next(self):
        planned = self.planned.pop(0)
        if isinstance(planned, Exception):
            raise planned
        return planned


def answer(status, content, content_type="application/json", retry_after=""):
    """Return an answer of the service with JSON content (text stays as it is)."""
    text = content if isinstance(content, type("")) else json.dumps(content)
    return http.Answer(status, content_type, retry_after, text)


def accepted(count):
    """Return the answer that takes a batch."""
    return answer(200, {"results": [{"status": "accepted"}] * count})


def refused(status, detail="not possible"):
    """Return the result of one event that the service refuses."""
    return {"status": "refused", "problem": {"status": status, "detail": detail}}


def problem(status, detail, retry_after=""):
    """Return an answer that refuses a whole request."""
    content = {"status": status, "detail": detail}
    return answer(status, content, "application/problem+json", retry_after)
