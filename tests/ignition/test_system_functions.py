"""The stand-in for ``system`` in the test gateway has the signatures of a real one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ignition.plant import PROJECT
from ignition_check import scripts
from ignition_check.project import Project
from ignition_check.signatures import Signature, of_function
from ignition_check.tables import SYSTEM_FUNCTIONS
from ignition_check.uses import uses_of

TEST_GATEWAY = Path(__file__).resolve().parents[1] / "gateway/testgateway"
AREAS_OF_A_CLIENT = ("system.dataset.", "system.security.", "system.vision.")
"""Called by the module for Vision clients alone, which no test gateway has."""

NOT_NAMED = "None"
"""The default in the tables of a parameter whose default the manual does not name."""


def _stand_ins() -> dict[str, Signature | None]:
    """Return every function of the stand-in; a property has no signature."""
    found: dict[str, Signature | None] = {}
    for file in sorted(TEST_GATEWAY.glob("system*.py")):
        area = file.stem.removeprefix("system")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = {
            target.id: ast.unparse(one.value)
            for one in tree.body
            if isinstance(one, ast.Assign)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        owners = {f"System{area.title()}": f"system.{area}", "JythonHttpClient": "httpClient"}
        for kind in tree.body:
            if isinstance(kind, ast.ClassDef) and kind.name in owners:
                for name, signature in _members(kind, constants):
                    found[f"{owners[kind.name]}.{name}"] = signature
    return found


def _members(kind: ast.ClassDef, constants: dict[str, str]) -> list[tuple[str, Signature | None]]:
    members: list[tuple[str, Signature | None]] = []
    for one in kind.body:
        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
            plain = of_function(one, skip_self=True)
            defaults = tuple(constants.get(each, each) for each in plain.defaults)
            members.append((one.name, Signature(plain.names, plain.required, defaults)))
        elif isinstance(one, ast.Assign):
            members += [(each.id, None) for each in one.targets if isinstance(each, ast.Name)]
    return members


STAND_INS = _stand_ins()
ONLY_IN_SOME_VERSION = ("system.historian", "system.secrets")
"""What the stand-in for 8.3 has and the one for 8.1 has not."""


def test_the_stand_in_is_read() -> None:
    assert {"system.tag.readBlocking", "system.util.sendRequest", "httpClient.post"} <= set(
        STAND_INS
    )


@pytest.mark.parametrize("version", SYSTEM_FUNCTIONS)
@pytest.mark.parametrize("name", sorted(STAND_INS))
def test_a_stand_in_takes_what_the_real_function_takes(name: str, version: str) -> None:
    """In the same order and with the same defaults; parameters at the end may be left out."""
    functions = SYSTEM_FUNCTIONS[version]
    if name.rpartition(".")[0] in ONLY_IN_SOME_VERSION and name not in functions:
        return
    assert name in functions, f"Ignition {version} has no {name}"
    fake, real = STAND_INS[name], functions[name]
    if fake is None or real is None or real.takes_more:
        assert fake is None or real is not None
        return
    count = len(fake.names)
    assert fake.names == real.names[:count]
    assert fake.required == real.required
    others = [found.get(name) for found in SYSTEM_FUNCTIONS.values()]
    for index, default in enumerate(fake.defaults):
        known = {one.defaults[index] for one in others if one is not None}
        assert NOT_NAMED in known or default in known, real.names[real.required + index]


def test_every_platform_function_that_runs_on_the_gateway_has_a_stand_in() -> None:
    project = Project(PROJECT)
    library = [one for one in scripts.of_project(project) if scripts.is_module(one.file)]
    given = project.library.packages | {"system"}
    called = {
        use.dotted
        for script in library
        for use in uses_of(script.text, given).found
        if use.dotted.startswith("system.") and use.call is not None
    }
    assert called, "nothing was read"
    on_the_gateway = {name for name in called if not name.startswith(AREAS_OF_A_CLIENT)}
    assert sorted(on_the_gateway - set(STAND_INS)) == []
