"""The project folder is what a Designer imports: manifests, scripts and tags in their form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from client import PROJECT

MANIFESTS = sorted((PROJECT / "ignition").rglob("resource.json"))
LIBRARY = PROJECT / "ignition/script-python"
EVENT_SCRIPTS = sorted(
    path for path in (PROJECT / "ignition").rglob("*.py") if LIBRARY not in path.parents
)
MODULES = sorted(LIBRARY.rglob("code.py"))
THIN = {"database", "gateway", "http", "runtime", "shared", "tags", "versions", "vision"}
CATCHING = {"commands", "database", "disk", "gateway", "http", "times", "versions"}
KEYS = ["scope", "version", "restricted", "overridable", "files", "attributes"]


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
def test_a_manifest_names_its_files_and_when_they_changed(manifest: Path) -> None:
    resource = json.loads(manifest.read_text())
    assert list(resource) == KEYS
    present = sorted(path.name for path in manifest.parent.iterdir() if path != manifest)
    assert resource["files"] == [path for path in present if not path.startswith("__")]
    assert set(resource["attributes"]["lastModification"]) == {"actor", "timestamp"}
    assert resource["scope"] == ("A" if LIBRARY in manifest.parents else "G")


@pytest.mark.parametrize("script", EVENT_SCRIPTS, ids=name)
def test_an_event_script_keeps_the_form_of_the_designer(script: Path) -> None:
    """One call into the library, indented with a tab, no line break at the end."""
    text = script.read_text()
    assert re.fullmatch(
        r"def \w+\([\w, ]*\):\n\t(return )?countersign\.gateway\.\w+\([\w., ]*\)", text
    )


def test_every_script_folder_has_a_manifest() -> None:
    folders = {path.parent for path in [*EVENT_SCRIPTS, *MODULES]}
    scripts = PROJECT / "ignition"
    assert folders == {path.parent for path in MANIFESTS if scripts in path.parents}


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_is_ascii_or_says_its_encoding(module: Path) -> None:
    """Jython refuses an import that CPython would take."""
    content = module.read_bytes()
    assert content.isascii() or b"coding: utf-8" in content.split(b"\n")[0]
    assert b"\t" not in content


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_only_the_thin_modules_touch_the_platform(module: Path) -> None:
    text = module.read_text()
    if module.parent.name not in THIN:
        assert not re.search(r"\bsystem\.", text.split('"""', 2)[-1])
    if module.parent.name not in CATCHING:
        assert not re.search(r"^\s*from java", text, re.MULTILINE)


def test_every_tag_that_capture_reads_is_in_the_work_centre_type() -> None:
    provider = json.loads((PROJECT / "tags/countersign.json").read_text())
    folders = {node["name"]: node for node in provider["tags"]}
    (work_center,) = folders["_types_"]["tags"]
    tags = {tag["name"] for tag in work_center["tags"]}
    text = (LIBRARY / "countersign/events/code.py").read_text()
    read = set(re.findall(r'values\.(?:text|decimal|quantity|time|flag|rows)\("(\w+)"', text))
    assert {"OrderId", "YieldQuantity", "Materials", "ScrapMaterialId"} <= read
    assert read <= tags
