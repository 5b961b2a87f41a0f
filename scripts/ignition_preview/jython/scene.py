# -*- coding: utf-8 -*-
"""What the scripts of one page see: a clock that stands, and what the service would answer."""

from __future__ import absolute_import, unicode_literals

import sys
import types


class Scene(object):
    """The board and the commands of the page that is being rendered."""

    def __init__(self):
        self.now_ms = 0
        self._board = {}
        self._commands = {}

    def show(self, scene):
        """Take ``now_ms``, ``board`` (answers by name) and ``commands`` (states by id)."""
        self.now_ms = scene["now_ms"]
        self._board = scene["board"]
        self._commands = scene["commands"]

    def now_seconds(self):
        """Return the clock as time.time does."""
        return self.now_ms / 1000.0

    def read(self, name, params=None):
        """Answer as countersign.board.read does."""
        if name not in self._board:
            raise ValueError("there is no sample for the board's %s" % name)
        return self._board[name]

    def state(self, command_id):
        """Answer as countersign.commands.state does."""
        return self._commands[command_id]

    def install(self, library):
        """Put the board and the commands in the place of the project's own."""
        package = library.module("countersign")
        for name, functions in (
            ("board", {"read": self.read}),
            ("commands", {"state": self.state}),
        ):
            module = types.ModuleType(str(name))
            for function, body in functions.items():
                setattr(module, function, body)
            sys.modules["countersign." + name] = module
            setattr(package, name, module)
