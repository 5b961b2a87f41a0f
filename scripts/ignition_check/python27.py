"""Whether Python 2.7 takes a script: asked of typed_ast where it is installed, else of Jython.

typed_ast has the grammar of 2.7 and exists up to Python 3.11; on later ones one run of Jython
compiles all scripts at once.
"""

from __future__ import annotations

import json
import re
import subprocess
import warnings
from functools import lru_cache

try:
    from typed_ast import ast27  # type: ignore[import-untyped]
except ImportError:  # Python 3.12 and later
    ast27 = None

from environment import jython

Refusal = tuple[int, str] | None
"""The line and the reason, or None when the script is taken."""

_CODING = re.compile(r"\A(#[^\n]*\n)?#[^\n]*coding[:=][^\n]*")

_COMPILE = r"""
import json, re, sys
answers = []
for text in json.load(sys.stdin):
    text = re.sub(r"\A(#[^\n]*\n)?#[^\n]*coding[:=][^\n]*", "#", text)
    try:
        compile(text + u"\n", "script", "exec", 0, True)
        answers.append(None)
    except SyntaxError as problem:
        answers.append([problem.lineno or 1, problem.msg])
print(json.dumps(answers))
"""


def refusals(texts: tuple[str, ...]) -> list[Refusal]:
    """Return for each script why 2.7 refuses it, None where it does not."""
    if ast27 is None:
        return by_jython(texts)
    return [_by_typed_ast(text) for text in texts]


@lru_cache(maxsize=64)
def _jython_answers(texts: tuple[str, ...]) -> tuple[Refusal, ...]:
    command = [*jython.command(), "-c", _COMPILE]
    done = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout)
    return tuple(None if one is None else (int(one[0]), str(one[1])) for one in answers)


def by_jython(texts: tuple[str, ...]) -> list[Refusal]:
    """Ask Jython itself, in one run. Raises RuntimeMissing."""
    return list(_jython_answers(texts))


@lru_cache(maxsize=2048)
def _by_typed_ast(text: str) -> Refusal:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast27.parse(_CODING.sub("#", text))
        except SyntaxError as problem:
            return problem.lineno or 1, problem.msg
        except ValueError as problem:
            return 1, str(problem)
    return None
