"""Faults in bindings: properties, expressions, functions, and the keys of what they return."""

from __future__ import annotations

import json

from ignition.fault import fault, simple
from ignition.plant import LIBRARY, PERSPECTIVE, Place, Plant


def _without_line(place: Place) -> Place:
    return Place(place.file, place.place.rpartition(" line ")[0])


# -- properties that bindings and expressions read

simple("view custom property", "custom.nobody", lambda p: p.path("view.custom.nobody"))
simple("view parameter", "params.nobody", lambda p: p.path("view.params.nobody"))
simple("session custom property", "custom.nobody", lambda p: p.path("session.custom.nobody"))
simple("session property", "props.nobody", lambda p: p.path("session.props.nobody"))
simple("user property", "nick", lambda p: p.path("session.props.auth.user.nick"))
simple("page property", "nobody", lambda p: p.path("page.props.nobody"))
simple("own property", "custom.nobody", lambda p: p.path("this.custom.nobody"))
simple("parent above the root", "root", lambda p: p.path("parent.parent.custom.x"))
simple("component by address", '"Nobody"', lambda p: p.path("/root/Nobody.props.text"))
simple("sibling by address", '"Nobody"', lambda p: p.path("../Nobody.props.text"))
simple("property of a component", "nobody", lambda p: p.path("../Planted.custom.nobody"))
simple("no property at all", "nothing", lambda p: p.path("nothing.at.all"))
simple("in an expression", "custom.nobody", lambda p: p.expression("{view.custom.nobody} + 1"))
simple("broken expression", "')'", lambda p: p.expression('if(true, "a", "b"'))
simple("expression function", "isNil", lambda p: p.expression("isNil({session.props.id})"))
simple("its arguments", "if needs", lambda p: p.expression('if(true, "a")'))
simple("text", "no_such_text", lambda p: p.path("session.custom.texts.no_such_text"))
simple(
    "text in an expression",
    "no_such_text",
    lambda p: p.expression('{session.custom.texts.no_such_text} + ""'),
)
simple(
    "text in a script",
    "no_such_text",
    lambda p: _without_line(p.action('\tx = self.session.custom.texts["no_such_text"]')),
)
simple(
    "role",
    "countersign-nobody",
    lambda p: p.expression('isAuthorized(false, "Authenticated/Roles/countersign-nobody")'),
)


@fault("member of an expression structure", "custom.nobody")
def _(p: Plant) -> Place:
    config = {"struct": {"a": "{view.custom.nobody}"}, "waitOnAll": True}
    return p.binding("expr-struct", config, "/config/struct/a")


@fault("expression of a transform", "custom.nobody")
def _(p: Plant) -> Place:
    transform = {"type": "expression", "expression": "{value} + {view.custom.nobody}"}
    config = {"path": "session.props.id"}
    return p.binding("property", config, "/transforms/0/expression", transforms=[transform])


@fault("mapping of a transform", "custom.nobody")
def _(p: Plant) -> Place:
    mapping = {"input": 1, "output": "{view.custom.nobody}"}
    transform = {"type": "map", "inputType": "scalar", "outputType": "expression"}
    transform |= {"fallback": '"x"', "mappings": [mapping]}
    place = "/transforms/0/mappings/0/output"
    return p.binding("property", {"path": "session.props.id"}, place, transforms=[transform])


@fault("kind of transform", "magic")
def _(p: Plant) -> Place:
    config = {"path": "session.props.id"}
    return p.binding("property", config, "/transforms/0/type", transforms=[{"type": "magic"}])


simple("kind of binding", "magic", lambda p: p.binding("magic", {}, "/type"))


@fault("element of a list that has a binding", "columns[3]")
def _(p: Plant) -> Place:
    config = {"props.columns[3].title": {"binding": {"config": {}, "type": "expr-struct"}}}
    where = p.component(props={"columns": [{}]}, propConfig=config)
    return Place(where.file, f"{where.place}/propConfig/props.columns[3].title")


@fault("rows that are kept in the view", "keeps data")
def _(p: Plant) -> Place:
    expression = 'runScript("countersign.texts.all", 5000, {session.props.locale})'
    binding = {"config": {"expression": expression}, "type": "expr"}
    with p.json(p.view_file) as view:
        view["propConfig"]["custom.planted"] = {"binding": binding}
    return Place(p.view_file, "/propConfig/custom.planted")


# -- functions of the library that expressions call

simple("module", "nomodule", lambda p: p.expression('runScript("countersign.nomodule.f", 0)'))
simple("function", "nobody", lambda p: p.expression('runScript("countersign.texts.nobody", 0)'))
simple(
    "arguments of a function",
    "takes 1 arguments, not 2",
    lambda p: p.expression('runScript("countersign.texts.all", 0, "de", 2)'),
)
simple(
    "function with its call",
    "bare name",
    lambda p: p.expression("runScript(\"countersign.texts.all('de')\", 0)"),
)
simple(
    "poll of a function",
    "every 1000 ms",
    lambda p: p.expression('runScript("countersign.texts.all", 1000, "de")'),
)
simple("poll of the clock", "now is asked", lambda p: p.expression("toStr(now())"))


# -- keys of what functions return


def _presenter(p: Plant, body: str) -> str:
    """Add a module with a function ``rows`` and bind it to a property of the view."""
    p.resource(f"{LIBRARY}/planted", "code.py", body)
    expression = 'runScript("countersign.planted.rows", 5000)'
    binding = {"config": {"expression": expression}, "type": "expr"}
    with p.json(p.view_file) as view:
        view["propConfig"]["custom.planted"] = {"binding": binding, "persistent": False}
    return expression


@fault("key of what a function returns", "nobody")
def _(p: Plant) -> Place:
    _presenter(p, 'def rows():\n    return {"items": [{"title": "a"}], "count": 1}\n')
    return p.path("view.custom.planted.items[0].nobody")


@fault("key of what a function returns by way of others", "nobody")
def _(p: Plant) -> Place:
    inner = 'def _one(title):\n    row = {"title": title}\n    return dict(row, icon="x")\n'
    _presenter(p, f"{inner}\n\ndef rows():\n    return [_one(each) for each in (1, 2)]\n")
    return p.path("view.custom.planted[0].nobody")


@fault("key of what a function has added to", "nobody")
def _(p: Plant) -> Place:
    body = 'def rows():\n    found = {"a": 1}\n    found["b"] = 2\n    found.update(c=3)\n'
    _presenter(p, f"{body}    return found\n")
    return p.path("view.custom.planted.nobody")


@fault("key of what a view is handed", "nobody")
def _(p: Plant) -> Place:
    """The key is read in the embedded view; what it is handed comes from the one around it."""
    _presenter(p, 'def rows():\n    return {"sign": {"icon": "a", "text": "b"}}\n')
    binding = {"config": {"path": "view.custom.planted.sign"}, "type": "property"}
    p.component(
        type="ia.display.view",
        props={"path": "Planted/Sign", "params": {"sign": None}},
        propConfig={"props.params.sign": {"binding": binding}},
    )
    read = {"config": {"path": "view.params.sign.nobody"}, "type": "property"}
    label = {
        "meta": {"name": "Words"},
        "type": "ia.display.label",
        "propConfig": {"props.text": {"binding": read}},
    }
    root = {"meta": {"name": "root"}, "type": "ia.container.flex", "children": [label]}
    view = {"custom": {}, "params": {"sign": None}, "propConfig": {}, "props": {}, "root": root}
    folder = f"{PERSPECTIVE}/views/Planted/Sign"
    p.resource(folder, "view.json", json.dumps(view))
    pointer = "/root/children/0/propConfig/props.text/binding/config/path"
    return Place(f"{folder}/view.json", pointer)


@fault("key of a row for a repeated view", "nobody")
def _(p: Plant) -> Place:
    expression = _presenter(p, 'def rows():\n    return [{"nobody": 1}]\n')
    binding = {"config": {"expression": expression}, "type": "expr"}
    where = p.component(
        type="ia.display.flex-repeater",
        props={"path": p.view_path},
        propConfig={"props.instances": {"binding": binding}},
    )
    return Place(where.file, f"{where.place}/propConfig/props.instances")
