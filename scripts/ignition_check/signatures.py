"""Signatures of functions, and whether a call fits one."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """The parameters of a function in order; the first ``required`` have no default."""

    names: tuple[str, ...]
    required: int
    defaults: tuple[str, ...] = ()
    takes_more: bool = False
    takes_any_keyword: bool = False

    def __str__(self) -> str:
        shown = list(self.names[: self.required])
        shown += [
            f"{name}={default}"
            for name, default in zip(self.names[self.required :], self.defaults, strict=True)
        ]
        shown += ["*"] * self.takes_more + ["**"] * self.takes_any_keyword
        return f"({', '.join(shown)})"

    def refuses(self, positional: int, keywords: list[str], *, open_ended: bool) -> str | None:
        """Tell why a call does not fit; ``open_ended`` calls hand on a list or a table."""
        if positional > len(self.names) and not self.takes_more:
            return f"takes {len(self.names)} arguments, not {positional}"
        for keyword in keywords:
            if keyword in self.names[:positional]:
                return f"gets {keyword} twice"
            if keyword not in self.names and not self.takes_any_keyword:
                return f"has no parameter {keyword}"
        missing = [n for n in self.names[positional : self.required] if n not in keywords]
        if missing and not open_ended:
            return f"needs {', '.join(missing)}"
        return None

    def refuses_call(self, call: ast.Call) -> str | None:
        """Tell why a call in a script does not fit."""
        positional = [one for one in call.args if not isinstance(one, ast.Starred)]
        keywords = [one.arg for one in call.keywords if one.arg is not None]
        is_open = len(positional) < len(call.args) or len(keywords) < len(call.keywords)
        return self.refuses(len(positional), keywords, open_ended=is_open)


def of_function(function: ast.FunctionDef, *, skip_self: bool = False) -> Signature:
    """Return the signature of a function; of a method without its first parameter."""
    arguments = function.args
    names = [one.arg for one in arguments.args]
    required = len(names) - len(arguments.defaults)
    if skip_self:
        names, required = names[1:], max(required - 1, 0)
    return Signature(
        tuple(names),
        required,
        tuple(ast.unparse(default) for default in arguments.defaults),
        arguments.vararg is not None,
        arguments.kwarg is not None,
    )


def parsed(text: str) -> tuple[str, Signature]:
    """Return name and signature of a text such as ``system.tag.exists(tagPath)``."""
    name, _, parameters = text.partition("(")
    (function,) = ast.parse(f"def f({parameters}: pass").body
    assert isinstance(function, ast.FunctionDef)
    return name, of_function(function)
