"""Tag exports: the type of a work centre with its OPC items, and a demo plant of memory tags."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ignition_build.resources import BuildError

FOLDER = "tags"
PLANT_FOLDER = "Plant"
OPC_KEYS = ("opcServer", "opcItemPath")


def tag_exports(project: Path) -> dict[str, bytes]:
    """Return the exports by file name; raises :class:`BuildError`.

    The demo has the same tags as the plant, without a machine: what comes from OPC there is
    memory here, so that a person can play the machine.
    """
    provider = _read(project, "countersign.json")
    plant = _read(project, "demo_plant.json")
    demo = _without_opc(provider)
    demo["tags"] = [node for node in demo["tags"] if node["name"] != PLANT_FOLDER] + [plant]
    return {
        "countersign-tags.json": _written(provider),
        "countersign-demo-tags.json": _written(demo),
    }


def _read(project: Path, name: str) -> Any:
    try:
        return json.loads((project / FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BuildError(f"{FOLDER}/{name}: {error}") from error


def _written(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _without_opc(node: Any) -> Any:
    """Return a node with all OPC tags below as memory tags, and without their parameters."""
    changed = {key: value for key, value in node.items() if key not in OPC_KEYS}
    if changed.get("valueSource") == "opc":
        changed["valueSource"] = "memory"
    if "parameters" in changed:
        changed["parameters"] = {
            name: value
            for name, value in changed["parameters"].items()
            if not name.startswith("Opc") and not name.endswith("Item")
        }
    if "tags" in changed:
        changed["tags"] = [_without_opc(child) for child in changed["tags"]]
    return changed
