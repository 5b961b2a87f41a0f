# -*- coding: utf-8 -*-
"""What the scripts of one page see: a clock that stands, and what the service would answer.

The project's own board and commands run; only the tables behind them, which a thread of the
gateway fills from the service, are filled from samples here.
"""

from __future__ import absolute_import, unicode_literals

BOARD_TABLE = "countersign.board"
COMMANDS_TABLE = "countersign.commands"


class Scene(object):
    """The samples of the page that is being rendered."""

    def __init__(self, gateway_globals):
        """Take the dictionary that system.util.getGlobals gives to all scripts."""
        self.now_ms = 0
        self._globals = gateway_globals

    def show(self, scene):
        """Take ``now_ms``, ``board`` (answers by name) and ``commands`` (states by id)."""
        self.now_ms = scene["now_ms"]
        self._globals[BOARD_TABLE] = SampleTable(scene["board"])
        self._globals[COMMANDS_TABLE] = scene["commands"]

    def now_seconds(self):
        """Return the clock as time.time does."""
        return self.now_ms / 1000.0


class SampleTable(dict):
    """The board's table, in which every question has been answered already."""

    def __init__(self, answers):
        dict.__init__(self)
        self._answers = answers

    def setdefault(self, key, made):
        """Return the entry of a question, answered from the sample of its name."""
        if key not in self:
            if made["name"] not in self._answers:
                raise ValueError("there is no sample for the board's %s" % made["name"])
            self[key] = dict(made, answer=self._answers[made["name"]])
        return self[key]
