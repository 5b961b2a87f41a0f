"""Faults in views: where they lead, how they are built, what they look like."""

from __future__ import annotations

from ignition.fault import fault, simple
from ignition.plant import LIBRARY, PERSPECTIVE, Place, Plant

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
