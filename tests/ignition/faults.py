"""The kinds of faults: each plants one, says where it stands and what the finding must name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from plant import LIBRARY, PERSPECTIVE, Place, Plant


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    name: str
    names: str
    plant: Callable[[Plant], Place]


FAULTS: list[Fault] = []


def fault(name: str, names: str) -> Callable[[Callable[[Plant], Place]], None]:
    """Add a kind of fault; ``names`` is what the finding must say."""

    def add(plant: Callable[[Plant], Place]) -> None:
        FAULTS.append(Fault(name, names, plant))

    return add


def simple(name: str, names: str, plant: Callable[[Plant], Place]) -> None:
    """Add a kind of fault that one expression plants."""
    FAULTS.append(Fault(name, names, plant))


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


# -- pages, views, docks, pop-ups


@fault("view of a page", "Nowhere/View")
def _(p: Plant) -> Place:
    file = f"{PERSPECTIVE}/page-config/config.json"
    with p.json(file) as config:
        config["pages"]["/planted"] = {"viewPath": "Nowhere/View"}
    return Place(file, "/pages/~1planted/viewPath")


@fault("parameter in the address of a page", "nobody")
def _(p: Plant) -> Place:
    file = f"{PERSPECTIVE}/page-config/config.json"
    with p.json(file) as config:
        config["pages"]["/planted/:nobody"] = {"viewPath": p.view_path}
    return Place(file, "/pages/~1planted~1:nobody/viewPath")


@fault("view of a dock", "Nowhere/View")
def _(p: Plant) -> Place:
    file = f"{PERSPECTIVE}/page-config/config.json"
    with p.json(file) as config:
        config["sharedDocks"]["right"] = [{"id": "planted", "viewPath": "Nowhere/View"}]
    return Place(file, "/sharedDocks/right/0/viewPath")


@fault("embedded view", "Nowhere/View")
def _(p: Plant) -> Place:
    where = p.component(type="ia.display.view", props={"path": "Nowhere/View"})
    return Place(where.file, f"{where.place}/props/path")


@fault("parameter of an embedded view", "nobody")
def _(p: Plant) -> Place:
    props = {"path": p.view_path, "params": {"nobody": 1}}
    where = p.component(type="ia.display.view", props=props)
    return Place(where.file, f"{where.place}/props/path")


@fault("parameter that is bound for an embedded view", "nobody")
def _(p: Plant) -> Place:
    binding = {"config": {"path": "session.props.id"}, "type": "property"}
    config = {"props.params.nobody": {"binding": binding}}
    props = {"path": p.view_path}
    where = p.component(type="ia.display.view", props=props, propConfig=config)
    return Place(where.file, f"{where.place}/props/path")


@fault("embedded view that has no path", "shows no view")
def _(p: Plant) -> Place:
    where = p.component(type="ia.display.view", props={})
    return Place(where.file, f"{where.place}/props/path")


@fault("parameter of a repeated view", "nobody")
def _(p: Plant) -> Place:
    props = {"path": p.view_path, "instances": [{"nobody": 1}]}
    where = p.component(type="ia.display.flex-repeater", props=props)
    return Place(where.file, f"{where.place}/props/path")


@fault("view in a column", "Nowhere/View")
def _(p: Plant) -> Place:
    columns = [{"field": "a", "render": "view", "viewPath": "Nowhere/View"}]
    where = p.component(type="ia.display.table", props={"columns": columns})
    return Place(where.file, f"{where.place}/props/columns/0/viewPath")


@fault("page of a link", "/nowhere")
def _(p: Plant) -> Place:
    where = p.component(type="ia.display.link", props={"url": "/nowhere"})
    return Place(where.file, f"{where.place}/props/url")


@fault("view of a pop-up", "Nowhere/View")
def _(p: Plant) -> Place:
    config = {"id": "planted", "type": "open", "viewPath": "Nowhere/View"}
    return p.client_action("popup", config, "/viewPath")


@fault("parameter of a pop-up", "nobody")
def _(p: Plant) -> Place:
    config = {"id": "planted", "type": "open", "viewPath": p.view_path}
    config["viewParams"] = {"nobody": 1}  # type: ignore[assignment]
    return p.client_action("popup", config, "/viewPath")


simple("page to go to", "/nowhere", lambda p: p.client_action("nav", {"page": "/nowhere"}, "/page"))
simple(
    "dock to move",
    "nodock",
    lambda p: p.client_action("dock", {"id": "nodock", "type": "toggle"}, "/id"),
)

# -- build of a view


@fault("two siblings of one name", '"Planted"')
def _(p: Plant) -> Place:
    p.component()
    where = p.component()
    return Place(where.file, f"{where.place}/meta/name")


@fault("component without a name", "meta/name")
def _(p: Plant) -> Place:
    where = p.component(meta={})
    return Place(where.file, f"{where.place}/meta/name")


@fault("key of a component", "propconfig")
def _(p: Plant) -> Place:
    where = p.component(propconfig={})
    return Place(where.file, f"{where.place}/propconfig")


@fault("kind of event", "mouse")
def _(p: Plant) -> Place:
    where = p.component(events={"mouse": {}})
    return Place(where.file, f"{where.place}/events/mouse")


@fault("style class", "Countersign/NoStyle")
def _(p: Plant) -> Place:
    where = p.component(props={"style": {"classes": "Countersign/NoStyle"}})
    return Place(where.file, f"{where.place}/props/style/classes")


simple(
    "style class in an expression",
    "Countersign/NoStyle",
    lambda p: p.expression('if(true, "Countersign/NoStyle", "")'),
)
simple(
    "view or style class in a script",
    "Countersign/Parts/Nobody",
    lambda p: p.script_file('ROW_VIEW = "Countersign/Parts/Nobody"'),
)


simple(
    "beginning of style classes in an expression",
    "Countersign/NoTone/",
    lambda p: p.expression('"Countersign/NoTone/" + {session.props.theme}'),
)


@fault("variable of the stylesheet", "--cs-nobody")
def _(p: Plant) -> Place:
    where = p.component(props={"style": {"color": "var(--cs-nobody)"}})
    return Place(where.file, f"{where.place}/props/style/color")


@fault("role of a command", "chief")
def _(p: Plant) -> Place:
    file = f"{LIBRARY}/commands/code.py"
    line = p.text(file, '    "claim": ', '    "planted": ("chief",),\n    "claim": ')
    return Place(file, f"line {line}")


@fault("role in permissions", "countersign-nobody")
def _(p: Plant) -> Place:
    role = {"children": [], "name": "countersign-nobody"}
    levels = [
        {"children": [{"children": [role], "name": "Roles"}], "name": "Authenticated"},
    ]
    with p.json(p.view_file) as view:
        view["permissions"] = {"securityLevels": levels, "type": "AnyOf"}
    place = "/permissions/securityLevels/0/children/0/children/0/name"
    return Place(p.view_file, place)


# -- scripts in views

simple("what Python 3 alone knows", "2.7 refuses", lambda p: p.action("\tx = {**{}}"))
simple("what Python 2 alone knows", "does not parse", lambda p: p.action('\tprint "x"'))
simple("line without a tab", "tab", lambda p: p.action("\tx = 1\n    y = 2", line=2))
simple("name", "nobody", lambda p: p.action("\tnobody(1)"))
simple("function in a script", "nobody", lambda p: p.action("\tcountersign.texts.nobody()"))
simple(
    "arguments in a script",
    "not 2",
    lambda p: p.action('\tx = 1\n\tcountersign.texts.all("de", x)', line=2),
)
simple(
    "keyword in a script",
    "no parameter language",
    lambda p: p.action('\tcountersign.texts.all(language="de")'),
)
simple("property that is set", "nobody", lambda p: p.action("\tself.view.custom.nobody = 1"))
simple("property that is read", "nobody", lambda p: p.action("\tx = self.session.custom.nobody"))
simple("sibling", '"Nobody"', lambda p: p.action('\tself.getSibling("Nobody").props.text = ""'))
simple(
    "binding to refresh", "props.data", lambda p: p.action('\tself.refreshBinding("props.data")')
)
simple("method of a component", "jump", lambda p: p.action("\tself.jump()"))


@fault("arguments of a custom method", "leap takes 1")
def _(p: Plant) -> Place:
    method = {"name": "leap", "params": ["far"], "script": "\treturn far"}
    return p.action("\tself.leap()", scripts={"customMethods": [method]})


@fault("script of a custom method", "nobody")
def _(p: Plant) -> Place:
    method = {"name": "leap", "params": ["far"], "script": "\treturn nobody"}
    where = p.component(scripts={"customMethods": [method]})
    return Place(where.file, f"{where.place}/scripts/customMethods/0/script line 1")


@fault("script of a transform", "nobody")
def _(p: Plant) -> Place:
    transform = {"type": "script", "code": "\treturn nobody(value)"}
    config = {"path": "session.props.id"}
    return p.binding("property", config, "/transforms/0/code line 1", transforms=[transform])


@fault("script of a change", "nobody")
def _(p: Plant) -> Place:
    change = {"enabled": True, "script": "\tself.custom.nobody = currentValue.value"}
    where = p.component(propConfig={"props.text": {"onChange": change}})
    return Place(where.file, f"{where.place}/propConfig/props.text/onChange/script line 1")


@fault("script of a message handler", "nobody")
def _(p: Plant) -> Place:
    handler = {"messageType": "planted", "script": "\tself.view.custom.nobody = payload"}
    where = p.component(scripts={"messageHandlers": [handler | {"pageScope": True}]})
    return Place(where.file, f"{where.place}/scripts/messageHandlers/0/script line 1")


simple(
    "message to components",
    "no-message",
    lambda p: p.action('\tsystem.perspective.sendMessage("no-message", {})'),
)


@fault("scope of a message to components", "scope page")
def _(p: Plant) -> Place:
    handler = {"messageType": "planted", "script": "\tpass", "viewScope": True}
    call = '\tsystem.perspective.sendMessage("planted", {})'
    return p.action(call, scripts={"messageHandlers": [handler]})


simple(
    "message to the gateway",
    "no-handler",
    lambda p: p.action('\tsystem.util.sendRequest("P", "no-handler", {})'),
)


@fault("scope of a message to the gateway", "scope C")
def _(p: Plant) -> Place:
    p.resource(
        "ignition/message/planted",
        "handleMessage.py",
        "def handleMessage(payload):\n\treturn payload",
        threadType="Shared",
        enabled=True,
    )
    return p.action('\tsystem.util.sendMessage("P", "planted", {}, scope="C")')


simple(
    "view of a pop-up in a script",
    "Nowhere/View",
    lambda p: p.action('\tsystem.perspective.openPopup("a", "Nowhere/View")'),
)


@fault("parameter of a pop-up in a script", "nobody")
def _(p: Plant) -> Place:
    call = f'system.perspective.openPopup("a", "{p.view_path}", params={{"nobody": 1}})'
    return p.action(f"\t{call}")


simple(
    "pop-up to close",
    "nopopup",
    lambda p: p.action('\tsystem.perspective.closePopup("nopopup")'),
)
simple(
    "page to go to in a script",
    "/nowhere",
    lambda p: p.action('\tsystem.perspective.navigate("/nowhere")'),
)
simple(
    "dock in a script",
    "nodock",
    lambda p: p.action('\tsystem.perspective.toggleDock("nodock")'),
)

simple(
    "answer of the service",
    "knows no",
    lambda p: p.action('\tcountersign.board.read("nothing")'),
)
simple(
    "command",
    'knows no "wipe"',
    lambda p: p.action('\tcountersign.commands.submit(self.session, "wipe", {})'),
)

# -- scripts of the gateway


@fault("function that a gateway event calls", "on_nothing")
def _(p: Plant) -> Place:
    file = "ignition/startup/onStartup.py"
    line = p.text(file, "gateway.on_startup()", "gateway.on_nothing()")
    return Place(file, f"line {line}")


@fault("arguments that a gateway event hands on", "on_startup takes 0")
def _(p: Plant) -> Place:
    file = "ignition/startup/onStartup.py"
    line = p.text(file, "gateway.on_startup()", "gateway.on_startup(1)")
    return Place(file, f"line {line}")


@fault("function of a gateway event", "onStartup")
def _(p: Plant) -> Place:
    file = "ignition/startup/onStartup.py"
    p.text(file, "def onStartup():", "def onStart():")
    return Place(file, "line 1")


@fault("function of a web resource", "def doPost(request, session):")
def _(p: Plant) -> Place:
    folder = "com.inductiveautomation.webdev/resources/planted"
    p.resource(folder, "doPost.py", "def doPost(request):\n\treturn {}")
    return Place(f"{folder}/doPost.py", "line 1")


simple(
    "platform function",
    "system.tag.read",
    lambda p: p.script_file('def planted():\n    system.tag.read("[default]A")'),
)
simple(
    "platform keyword",
    "no parameter callback",
    lambda p: p.script_file("def planted(f):\n    system.tag.readBlocking([], callback=f)"),
)
simple(
    "platform arguments",
    "needs values",
    lambda p: p.script_file("def planted():\n    system.tag.writeBlocking([])"),
)
simple(
    "keyword of the HTTP client",
    "no parameter body",
    lambda p: p.script_file('def planted(client):\n    client.post("http://x", body="")'),
)
simple(
    "platform function of 8.3 alone",
    "Ignition 8.1",
    lambda p: p.script_file('def planted():\n    system.secrets.readSecretValue("a", "b")'),
)
simple(
    "call between modules",
    "publish_nothing",
    lambda p: p.script_file("def planted():\n    runtime.publish_nothing()"),
)
simple(
    "arguments between modules",
    "countersign.runtime.close takes 0",
    lambda p: p.script_file("def planted():\n    runtime.close(1)"),
)
simple("character beyond ASCII", "ASCII", lambda p: p.script_file('NAME = "Maß"'))
simple(
    "what 2.7 refuses in a module",
    "2.7 refuses",
    lambda p: p.script_file("def planted(a, *, b): return a"),
)

# -- texts


def _text(p: Plant, row: str) -> Place:
    file = f"{LIBRARY}/texts_planted/code.py"
    p.resource(file.removesuffix("/code.py"), "code.py", f"TEXTS = {{\n    {row},\n}}\n")
    return Place(file, "line 2")


simple("language of a text", "2 languages", lambda p: _text(p, '"planted": ("a", "b")'))
simple("empty text", "nothing in nl", lambda p: _text(p, '"planted": ("a", "b", "")'))
simple("places in a text", "in nl", lambda p: _text(p, '"planted": ("{a:d}", "{a} b", "c")'))
simple("brace in a text", "'}'", lambda p: _text(p, '"planted": ("a}", "b", "c")'))
simple("key of a text", "Planted-1", lambda p: _text(p, '"Planted-1": ("a", "b", "c")'))


@fault("text that is there twice", "twice")
def _(p: Plant) -> Place:
    p.resource(f"{LIBRARY}/texts_a", "code.py", 'TEXTS = {\n    "planted": ("a", "b", "c"),\n}\n')
    return _text(p, '"planted": ("a", "b", "c")')


@fault("table of texts that is not joined", "texts_planted")
def _(p: Plant) -> Place:
    _text(p, '"planted": ("a", "b", "c")')
    return Place(f"{LIBRARY}/texts/code.py", "line 1")


simple(
    "text that a script says",
    "no_such_text",
    lambda p: p.action('\tcountersign.texts.say("no_such_text", "de")'),
)


simple(
    "beginning of a text that a script says",
    "no_such_",
    lambda p: p.action('\tx = "a"\n\tcountersign.texts.say("no_such_" + x, "de")', line=2),
)


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


@fault("places of a text that a script says", "count")
def _(p: Plant) -> Place:
    row = '"planted": ("{count} a", "{count} b", "{count} c")'
    p.resource(f"{LIBRARY}/texts_planted", "code.py", f"TEXTS = {{\n    {row},\n}}\n")
    return p.action('\tcountersign.texts.say("planted", "de", number=1)')


# -- resources

STARTUP = "ignition/startup/resource.json"


@fault("file that a manifest lists", "onBoot.py")
def _(p: Plant) -> Place:
    with p.json(STARTUP) as resource:
        resource["files"].append("onBoot.py")
    return Place(STARTUP, "/files")


@fault("file that no manifest lists", "stray.txt")
def _(p: Plant) -> Place:
    p.write("ignition/startup/stray.txt", "x")
    return Place(STARTUP, "/files")


@fault("folder without a manifest", "resource.json")
def _(p: Plant) -> Place:
    p.write(STARTUP, None)
    return Place("ignition/startup", "/")


@fault("time of the last change", "last change")
def _(p: Plant) -> Place:
    with p.json(STARTUP) as resource:
        del resource["attributes"]["lastModification"]
    return Place(STARTUP, "/attributes/lastModification")


@fault("scope of a resource", '"G"')
def _(p: Plant) -> Place:
    with p.json(STARTUP) as resource:
        resource["scope"] = "A"
    return Place(STARTUP, "/scope")


@fault("delay of a timer", "delay")
def _(p: Plant) -> Place:
    file = "ignition/timer/countersign-forward/resource.json"
    with p.json(file) as resource:
        del resource["attributes"]["delay"]
    return Place(file, "/attributes/delay")


@fault("broken JSON", "cannot be read")
def _(p: Plant) -> Place:
    p.append(p.view_file, "}")
    return Place(p.view_file, "/")


@fault("key of project.json", "inheritable")
def _(p: Plant) -> Place:
    with p.json("project.json") as project:
        del project["inheritable"]
    return Place("project.json", "/inheritable")
