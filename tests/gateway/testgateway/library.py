# -*- coding: utf-8 -*-
"""The project library: ``ignition/script-python/<package>/<module>/code.py``.

Every top-level package is there in every script without an import, and ``import a.b`` works as
well. Modules are loaded when they are first used and live until the project is saved (reload).
"""

from __future__ import absolute_import

import imp
import os
import sys
from contextlib import contextmanager

import __builtin__


class ProjectLibrary(object):
    """Finds, loads and forgets the script modules of a project (a PEP 302 importer)."""

    def __init__(self, project_folder):
        self._root = os.path.join(project_folder, "ignition", "script-python")
        self._files = {}
        self._find_modules()

    def install(self, system):
        """Make the library and ``system`` visible to all scripts."""
        sys.meta_path.insert(0, self)
        sys.modules["system"] = system
        __builtin__.system = system
        self._publish_packages()

    def reload(self):
        """Forget all modules, as a save of the project does."""
        with _import_lock():
            for name in [name for name in sys.modules if name in self._files]:
                del sys.modules[name]
            self._find_modules()
            self._publish_packages()

    def module(self, name):
        """Return a script module by its dotted name."""
        __import__(name)
        return sys.modules[name]

    def loaded(self):
        """Return the modules of the project that are loaded."""
        return [sys.modules[name] for name in self._files if name in sys.modules]

    def function(self, dotted_name):
        """Return a function of a script module: ``package.module.function``."""
        module, name = dotted_name.rsplit(".", 1)
        return getattr(self.module(module), name)

    def has(self, name):
        """Tell whether the project has a module or package of this dotted name."""
        return name in self._files

    # -- the importer

    def find_module(self, name, path=None):
        """Return the loader of a name of this project, else None."""
        return self if name in self._files else None

    def load_module(self, name):
        """Load one module or package; the interpreter holds its import lock meanwhile."""
        if name in sys.modules:
            return sys.modules[name]
        module = imp.new_module(name)
        module.__loader__ = self
        module.__file__ = self._files[name] or os.path.join(self._root, *name.split("."))
        if self._is_package(name):
            module.__path__ = [os.path.dirname(module.__file__)]
        sys.modules[name] = module
        try:
            if self._files[name]:
                execute(self._files[name], module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
        return module

    def _is_package(self, name):
        return self._files[name] is None or any(
            other.startswith(name + ".") for other in self._files
        )

    def _find_modules(self):
        self._files.clear()
        for folder, _, files in os.walk(self._root):
            relative = os.path.relpath(folder, self._root)
            if relative != ".":
                name = relative.replace(os.sep, ".")
                has_code = "code.py" in files
                self._files[name] = os.path.join(folder, "code.py") if has_code else None

    def _publish_packages(self):
        for name in self._files:
            if "." not in name:
                setattr(__builtin__, name, LazyPackage(self, name))


class LazyPackage(object):
    """Stands for a package in all scripts and loads its modules when they are used."""

    def __init__(self, library, name):
        self.__library = library
        self.__name = name

    def __getattr__(self, attribute):
        name = self.__name + "." + attribute
        if self.__library.has(name):
            return self.__library.module(name)
        return getattr(self.__library.module(self.__name), attribute)


@contextmanager
def _import_lock():
    """Hold the interpreter's own import lock; a second lock could not be taken in one order."""
    imp.acquire_lock()
    try:
        yield
    finally:
        imp.release_lock()


def execute(path, namespace):
    """Run a script file in a namespace, with the file's name in its tracebacks."""
    with open(path, "rb") as script:
        source = script.read().replace("\r\n", "\n")
    exec(compile(source + "\n", path, "exec", 0, True), namespace)
