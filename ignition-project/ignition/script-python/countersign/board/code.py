"""Board: what the service last answered, for screens; reading it waits for nothing.

A screen asks by name and gets at once what was last read. That it asked is noted, and for as long
as somebody asks, a timer of the gateway reads it again every few seconds (see refresh)::

    countersign.board.read("approvals", {"state": ["open", "claimed"]})
    {"payload": {"items": [...]}, "read_at_ms": 1767225600000, "problem": None}
"""

from __future__ import absolute_import, unicode_literals

import json

import countersign.shared as shared
import countersign.times as times

TABLE = "countersign.board"
INTEREST_SECONDS = 60
"""How long a screen that asked once is served."""

REFRESH_SECONDS = 5
SLOW_SECONDS = {"parallel_run": 300}
"""What takes the service seconds to add up is read again less often."""

FORGET_SECONDS = 600

PATHS = {
    "approvals": "/v1/approvals",
    "approval": "/v1/approvals/{approval_id}",
    "approval_told": "/v1/approvals/{approval_id}",
    "pace": "/v1/approvals/pace",
    "event": "/v1/events/{event_id}",
    "postings": "/v1/postings",
    "orders": "/v1/orders",
    "posting_causes": "/v1/postings/causes",
    "alarms": "/v1/alarms",
    "autonomy": "/v1/autonomy",
    "parallel_run": "/v1/parallel-run",
    "scrap_suggestions": "/v1/suggestions/scrap-reasons",
    "status": "/v1/status",
    "health": "/readyz",
}
"""Where the service answers each name; what stands in braces is taken from the params.

``approval_told`` is a task in the words of a language, which its param ``locale`` names.
"""


def read(name, params=None):
    """Return what was last read: ``payload``, ``read_at_ms`` and ``problem``, each may be None.

    ``params`` are those of the service's path and query. ``problem`` says in words why the payload
    is missing or old. Do not change the payload: others read the same one.
    """
    return Board(shared.table(TABLE), times.monotonic_seconds).read(name, params)


class Board(object):
    """The answers by name and params, in a table that all scripts share."""

    def __init__(self, table, clock_seconds):
        self._table = table
        self._clock_seconds = clock_seconds

    def read(self, name, params=None):
        """Return the last answer and note that somebody wants it. Raises ValueError."""
        if name not in PATHS:
            raise ValueError("%s is not on the board; known are %s" % (name, sorted(PATHS)))
        params = {key: params[key] for key in params or {} if params[key] is not None}
        key = name + json.dumps(params, sort_keys=True)
        empty = {"payload": None, "read_at_ms": None, "problem": None}
        made = {"name": name, "params": params, "tried_at": None, "answer": empty}
        entry = self._table.setdefault(key, made)
        entry["asked_at"] = self._clock_seconds()
        return dict(entry["answer"])

    def due(self):
        """Return the entries to read now, the longest waiting first; forget the abandoned ones."""
        now = self._clock_seconds()
        found = []
        for key, entry in list(self._table.items()):
            idle = now - entry.get("asked_at", now)
            if idle > FORGET_SECONDS:
                self._table.pop(key, None)
            elif idle <= INTEREST_SECONDS and _is_due(entry, now):
                found.append(entry)
        return sorted(found, key=lambda entry: entry["tried_at"] or 0)

    def answered(self, entry, payload, at_ms):
        """Put up what the service answered."""
        entry["answer"] = {"payload": payload, "read_at_ms": at_ms, "problem": None}
        entry["tried_at"] = self._clock_seconds()

    def failed(self, entry, problem, keeps_payload=True):
        """Note why the service has not answered; what was read before stays, with its age."""
        answer = dict(entry["answer"])
        answer["problem"] = problem
        if not keeps_payload:
            answer.update({"payload": None, "read_at_ms": None})
        entry["answer"] = answer
        entry["tried_at"] = self._clock_seconds()

    def expire(self):
        """Have everything read anew, because something was changed; but not what is slow."""
        for entry in list(self._table.values()):
            if entry["name"] not in SLOW_SECONDS:
                entry["tried_at"] = None


def _is_due(entry, now):
    pause = SLOW_SECONDS.get(entry["name"], REFRESH_SECONDS)
    return entry["tried_at"] is None or now - entry["tried_at"] >= pause
