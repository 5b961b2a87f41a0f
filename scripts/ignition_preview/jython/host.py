# -*- coding: utf-8 -*-
"""Run the project's scripts for the preview: ``jython host.py <project folder>``.

One request per line on standard input (``{"operation", "arguments"}``), one answer per line on
standard output (``{"result"}`` or ``{"problem"}``). The library is loaded as on a gateway; what
the service would have answered comes from the scene of the page.
"""

from __future__ import absolute_import, unicode_literals

import json
import os
import sys
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "tests", "gateway"))

from java.lang import Throwable  # noqa: E402
from java.math import BigDecimal  # noqa: E402
from java.text import DecimalFormat, DecimalFormatSymbols, SimpleDateFormat  # noqa: E402
from java.util import Date, Locale  # noqa: E402
from testgateway.gateway import Gateway  # noqa: E402

from actions import Actions  # noqa: E402
from properties import from_property, to_property  # noqa: E402
from scene import Scene  # noqa: E402

MODULE_NAME = "preview_transform"


class Host(object):
    """Answers requests, one method per operation."""

    def __init__(self, project_folder):
        self._gateway = Gateway(project_folder, [], sys.stderr)
        self._scene = Scene(self._gateway.system.util.getGlobals())
        self._actions = Actions(self._gateway)
        self._transforms = {}
        time.time = self._scene.now_seconds

    def show(self, scene):
        """Set clock, board and commands of the page that comes next."""
        self._scene.show(scene)

    def now(self):
        """Return the clock of the scene."""
        return Date(self._scene.now_ms)

    def call(self, function, arguments):
        """Call a function of the project library with what a view would give it."""
        try:
            found = self._gateway.library.function(function)
        except (ImportError, AttributeError) as problem:
            raise ValueError("there is no function %s (%s)" % (function, problem))
        return found(*[to_property(argument) for argument in arguments])

    def transform(self, code, value):
        """Run the body of a script transform."""
        if code not in self._transforms:
            self._transforms[code] = _function(code)
        return self._transforms[code](NoSelf(), to_property(value), None, None)

    def run_action(self, code, given, seen):
        """Run the body of an event script; nothing really happens, all of it is noted."""
        return self._actions.run(code, given, seen)

    def format_number(self, number, pattern, locale):
        """Format a number as the expression function numberFormat does."""
        symbols = DecimalFormatSymbols.getInstance(Locale.forLanguageTag(locale))
        return DecimalFormat(pattern, symbols).format(BigDecimal("%s" % number))

    def format_date(self, date, pattern):
        """Format an instant as the expression function dateFormat does."""
        return SimpleDateFormat(pattern).format(Date(long(date["$date"])))


class NoSelf(object):
    """Stands for ``self`` in a transform: what it needs must come in with its value."""

    def __getattr__(self, name):
        raise ValueError("the transform uses self.%s: hand it in with an expr-struct" % name)


def _function(code):
    head = "def transform(self, value, quality, timestamp):\n"
    body = "\n".join(line for line in code.splitlines()) or "\tpass"
    namespace = {"__name__": MODULE_NAME}
    exec(compile(head + body + "\n", "transform", "exec", 0, True), namespace)
    return namespace["transform"]


def _told(kind, problem, trace):
    """Return what went wrong and the line of the script where, without the way there."""
    file_name, line, _, _ = traceback.extract_tb(trace)[-1]
    if isinstance(problem, SyntaxError):
        file_name, line = problem.filename or "", problem.lineno or 0
    lines = traceback.format_exception_only(kind, problem)
    text = lines[-1].decode("utf-8", "replace").strip()
    if os.path.dirname(os.path.abspath(file_name)) == HERE:
        return text
    place = file_name.rpartition("script-python/")[2]
    return "%s (%s, line %d)" % (text, place, line)


def main():
    """Answer until standard input is closed."""
    answers, sys.stdout = sys.stdout, sys.stderr
    host = Host(sys.argv[1])
    while True:
        line = sys.stdin.readline()
        if not line:
            return
        request = json.loads(line)
        try:
            operation = getattr(host, request["operation"])
            arguments = {str(key): value for key, value in request["arguments"].items()}
            text = json.dumps({"result": from_property(operation(**arguments))})
        except (Exception, Throwable):
            text = json.dumps({"problem": _told(*sys.exc_info())})
        answers.write(text + "\n")
        answers.flush()


main()
