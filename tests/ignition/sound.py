"""Constructs that are right: nothing may be said about them."""

from __future__ import annotations

from collections.abc import Callable

from ignition.plant import LIBRARY, Place, Plant

SOUND: dict[str, Callable[[Plant], object]] = {
    "user's name": lambda p: p.path("session.props.auth.user.userName"),
    "roles of the user": lambda p: p.path("session.props.auth.user.roles[0]"),
    "page": lambda p: p.path("page.props.dimensions.viewport.width"),
    "default property of a component": lambda p: p.path("this.props.style"),
    "default property of a sibling": lambda p: p.path("../Planted.props.alignVertical"),
    "root by address": lambda p: p.path("/root.meta.visible"),
    "tag of this package": lambda p: p.expression("{[default]Countersign/Alarm}"),
    "property of a tag": lambda p: p.expression('tag("[default]Countersign/Alarm.quality")'),
    "system tag": lambda p: p.expression("{[System]Gateway/CurrentDateTime}"),
    "tag of a work centre": lambda p: p.expression('tag("[default]Plant/Press1/OrderId")'),
    "value of a transform": lambda p: _transformed(p, "{value} + 1"),
    "call without a poll": lambda p: p.expression('runScript("countersign.texts.all", 0, "de")'),
    "clock that rests": lambda p: p.expression("toStr(now(0))"),
    "text of the session": lambda p: p.path("session.custom.texts"),
    "several style classes": lambda p: p.component(
        props={"style": {"classes": "Countersign/Strip Countersign/Tone/Calm"}}
    ),
    "style classes put together": lambda p: p.expression(
        '"Countersign/Strip Countersign/Tone/" + {session.props.theme}'
    ),
    "variable of the theme": lambda p: p.component(props={"style": {"color": "var(--neutral-70)"}}),
    "page with a parameter": lambda p: p.client_action("nav", {"page": "/card/4711"}, ""),
    "page with a query": lambda p: p.action('\tsystem.perspective.navigate("/scrap?a=b")'),
    "place put together": lambda p: p.action(
        '\tsystem.perspective.navigate("/card/%s" % self.props.text)'
    ),
    "element and method of a property": lambda p: p.action(
        "\tx = self.session.custom.texts.get('frame_language')\n\tself.props.text = x"
    ),
    "names that the script binds": lambda p: p.action(
        "\timport json\n\tfor key, one in {}.items():\n\t\tx = [y for y in one if y]\n"
        "\ttry:\n\t\tjson.dumps(x)\n\texcept ValueError as problem:\n\t\tprint(problem)"
    ),
    "builtins of Python 2": lambda p: p.action("\tx = unicode(long(1)) + u''.join(xrange(0))"),
    "Java": lambda p: p.action("\tfrom java.lang import Throwable\n\traise Throwable('x')"),
    "list handed on": lambda p: p.action('\ta, b = ["de"], {}\n\tcountersign.texts.all(*a, **b)'),
    "namespace that may be missing": lambda p: p.action('\tx = hasattr(system, "secrets")'),
    "pop-up that is opened": lambda p: p.action(
        f'\tsystem.perspective.openPopup("a", "{p.view_path}")\n'
        '\tsystem.perspective.closePopup("a")'
    ),
    "message that is heard": lambda p: p.action(
        '\tsystem.perspective.sendMessage("planted", {}, scope="view")',
        scripts={
            "messageHandlers": [{"messageType": "planted", "script": "\tpass", "viewScope": True}]
        },
    ),
    "method that exists": lambda p: p.action(
        "\tself.leap(1)",
        scripts={"customMethods": [{"name": "leap", "params": ["far"], "script": "\treturn far"}]},
    ),
    "names hidden by a parameter": lambda p: p.script_file(
        "def planted(runtime, tags=None):\n    return runtime.anything(tags.anything)"
    ),
    "class and its names": lambda p: p.script_file(
        "class Planted(object):\n    KIND = 1\n\n    def kind(self):\n        return self.KIND"
    ),
    "fields of a bound property": lambda p: _bound(p),
    "property that is filled later": lambda p: _filled_later(p),
    "keys that only some calls return": lambda p: _presented(
        p,
        "def rows():\n    if rows:\n        return {'items': 1, 'a': 1}\n    return {'items': 1}\n",
        "view.custom.planted.a",
    ),
    "keys that are added later": lambda p: _presented(
        p,
        "def rows():\n    found = {'items': []}\n    found['a'] = 1\n    return found\n",
        "view.custom.planted.a",
    ),
    "keys that are added by others": lambda p: _presented(
        p,
        "def _fill(row):\n    row['a'] = 1\n\n\n"
        "def rows():\n    found = {'items': 1}\n    _fill(found)\n    return found\n",
        "view.custom.planted.a",
    ),
    "keys that are set by default": lambda p: _presented(
        p,
        "def rows():\n    found = {}\n    found.setdefault('a', []).append(1)\n    return found\n",
        "view.custom.planted.a",
    ),
    "keys that an update adds": lambda p: _presented(
        p,
        "def rows():\n    found = {'items': 1}\n    found.update(a=1)\n    return found\n",
        "view.custom.planted.a",
    ),
    "keys that a script cannot say": lambda p: _presented(
        p,
        "def rows(more=()):\n    return dict({'items': []}, **dict(more))\n",
        "view.custom.planted.a",
    ),
    "bindings in a circle": lambda p: _circle(p),
    "encoding that is named": lambda p: p.resource(
        f"{LIBRARY}/planted", "code.py", '# -*- coding: utf-8 -*-\nNAME = u"Maß"\n'
    ),
    "embedded view with a bound path": lambda p: p.component(
        type="ia.display.view",
        props={"path": ""},
        propConfig={
            "props.path": {"binding": {"type": "property", "config": {"path": "session.props.id"}}}
        },
    ),
}
"""By name: what to add to the copy."""


def _transformed(p: Plant, expression: str) -> Place:
    transform = {"type": "expression", "expression": expression}
    return p.binding("property", {"path": "session.props.id"}, "", transforms=[transform])


def _bound(p: Plant) -> Place:
    expression = 'runScript("countersign.texts.all", 5000, "de")'
    binding = {"config": {"expression": expression}, "type": "expr"}
    with p.json(p.view_file) as view:
        view["propConfig"]["custom.planted"] = {"binding": binding, "persistent": False}
    return p.path("view.custom.planted.rows[0].name")


def _circle(p: Plant) -> Place:
    """A fault, but one for the preview: the check must come to an end."""
    with p.json(p.view_file) as view:
        for name, other in (("one", "two"), ("two", "one")):
            binding = {"config": {"path": f"view.custom.{other}"}, "type": "property"}
            view["propConfig"][f"custom.{name}"] = {"binding": binding}
    return p.path("view.custom.one.anything")


def _presented(p: Plant, module: str, path: str) -> Place:
    p.resource(f"{LIBRARY}/planted", "code.py", module)
    binding = {"config": {"expression": 'runScript("countersign.planted.rows", 5000)'}}
    with p.json(p.view_file) as view:
        config = {"binding": {"type": "expr", **binding}, "persistent": False}
        view["propConfig"]["custom.planted"] = config
    return p.path(path)


def _filled_later(p: Plant) -> Place:
    with p.json(p.view_file) as view:
        view["custom"]["planted"] = None
    return p.action("\tself.view.custom.planted = {'a': 1}\n\tx = self.view.custom.planted.a")
