# -*- coding: utf-8 -*-
"""Scripts of events: run on what they would see in a session, with all that they do noted."""

from __future__ import absolute_import, unicode_literals

import json

from properties import PropertyArray, from_property, to_property

COMMAND_HANDLER = "countersign-command"


class Actions(object):
    """Notes what a script does: writes to properties, calls of system.perspective, commands."""

    def __init__(self, gateway):
        """Take the place of what a script of a screen can reach on a gateway."""
        self._gateway = gateway
        gateway.system.perspective = Perspective(self)
        gateway.message_handlers[COMMAND_HANDLER] = self.take_command
        self._forget()

    def run(self, code, given, seen):
        """Run the body of a script and return what it did.

        ``given`` are its arguments by their names. ``seen`` has the owner of the script as ``self``
        and what hangs on it (``view``, ``session``, ``page``), each with its properties.
        """
        self._forget()
        action = _compiled(code, given)
        owner = LiveObject(self, seen["self"], "self")
        for name in ("view", "session", "page"):
            if name in seen:
                object.__setattr__(owner, name, LiveObject(self, seen[name], name))
        arguments = {str(name): to_property(value) for name, value in given.items()}
        action(owner, **arguments)
        return {"writes": self.writes, "calls": self.calls, "commands": self.commands}

    def take_command(self, payload):
        """Note a command as the gateway's message handler gets it."""
        self.commands.append(json.loads(payload["request"]))
        return {"state": "queued"}

    def _forget(self):
        self.writes = []
        self.calls = []
        self.commands = []


def _compiled(code, names):
    namespace = {"__name__": "preview_action"}
    head = "def action(self, %s):\n" % ", ".join(sorted(names))
    exec(compile(head + code + "\n", "event script", "exec", 0, True), namespace)
    return namespace["action"]


class Perspective(object):
    """system.perspective: every function is noted with its arguments."""

    def __init__(self, actions):
        self._actions = actions

    def __getattr__(self, name):
        def called(*positional, **named):
            arguments = [from_property(value) for value in positional]
            keywords = {key: from_property(value) for key, value in named.items()}
            self._actions.calls.append([name, arguments, keywords])

        return called


class LiveObject(object):
    """An object property that a script can read and write."""

    def __init__(self, actions, values, path):
        object.__setattr__(self, "_actions", actions)
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_path", path)

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError("there is no %s.%s" % (self._path, name))

    def __getitem__(self, name):
        return self._live(self._values[name], "%s.%s" % (self._path, name))

    def __setattr__(self, name, value):
        self[name] = value

    def __setitem__(self, name, value):
        plain = from_property(value)
        self._values[name] = plain
        self._actions.writes.append(["%s.%s" % (self._path, name), plain])

    def __contains__(self, name):
        return name in self._values

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def get(self, name, default=None):
        """Return a member or the default."""
        return self[name] if name in self._values else default

    def keys(self):
        """Return the names of the members."""
        return self._values.keys()

    def values(self):
        """Return the values of the members."""
        return [self[name] for name in self._values]

    def items(self):
        """Return names and values of the members."""
        return [(name, self[name]) for name in self._values]

    def _live(self, value, path):
        if isinstance(value, dict) and set(value) != {"$date"}:
            return LiveObject(self._actions, value, path)
        if isinstance(value, list):
            items = [self._live(each, "%s[%d]" % (path, at)) for at, each in enumerate(value)]
            return PropertyArray(items)
        return to_property(value)
