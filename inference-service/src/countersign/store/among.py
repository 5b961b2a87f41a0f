"""Among: a column is one of many texts, in a statement that PostgreSQL can keep.

A plain ``IN`` has a parameter for each value. So SQLAlchemy writes it anew for each number of
values, and PostgreSQL plans it anew; there the values travel as one array. SQLite, which has no
arrays, would be led astray by a subquery in their place: it plans best when it sees the values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    Dialect,
    TypeDecorator,
    UnicodeText,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Array(TypeDecorator[list[str]]):
    """Many texts as one parameter of PostgreSQL."""

    impl = UnicodeText
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        """Write the texts as an array."""
        return array_literal(value or ())


class Among(FunctionElement[bool]):
    """The condition, to be used in ``where``; made by :func:`among`."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Among:
        """Stand as it is: compared with true, it would keep SQLite from using an index."""
        return self


def among(column: Column[Any], name: str = "ids") -> Among:
    """Return the condition that a column is among the texts of the parameter ``name``."""
    return Among(column, bindparam(name, expanding=True))


def array_literal(values: Iterable[Any]) -> str:
    """Write values as an array of PostgreSQL, which reads them by the type they are cast to."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


@compiles(Among)
def _in_values(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    return compiler.process(column.in_(values), **options)


@compiles(Among, "postgresql")
def _any_of_array(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    array: BindParameter[list[str]] = bindparam(values.key, type_=_Array())
    left, right = compiler.process(column, **options), compiler.process(array, **options)
    return f"{left} = ANY (CAST({right} AS TEXT[]))"
