"""Scripts are held to Python 2.7: by its grammar, and by Jython itself."""

from __future__ import annotations

import os

import pytest
from ignition.plant import PROJECT
from ignition_check import python27, scripts
from ignition_check.project import Project

from environment import jython

TAKEN = (
    "x = 1\n",
    "try:\n    pass\nexcept (IOError, ValueError) as problem:\n    print(problem)\n",
    '# -*- coding: utf-8 -*-\nNAME = u"Maß"\n',
    "def f(a, *b, **c):\n    return f(a, *b, **c)\n",
)
REFUSED = (
    "def f(a, *, b):\n    pass\n",
    "f(1, **{},)\n",
    "x = 1_000\n",
    'x = f"{1}"\n',
    "def f(a: int):\n    pass\n",
    "x = {**{}}\n",
    "def f():\n    nonlocal x\n",
)


@pytest.fixture(scope="module", autouse=True)
def jython_is_here() -> None:
    """Without a Jython these tests are skipped, in CI they fail."""
    try:
        jython.command()
    except jython.RuntimeMissing as problem:
        if os.environ.get("CI") == "true":
            pytest.fail(str(problem))
        pytest.skip(str(problem))


def test_grammar_and_jython_agree_and_jython_takes_every_script_of_the_project() -> None:
    """One run for all: starting Jython is what takes the time."""
    texts = tuple(script.text for script in scripts.of_project(Project(PROJECT)))
    by_jython = python27.by_jython((*TAKEN, *REFUSED, *texts))
    by_grammar = python27.refusals((*TAKEN, *REFUSED, *texts))
    assert [one is None for one in by_jython] == [one is None for one in by_grammar]
    expected = [True] * len(TAKEN) + [False] * len(REFUSED) + [True] * len(texts)
    assert [one is None for one in by_jython] == expected


def test_the_line_of_what_is_refused_is_said() -> None:
    ((line, _),) = [one for one in python27.by_jython(("x = 1\ny = 1_000\n",)) if one]
    assert line == 2
