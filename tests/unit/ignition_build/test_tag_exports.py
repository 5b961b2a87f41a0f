"""Tag exports: the plant's tags come from OPC, the demo's are memory; both are the same tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ignition_build.group_definition import read_definitions
from ignition_build.resources import BuildError
from ignition_build.tag_exports import tag_exports
from unit.ignition_build.project_folder import ProjectFolder

PROJECT = Path(__file__).resolve().parents[3] / "ignition-project"
KEYS_OF_SOURCE = {
    "memory": set(),
    "opc": {"opcServer", "opcItemPath"},
    "expr": {"expression"},
}
USUAL_KEYS = {"name", "tagType", "valueSource", "dataType"}
OPTIONAL_KEYS = {"documentation", "alarms", "value"}


def provider(name: str) -> Any:
    return json.loads(tag_exports(PROJECT)[f"countersign-{name}.json"])


def walk(node: Any) -> Iterator[Any]:
    yield node
    for child in node.get("tags", ()):
        yield from walk(child)


def work_center(tags: Any) -> Any:
    (found,) = (node for node in walk(tags) if node["tagType"] == "UdtType")
    return found


def atoms(tags: Any) -> dict[str, Any]:
    """Return the tags of a work centre by name."""
    return {node["name"]: node for node in work_center(tags)["tags"]}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from texts(member)


@pytest.mark.parametrize("name", ["tags", "demo-tags"])
def test_a_tag_has_the_keys_of_its_source(name: str) -> None:
    for node in work_center(provider(name))["tags"]:
        wanted = USUAL_KEYS | KEYS_OF_SOURCE[node["valueSource"]]
        assert wanted <= set(node) <= wanted | OPTIONAL_KEYS, node["name"]


@pytest.mark.parametrize("name", ["tags", "demo-tags"])
def test_every_parameter_that_is_used_is_declared_and_the_other_way_round(name: str) -> None:
    type_ = work_center(provider(name))
    used = set()
    for node in type_["tags"]:
        for key in ("opcServer", "opcItemPath", "expression"):
            for text in texts(node.get(key)):
                used |= set(re.findall(r"\{(\w+)\}", text))
    assert used == set(type_["parameters"])


def test_an_opc_tag_takes_its_item_from_parameters() -> None:
    tags = atoms(provider("tags"))
    assert {"ConfirmTrigger", "ConfirmDone", "GoodCount", "ScaleWeight", "MachineState"} <= {
        name for name, node in tags.items() if node["valueSource"] == "opc"
    }
    for name, node in tags.items():
        if node["valueSource"] == "opc":
            path = {"bindType": "parameter", "binding": f"{{OpcPrefix}}{{{name}Item}}"}
            assert node["opcItemPath"] == path


def test_the_demo_has_the_same_tags_and_needs_no_machine() -> None:
    plant, demo = provider("tags"), provider("demo-tags")
    assert list(atoms(plant)) == list(atoms(demo))
    assert "opc" not in {node.get("valueSource") for node in walk(demo)}
    instances = [node for node in walk(demo) if node["tagType"] == "UdtInstance"]
    assert instances
    for instance in instances:
        assert instance["typeId"] == work_center(demo)["name"]
        assert {tag["name"] for tag in instance["tags"]} <= set(atoms(demo))
        assert set(instance["parameters"]) <= set(work_center(demo)["parameters"])


def test_a_tag_says_what_it_is_for() -> None:
    assert [
        name for name, node in atoms(provider("tags")).items() if "documentation" not in node
    ] == []


def test_transaction_groups_read_tags_that_exist_in_types_that_fit() -> None:
    fitting = {"text": {"String"}, "decimal": {"Float8"}, "integer": {"Int8"}}
    tags = atoms(provider("tags"))
    for definition in read_definitions(PROJECT):
        for column in definition.columns:
            assert tags[column.tag]["dataType"] in fitting[column.type], column


def test_no_trigger_serves_both_a_group_and_a_script() -> None:
    """A work centre would report everything twice."""
    manifest = PROJECT / "ignition/tag-change/countersign-capture/resource.json"
    paths = json.loads(manifest.read_text())["attributes"]["paths"]
    captured = {path.rpartition("/")[2] for path in paths}
    assert not captured & {definition.trigger_tag for definition in read_definitions(PROJECT)}


def test_alarms_are_lists_with_what_the_platform_needs() -> None:
    alarms = [alarm for node in walk(provider("tags")) for alarm in node.get("alarms", ())]
    assert len(alarms) >= 4
    assert all({"name", "setpointA", "priority"} <= set(alarm) for alarm in alarms)


def test_an_export_that_cannot_be_read_is_named(project: ProjectFolder) -> None:
    project.write("tags/demo_plant.json", "{")
    with pytest.raises(BuildError, match=r"tags/demo_plant\.json"):
        tag_exports(project.root)
