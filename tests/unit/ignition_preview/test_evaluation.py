"""What expressions come to, and what the preview refuses because Ignition's is not certain."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ignition_preview.evaluation import Surroundings, evaluate
from ignition_preview.problems import PreviewProblem
from ignition_preview.properties import MissingProperty
from ignition_preview.scripts import Scripts

VALUES: dict[str, Any] = {
    "view.custom.quantity": 485,
    "view.custom.name": "SEAL-01",
    "view.custom.nothing": None,
    "view.custom.rows": [1, 2, 3],
    "view.custom.is_open": True,
}


class NoScripts:
    """Stands where Jython would be; these expressions need none."""

    def call(self, function: str, arguments: list[Any]) -> Any:
        return [function, *arguments]


def value_of(expression: str) -> Any:
    def resolve(path: str) -> Any:
        if path not in VALUES:
            raise MissingProperty(path)
        return VALUES[path]

    roles = frozenset({"countersign-operator"})
    return evaluate(expression, resolve, Surroundings(cast(Scripts, NoScripts()), roles, "en"))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 - 3", -5),
        ("7 / 2", 3.5),
        ("10 - 4 - 3", 3),
        ("'Lot ' + {view.custom.name}", "Lot SEAL-01"),
        ("{view.custom.quantity} + ' pcs'", "485 pcs"),
        ("toStr({view.custom.is_open})", "true"),
        ("{view.custom.quantity} > 400 && {view.custom.is_open}", True),
        ("!{view.custom.is_open} || 2 != 2", False),
        ("{view.custom.quantity} = 485", True),
        ("false && {view.custom.not_there}", False),
        ("if({view.custom.is_open}, 'open', {view.custom.not_there})", "open"),
        ("if(isNull({view.custom.nothing}), 'none', 'some')", "none"),
        ("coalesce({view.custom.nothing}, 'none')", "none"),
        ("try({view.custom.not_there}, 'gone')", "gone"),
        ("case('b', 'a', 1, 'b', 2, 3)", 2),
        ("case('z', 'a', 1, 'b', 2, 3)", 3),
        ("switch(2, 1, 2, 'one', 'two', 'many')", "two"),
        ("switch(9, 1, 2, 'one', 'two', 'many')", "many"),
        ("len({view.custom.rows})", 3),
        ("len({view.custom.nothing})", 0),
        ("upper('pcs') + lower('KG')", "PCSkg"),
        ("toInt('12') + 1", 13),
        ("toInt('x', 0)", 0),
        ("isAuthorized(false, 'Authenticated/Roles/countersign-operator')", True),
        ("isAuthorized(true, 'Authenticated/Roles/countersign-controller')", False),
        ("runScript('countersign.x.rows', 5000, 1)", ["countersign.x.rows", 1]),
    ],
)
def test_expression_comes_to(expression: str, value: Any) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("beep(1)", 'does not know the expression function "beep"'),
        ("isnull(1)", 'does not know the expression function "isnull"'),
        ("1 +", "a value is missing"),
        ("2 ^ 3", 'does not know the operator "^"'),
        ("'Lot ' + {view.custom.nothing}", "null in a text"),
        ("{view.custom.nothing} + 1", "needs numbers"),
        ("if({view.custom.nothing}, 1, 2)", "not to true or false"),
        ("{view.custom.quantity} = '485'", "of another type"),
        ("{view.custom.is_open} = 1", "of another type"),
        ("{view.custom.not_there}", "view.custom.not_there"),
        ("case('b', 'a', 1)", "for everything else"),
        ("runScript('countersign.x.rows', 1000)", "faster than 5 s"),
        ("upper()", "upper(0 arguments)"),
    ],
)
def test_expression_is_refused(expression: str, told: str) -> None:
    with pytest.raises(PreviewProblem) as refused:
        value_of(expression)
    assert told in str(refused.value)
