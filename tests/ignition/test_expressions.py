"""Ignition's expression language is read as it is written, and what is none is refused."""

from __future__ import annotations

import pytest
from ignition_check.expressions import (
    Call,
    Expression,
    ExpressionError,
    Literal,
    Operation,
    Reference,
    parse,
    walk,
)

A = Reference("view.custom.a")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12", Literal(12)),
        ("2.5", Literal(2.5)),
        ('"a \\"b\\""', Literal('a "b"')),
        ("'it''s'", None),
        ("TRUE", Literal(True)),
        ("null", Literal(None)),
        ("{view.custom.a}", A),
        ("{ view.custom.a }", A),
        ("{[default]Folder/Tag.value}", Reference("[default]Folder/Tag.value")),
        ("now()", Call("now", ())),
        ("if({view.custom.a}, 1, 2)", Call("if", (A, Literal(1), Literal(2)))),
        ("-{view.custom.a}", Operation("-", (A,))),
        ("!{view.custom.a}", Operation("!", (A,))),
        ("1 + 2 * 3", Operation("+", (Literal(1), Operation("*", (Literal(2), Literal(3)))))),
        ("(1 + 2) * 3", Operation("*", (Operation("+", (Literal(1), Literal(2))), Literal(3)))),
        ("1 - 2 - 3", Operation("-", (Operation("-", (Literal(1), Literal(2))), Literal(3)))),
        ("1 = 2 && 3 != 4", Operation("&&", (Operation("=", (Literal(1), Literal(2))),
                                             Operation("!=", (Literal(3), Literal(4)))))),
        ("{view.custom.a}[0]", Operation("[]", (A, Literal(0)))),
        ("1 // the rest is said to people", Literal(1)),
        ('{view.custom.a} like "x%"', Operation("LIKE", (A, Literal("x%")))),
    ],
)  # fmt: skip
def test_an_expression_is_read(text: str, tree: Expression | None) -> None:
    if tree is None:
        with pytest.raises(ExpressionError):
            parse(text)
    else:
        assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the end"),
        ("1 +", "the end"),
        ("if(1, 2", "')'"),
        ("1 2", "'2' at 2"),
        ("name", "'name'"),
        ("{a", "'{a' at 0"),
        ('"open', "cannot be read"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert said.strip("'") in str(refused.value)


def test_everything_in_an_expression_is_walked() -> None:
    tree = parse('if(isNull({a.b}), "x", -{c.d}[0])')
    assert [one.path for one in walk(tree) if isinstance(one, Reference)] == ["a.b", "c.d"]
