"""Transaction groups: a definition and a work centre become the file that SQL Bridge reads.

All groups are insert-only ("historical"), evaluated when their trigger changes and executed while
it is not zero. The execution flags and the set of properties are a combination that was found in
files of real gateways; what the single bits mean is not known. Groups come switched off: which
way a work centre reports is for the plant to decide, and both ways at once would report twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from ignition_build.gateway_events import FRAMEWORK, WRITTEN_AT
from ignition_build.group_definition import Column, GroupDefinition, WorkCenters
from ignition_build.java import gzip, hash_map_order
from ignition_build.object_xml import Node, write
from ignition_build.resources import SQL_BRIDGE, Resource, generated

FOLDER = PurePosixPath(SQL_BRIDGE, "transaction-groups")
GROUP_FOLDER = "Countersign"
INSERT_ONLY = "historical"
TAG_ITEM = "grouptag_sqltref"
EXECUTION_FLAGS = 260

FACTORY = "com.inductiveautomation.factorysql.common"
COMMON = "com.inductiveautomation.ignition.common"
PROPERTIES = f"{COMMON}.metaproperties"
DATA_TYPE = f"{COMMON}.sqltags.model.types.DataType"
DATA_TYPES = {"text": "String", "decimal": "Float8", "integer": "Int8"}


def transaction_groups(
    definitions: list[GroupDefinition], work_centers: WorkCenters
) -> Iterator[Resource]:
    """Make one group for each definition and work centre."""
    for folder in work_centers.folders:
        for definition in definitions:
            path = f"{GROUP_FOLDER}/{folder.rpartition('/')[2]}"
            xml = write(_group(definition, work_centers, folder, path), FRAMEWORK, WRITTEN_AT)
            yield generated(FOLDER / path / definition.name, gzip(xml.encode("utf-8")))


def _group(definition: GroupDefinition, work_centers: WorkCenters, folder: str, path: str) -> Node:
    trigger = _text(f"{folder}/{definition.trigger_tag}")
    items = tuple(_item(column, work_centers, folder) for column in definition.columns)
    properties = {
        "NAME": _text(definition.name),
        "TABLE_NAME": _text(definition.table),
        "DATA_SOURCE": _text(work_centers.data_source),
        "EXECUTION_ENABLED": Node("false"),
        "GROUP_EXECUTION_FLAGS": Node("int", text=str(EXECUTION_FLAGS)),
        "UPDATE_RATE": Node("dbl", text=str(definition.update_rate_s)),
        "UPDATE_UNITS": _enum(f"{COMMON}.util.TimeUnits", "SEC"),
        "ASYNC_TRIGGER_MODE": _enum(f"{FACTORY}.types.AsyncTriggerMode", "Custom"),
        "ASYNC_TRIGGER_PATHS": _array("str", (trigger,)),
        "TRIGGER_MODE": _enum(f"{FACTORY}.types.TriggerMode", "NotEqualZero"),
        "TRIGGER_PATH": trigger,
        "CONFIGURED_ITEMS": _array(f"{FACTORY}.config.ItemConfig", items),
    }
    return _object(
        f"{FACTORY}.config.GroupConfig",
        _call("setPath", "1;str", _text(path)),
        _properties(properties),
        _call("setTypeKey", "1;str", _text(INSERT_ONLY)),
    )


def _item(column: Column, work_centers: WorkCenters, folder: str) -> Node:
    return _object(
        f"{FACTORY}.config.ItemConfig",
        _properties(
            {
                "DRIVING_TAG_PATH": _text(f"[{work_centers.provider}]{folder}/{column.tag}"),
                "TARGET_NAME": _text(column.name),
                "TARGET_DATA_TYPE": _enum(DATA_TYPE, DATA_TYPES[column.type]),
            }
        ),
        _call("setTypeKey", "1;str", _text(TAG_ITEM)),
    )


def _properties(values: Mapping[str, Node]) -> Node:
    puts = [_put(name, values[name]) for name in hash_map_order(list(values))]
    collection = _object(
        f"{PROPERTIES}.MetaPropertyCollection",
        _call("setProperties", "1;java.util.Map", _object("java.util.HashMap", *puts)),
    )
    return _call("setProperties", f"1;{PROPERTIES}.MetaPropertyCollection", collection)


def _put(name: str, value: Node) -> Node:
    entry = _object(
        f"{PROPERTIES}.TypedMetaProperty",
        _call("setName", "1;str", _text(name)),
        _call("setValue", "1;O", value),
    )
    return _call("put", "2;O;O", _text(name), entry)


def _text(text: str) -> Node:
    return Node("str", text=text)


def _enum(class_name: str, name: str) -> Node:
    return Node("enum", (("cls", class_name), ("n", name)))


def _array(class_name: str, items: tuple[Node, ...]) -> Node:
    return Node("array", (("cls", class_name), ("len", str(len(items)))), items)


def _object(class_name: str, *calls: Node) -> Node:
    return Node("o", (("cls", class_name),), calls)


def _call(method: str, signature: str, *arguments: Node) -> Node:
    return Node("o-c", (("m", method), ("s", signature)), arguments)
