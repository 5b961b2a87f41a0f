"""Each connector says of each rule that it is kept, or why it need not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.erp_conformance import rules

import countersign.erp
from countersign.erp.registry import PACKAGES

DOCUMENTATION_RULES = {"limits-are-documented", "error-table-is-complete", "units-are-mapped"}
FOLDER = Path(countersign.erp.__file__).parent
CONNECTORS = sorted(package.rpartition(".")[2] for package in PACKAGES.values())


def quality(connector: str) -> dict[str, Any]:
    path = FOLDER / connector / "quality.yaml"
    if not path.exists():
        pytest.fail(f"{connector} has no quality.yaml")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("connector", CONNECTORS)
def test_every_rule_is_answered_and_none_is_invented(connector: str) -> None:
    data = quality(connector)
    assert data.keys() == {"documentation", "rules"}
    assert data["rules"].keys() == rules()
    assert data["documentation"].keys() == DOCUMENTATION_RULES


@pytest.mark.parametrize("connector", CONNECTORS)
def test_an_exemption_has_a_reason(connector: str) -> None:
    data = quality(connector)
    for rule, answer in {**data["documentation"], **data["rules"]}.items():
        if answer == "done":
            continue
        assert isinstance(answer, dict), rule
        assert answer.keys() == {"status", "comment"}, rule
        assert answer["status"] == "exempt", rule
        assert len(answer["comment"].split()) >= 4, f"{rule}: that is no reason"


@pytest.mark.parametrize("connector", CONNECTORS)
def test_the_limits_stand_in_the_readme(connector: str) -> None:
    readme = (FOLDER / connector / "README.md").read_text(encoding="utf-8")
    assert "## Limits" in readme
