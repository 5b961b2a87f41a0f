"""Faults in named queries, tags, their types and transaction groups."""

from __future__ import annotations

from ignition.fault import fault, simple
from ignition.plant import Place, Plant

# -- named queries and tags


@fault("named query", "Nowhere/Rows")
def _(p: Plant) -> Place:
    return p.binding("query", {"queryPath": "Nowhere/Rows"}, "/config/queryPath")


@fault("parameter of a named query", "nobody")
def _(p: Plant) -> Place:
    parameters = [{"type": "Parameter", "identifier": "order_id", "sqlType": 7}]
    p.resource("ignition/named-query/Rows", "query.sql", "SELECT 1", parameters=parameters)
    config = {"queryPath": "Rows", "parameters": {"order_id": "'1'", "nobody": "'2'"}}
    return p.binding("query", config, "/config/parameters")


@fault("poll of a named query", "every 1000 ms")
def _(p: Plant) -> Place:
    p.resource("ignition/named-query/Rows", "query.sql", "SELECT 1", parameters=[])
    config = {"queryPath": "Rows", "polling": {"enabled": True, "rate": "1"}}
    return p.binding("query", config, "/config/polling/rate")


@fault("tag of this package", "Countersign/Nobody")
def _(p: Plant) -> Place:
    config = {"mode": "direct", "tagPath": "[default]Countersign/Nobody"}
    return p.binding("tag", config, "/config/tagPath")


@fault("tag of a work centre", "NoTrigger")
def _(p: Plant) -> Place:
    config = {"mode": "indirect", "references": {"1": "{session.props.id}"}}
    config["tagPath"] = "[default]Plant/{1}/NoTrigger"
    return p.binding("tag", config, "/config/tagPath")


@fault("reference of a tag path", "{2}")
def _(p: Plant) -> Place:
    config = {"mode": "indirect", "references": {"1": "{session.props.id}"}}
    config["tagPath"] = "[default]Plant/{1}/{2}/OrderId"
    return p.binding("tag", config, "/config/tagPath")


simple(
    "tag in an expression",
    "Countersign/Nobody",
    lambda p: p.expression("{[default]Countersign/Nobody}"),
)


@fault("tag that a tag-change script watches", "NoTrigger")
def _(p: Plant) -> Place:
    file = "ignition/tag-change/countersign-capture/resource.json"
    with p.json(file) as resource:
        resource["attributes"]["paths"][1] = "[default]Plant/*/NoTrigger"
    return Place(file, "/attributes/paths/1")


simple(
    "tag in a script",
    "Countersign/Nobody",
    lambda p: p.script_file('NOBODY = "[default]Countersign/Nobody"'),
)


@fault("tag of a transaction group", "NoTag")
def _(p: Plant) -> Place:
    file = "transaction-groups/consumption.toml"
    line = p.append(file, '\n[[column]]\nname = "planted"\ntag = "NoTag"\ntype = "text"\n')
    return Place(file, f"line {line + 3}")


@fault("type of a tag", "NoType")
def _(p: Plant) -> Place:
    file = "tags/countersign.json"
    with p.json(file) as export:
        export["tags"].append({"name": "M9", "tagType": "UdtInstance", "typeId": "NoType"})
        return Place(file, f"/tags/{len(export['tags']) - 1}/typeId")


@fault("parameter of a type", "NoItem")
def _(p: Plant) -> Place:
    bound = {"bindType": "parameter", "binding": "{OpcPrefix}{NoItem}"}
    return _tag_of_the_type(p, {"opcItemPath": bound}, "/opcItemPath/binding")


@fault("tag beside a tag of a type", "NoTag")
def _(p: Plant) -> Place:
    return _tag_of_the_type(p, {"expression": "{[.]NoTag} + 1"}, "/expression")


def _tag_of_the_type(p: Plant, keys: dict[str, object], rest: str) -> Place:
    file = "tags/countersign.json"
    with p.json(file) as export:
        index = next(i for i, one in enumerate(export["tags"]) if one["name"] == "_types_")
        tags = export["tags"][index]["tags"][0]["tags"]
        tags.append({"name": "Planted", "tagType": "AtomicTag", **keys})
        return Place(file, f"/tags/{index}/tags/0/tags/{len(tags) - 1}{rest}")


@fault("script of a tag", "nomodule")
def _(p: Plant) -> Place:
    file = "tags/countersign.json"
    script = {"eventid": "valueChanged", "script": "\tcountersign.nomodule.f(currentValue)"}
    with p.json(file) as export:
        tag = {"name": "M9", "tagType": "AtomicTag", "eventScripts": [script]}
        export["tags"].append(tag)
        place = f"/tags/{len(export['tags']) - 1}/eventScripts/0/script line 1"
        return Place(file, place)
