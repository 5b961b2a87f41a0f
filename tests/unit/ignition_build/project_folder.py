"""A small project on the disk for the tests of the build."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ignition_build.designer_form import manifest_json
from ignition_build.resources import MODIFIED

GATEWAY_EVENTS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "startup": ("onStartup.py", "def onStartup():\n\tplant.start()", {"enabled": True}),
    "shutdown": ("onShutdown.py", "def onShutdown():\n\tplant.stop()", {"enabled": True}),
    "update": ("onUpdate.py", "def onUpdate(actor, resources):\n\tplant.start()", {}),
    "timer/forward": (
        "handleTimerEvent.py",
        "def handleTimerEvent():\n\tplant.forward()",
        {"delay": 500, "fixedDelay": True, "sharedThread": False, "enabled": True},
    ),
    "timer/slow": (
        "handleTimerEvent.py",
        "def handleTimerEvent():\n\tif plant.ready():\n\t\tplant.tidy()",
        {"delay": 1000, "fixedDelay": False, "sharedThread": True, "enabled": False},
    ),
    "scheduled/nightly": (
        "handleScheduleEvent.py",
        "def handleScheduleEvent():\n\tplant.nightly()",
        {"cronExpression": "0 2 * * *", "enabled": True},
    ),
    "tag-change/capture": (
        "onTagChange.py",
        "def onTagChange(initialChange, newValue, previousValue, event, executionCount):\n"
        "\tplant.capture(initialChange, newValue, event.tagPath)",
        {"paths": ["[default]Plant/*/Trigger"], "changeTypes": ["ValueChange"], "enabled": True},
    ),
    "message/retry": (
        "handleMessage.py",
        "def handleMessage(payload):\n\treturn plant.retry(payload)",
        {"threadType": "Dedicated", "enabled": True},
    ),
    "message/ask": (
        "handleMessage.py",
        "def handleMessage(payload):\n\treturn plant.ask(payload)",
        {"threadType": "Shared", "enabled": True},
    ),
}
GROUP = """
name = "Output"
about = "One row for each count."
table = "plant_output"
trigger_tag = "RowTrigger"
update_rate_s = 1.0
column = [
    { name = "trigger_count", tag = "RowTrigger", type = "integer" },
    { name = "order_id", tag = "OrderId", type = "text", length = 40 },
    { name = "quantity", tag = "Quantity", type = "decimal" },
]
"""
TAGS = {
    "name": "",
    "tagType": "Provider",
    "tags": [
        {
            "name": "_types_",
            "tagType": "Folder",
            "tags": [
                {
                    "name": "WorkCenter",
                    "tagType": "UdtType",
                    "parameters": {
                        "SiteId": {"dataType": "String", "value": ""},
                        "OpcPrefix": {"dataType": "String", "value": "ns=1;s=[Device]"},
                        "RowTriggerItem": {"dataType": "String", "value": "RowTrigger"},
                    },
                    "tags": [
                        {
                            "name": "RowTrigger",
                            "tagType": "AtomicTag",
                            "valueSource": "opc",
                            "dataType": "Int8",
                            "opcServer": "Ignition OPC UA Server",
                            "opcItemPath": {
                                "bindType": "parameter",
                                "binding": "{OpcPrefix}{RowTriggerItem}",
                            },
                        }
                    ],
                }
            ],
        },
        {"name": "Plant", "tagType": "Folder", "tags": []},
    ],
}
PLANT = {
    "name": "Plant",
    "tagType": "Folder",
    "tags": [{"name": "Press1", "tagType": "UdtInstance", "typeId": "WorkCenter"}],
}
WORK_CENTERS = 'data_source = "Staging"\nprovider = "default"\nfolders = ["Plant/Press1"]\n'


class ProjectFolder:
    """A project that can be built; ``add`` puts resources into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("project.json", '{\n  "title": "Plant"\n}')
        self.write("transaction-groups/output.toml", GROUP)
        self.write("transaction-groups/work_centers.toml", WORK_CENTERS)
        self.write("tags/countersign.json", json.dumps(TAGS))
        self.write("tags/demo_plant.json", json.dumps(PLANT))
        self.add("ignition/script-python/plant", {"code.py": "def start():\n\tpass\n"}, scope="A")
        for name in GATEWAY_EVENTS:
            self.add_event(name)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def add(self, folder: str, files: Mapping[str, str], scope: str = "G", **rest: Any) -> None:
        """Add a resource in the Designer's form."""
        manifest = {
            "scope": scope,
            "version": rest.pop("version", 1),
            "restricted": False,
            "overridable": True,
            "files": sorted(files),
            "attributes": {**rest, "lastModification": MODIFIED},
        }
        self.write(f"{folder}/resource.json", manifest_json(manifest))
        for name, text in files.items():
            self.write(f"{folder}/{name}", text)

    def add_event(self, name: str, script: str = "", **attributes: Any) -> None:
        """Add or replace a gateway event."""
        file, known, usual = GATEWAY_EVENTS[name]
        self.add(f"ignition/{name}", {file: script or known}, **{**usual, **attributes})

    def read(self, name: str) -> Any:
        return json.loads((self.root / name).read_text(encoding="utf-8"))
