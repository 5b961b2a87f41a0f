"""Faults in tables of texts and in the files of resources."""

from __future__ import annotations

from ignition.fault import fault, simple
from ignition.plant import LIBRARY, Place, Plant

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
