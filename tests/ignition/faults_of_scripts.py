"""Faults in scripts: of views, of the gateway, of the library."""

from __future__ import annotations

from ignition.fault import fault, simple
from ignition.plant import Place, Plant

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
