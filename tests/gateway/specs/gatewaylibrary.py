"""Gives the specs the modules of the project library, on Jython and on CPython.

On Jython the test gateway's importer loads them. On CPython they are loaded beside the service,
whose package has the same name: an import of ``countersign.x`` within a gateway module finds the
gateway's module, everywhere else the service's.
"""

from __future__ import absolute_import

import os
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(HERE))), "ignition-project")
PACKAGE = "countersign"

_loaded = {}


def module(name):
    """Return a gateway module by its name within the package: ``module("journal")``."""
    full_name = PACKAGE + "." + name
    if sys.platform.startswith("java"):
        return _project_library().module(full_name)
    if full_name not in _loaded:
        _loaded[full_name] = _load(full_name, name)
    return _loaded[full_name]


def _project_library():
    if PACKAGE not in _loaded:
        sys.path.insert(0, os.path.dirname(HERE))
        from testgateway.library import ProjectLibrary

        _loaded[PACKAGE] = ProjectLibrary(PROJECT)
        _loaded[PACKAGE].install(None)
    return _loaded[PACKAGE]


def _load(full_name, name):
    path = os.path.join(PROJECT, "ignition", "script-python", PACKAGE, name, "code.py")
    loaded = types.ModuleType(full_name)
    loaded.__file__ = path
    names = dict(vars(__import__("builtins")))
    names["__import__"] = _import
    loaded.__dict__["__builtins__"] = names
    with open(path, "rb") as script:
        exec(compile(script.read(), path, "exec", dont_inherit=True), loaded.__dict__)
    return loaded


def _import(name, *arguments):
    if name.startswith(PACKAGE + "."):
        return _Package()
    return __import__(name, *arguments)


class _Package(object):
    def __getattr__(self, name):
        return module(name)
