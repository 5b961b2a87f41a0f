"""The project's scripts, run by one real Jython 2.7 for the whole preview.

The process reads one request per line and answers with one line; see ``jython/host.py``.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ignition_preview.problems import PreviewProblem

HOST = Path(__file__).resolve().parent / "jython/host.py"


@dataclass(frozen=True)
class Date:
    """An instant as an expression or a script gives it."""

    milliseconds: int


class Scripts:
    """One Jython process with the project's library and a board that answers from samples."""

    def __init__(self, jython: Sequence[str], project: Path, time_zone: str) -> None:
        """``jython`` is the command of ``scripts/environment/jython.py``."""
        java, *options = jython
        self._process = subprocess.Popen(
            [java, f"-Duser.timezone={time_zone}", *options, str(HOST), str(project)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(30)

    def show(self, scene: Mapping[str, Any]) -> None:
        """Set what the scripts see from now on: the clock, the board and the commands."""
        self._ask("show", scene=scene)

    def now(self) -> Date:
        """Return the clock of the scene."""
        date: Date = self._ask("now")
        return date

    def call(self, function: str, arguments: list[Any]) -> Any:
        """Call a function of the project library. Raises PreviewProblem with its traceback."""
        return self._ask("call", function=function, arguments=arguments)

    def transform(self, code: str, value: Any) -> Any:
        """Run the body of a script transform on a value. Raises PreviewProblem."""
        return self._ask("transform", code=code, value=value)

    def run_action(self, code: str, given: dict[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
        """Run the body of an event script on properties; return writes, calls and commands."""
        done: dict[str, Any] = self._ask("run_action", code=code, given=given, seen=seen)
        return done

    def format_number(self, number: Any, pattern: str, locale: str) -> str:
        """Return a number in a pattern of java.text.DecimalFormat."""
        return str(self._ask("format_number", number=number, pattern=pattern, locale=locale))

    def format_date(self, date: Any, pattern: str) -> str:
        """Return an instant in a pattern of java.text.SimpleDateFormat."""
        return str(self._ask("format_date", date=date, pattern=pattern))

    def _ask(self, operation: str, **arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"operation": operation, "arguments": arguments}
        self._process.stdin.write(json.dumps(request, default=_to_json).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the Jython process of the preview has ended")
        answer = json.loads(line, object_hook=_from_json)
        if "problem" in answer:
            raise PreviewProblem(answer["problem"])
        return answer["result"]


def _to_json(value: Any) -> Any:
    if isinstance(value, Date):
        return {"$date": value.milliseconds}
    raise PreviewProblem(f"{value!r} cannot be handed to a script")


def _from_json(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"$date"}:
        return Date(value["$date"])
    return value
