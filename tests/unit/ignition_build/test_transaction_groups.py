"""Transaction groups: a definition becomes the file of SQL Bridge, for each work centre."""

from __future__ import annotations

import gzip
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ignition_build.gateway_events import FRAMEWORK, WRITTEN_AT
from ignition_build.group_definition import read_definitions, read_work_centers
from ignition_build.object_xml import Node, write
from ignition_build.resources import BuildError
from ignition_build.transaction_groups import transaction_groups
from unit.ignition_build.project_folder import GROUP, WORK_CENTERS, ProjectFolder

WORK_CENTERS_FILE = "transaction-groups/work_centers.toml"


def groups(project: ProjectFolder) -> dict[str, str]:
    work_centers = read_work_centers(project.root / WORK_CENTERS_FILE)
    made = transaction_groups(read_definitions(project.root), work_centers)
    return {
        str(resource.folder): gzip.decompress(resource.files["data.bin"]).decode()
        for resource in made
    }


def test_the_xml_is_that_of_the_measured_builder(
    project: ProjectFolder, prototypes: SimpleNamespace
) -> None:
    tg, element = prototypes.tgbuild, prototypes.tgxml.E

    def item(tag: str, column: str, type_: str) -> Any:
        return tg.item(
            {
                "DRIVING_TAG_PATH": tg.s(f"[default]Plant/Press1/{tag}"),
                "TARGET_NAME": tg.s(column),
                "TARGET_DATA_TYPE": tg.enum(tg.DT, type_),
            }
        )

    items = [
        item("RowTrigger", "trigger_count", "Int8"),
        item("OrderId", "order_id", "String"),
        item("Quantity", "quantity", "Float8"),
    ]
    trigger = "Plant/Press1/RowTrigger"
    group = tg.group(
        "Countersign/Press1",
        "historical",
        {
            "NAME": tg.s("Output"),
            "TABLE_NAME": tg.s("plant_output"),
            "DATA_SOURCE": tg.s("Staging"),
            "EXECUTION_ENABLED": element("false"),
            "GROUP_EXECUTION_FLAGS": element("int", text="260"),
            "UPDATE_RATE": element("dbl", text="1.0"),
            "UPDATE_UNITS": tg.enum(tg.TU, "SEC"),
            "ASYNC_TRIGGER_MODE": tg.enum(f"{tg.FS}types.AsyncTriggerMode", "Custom"),
            "ASYNC_TRIGGER_PATHS": element(
                "array", [("cls", "str"), ("len", "1")], [tg.s(trigger)]
            ),
            "TRIGGER_MODE": tg.enum(f"{tg.FS}types.TriggerMode", "NotEqualZero"),
            "TRIGGER_PATH": tg.s(trigger),
            "CONFIGURED_ITEMS": element(
                "array", [("cls", f"{tg.FS}config.ItemConfig"), ("len", "3")], items
            ),
        },
    )
    (text,) = groups(project).values()
    assert text == prototypes.tgxml.emit(group, FRAMEWORK, WRITTEN_AT)


def test_each_work_centre_has_its_groups(project: ProjectFolder) -> None:
    text = WORK_CENTERS.replace('["Plant/Press1"]', '["Plant/Press1", "Hall2/Saw/"]')
    project.write(WORK_CENTERS_FILE, text)
    made = groups(project)
    base = "com.inductiveautomation.sqlbridge/transaction-groups/Countersign"
    assert list(made) == [f"{base}/Press1/Output", f"{base}/Saw/Output"]
    assert "[default]Hall2/Saw/OrderId" in made[f"{base}/Saw/Output"]


def test_a_group_comes_switched_off(project: ProjectFolder) -> None:
    (text,) = groups(project).values()
    for put in ElementTree.fromstring(text).iter("o-c"):
        texts = [node.text for node in put if node.tag == "str"]
        if put.get("m") == "put" and "EXECUTION_ENABLED" in texts:
            assert put.find(".//false") is not None
            return
    pytest.fail("the group does not say whether it is enabled")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('table = "plant_output"', "", "table is missing"),
        ('"plant_output"', '"Plant Output"', "small letters"),
        ('trigger_tag = "RowTrigger"', 'trigger_tag = "Other"', "Other"),
        ('type = "decimal"', 'type = "float"', "decimal"),
        (", length = 40", "", "length"),
        ('tag = "Quantity", ', 'tag = "Quantity", unit = "KGM", ', "unit"),
        ("update_rate_s", "update_rate_ms", "update_rate"),
        ("column = [", "column = {", "output.toml"),
    ],
)
def test_a_mistake_in_a_definition_is_named(
    project: ProjectFolder, old: str, new: str, told: str
) -> None:
    assert old in GROUP
    project.write("transaction-groups/output.toml", GROUP.replace(old, new))
    with pytest.raises(BuildError, match=told):
        read_definitions(project.root)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "data_source"),
        (WORK_CENTERS + "speed = 1\n", "speed"),
        (WORK_CENTERS.replace('"Plant/Press1"', '"A/Press1", "B/Press1"'), "Press1"),
    ],
)
def test_a_mistake_in_the_work_centres_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "centers.toml"
    path.write_text(text)
    with pytest.raises(BuildError, match=told):
        read_work_centers(path)


def test_texts_are_escaped_as_the_platform_does() -> None:
    node = Node("o", (("cls", 'a"<&>'),), (Node("str", text='x<&>"'),))
    lines = write(node, "8.1", "now").splitlines()
    assert lines[2] == '\t<o cls="a&quot;&lt;&amp;>"><str>x&lt;&amp;&gt;"</str></o>'
    assert ElementTree.fromstring("\n".join(lines[1:]))[0].get("cls") == 'a"<&>'
