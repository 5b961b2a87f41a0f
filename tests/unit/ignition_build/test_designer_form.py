"""The Designer's form: found, said with its place, and made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ignition_build import designer_form
from unit.ignition_build.project_folder import ProjectFolder

ROOT = Path(__file__).resolve().parents[3]
VIEW = "com.inductiveautomation.perspective/views/Main"
BODY = {"root": {"type": "ia.display.label", "props": {"text": "it's <b>1 & 2 = 3</b> ü"}}}
WRITTEN = """{
  "root": {
    "props": {
      "text": "it\\u0027s \\u003cb\\u003e1 \\u0026 2 \\u003d 3\\u003c/b\\u003e ü"
    },
    "type": "ia.display.label"
  }
}"""


def test_a_view_is_written_as_the_designer_does() -> None:
    assert designer_form.sorted_json(BODY) == WRITTEN


def test_attributes_of_a_manifest_stand_as_in_files_that_were_saved() -> None:
    """The order of a timer and of a tag change that a Designer of 8.3 saved."""
    manifest = {"attributes": dict.fromkeys(["delay", "enabled", "fixedDelay", "sharedThread"])}
    manifest["attributes"]["lastModification"] = None
    written = json.loads(designer_form.manifest_json(manifest))
    assert list(written["attributes"]) == [
        "sharedThread",
        "delay",
        "fixedDelay",
        "lastModification",
        "enabled",
    ]
    manifest = {
        "attributes": dict.fromkeys(["enabled", "lastModification", "paths", "changeTypes"])
    }
    written = json.loads(designer_form.manifest_json(manifest))
    assert list(written["attributes"]) == ["changeTypes", "paths", "lastModification", "enabled"]


def test_a_project_in_form_has_no_faults(project: ProjectFolder) -> None:
    project.add(VIEW, {"view.json": WRITTEN})
    assert designer_form.faults(project.root) == []
    assert designer_form.rewrite(project.root) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (f"{VIEW}/view.json", WRITTEN, WRITTEN + "\n", "at its end"),
        (f"{VIEW}/view.json", "\\u003d", "=", "line 4"),
        (f"{VIEW}/view.json", "  ", "\t", "line 2"),
        (f"{VIEW}/view.json", WRITTEN, json.dumps(BODY, indent=2), "line 3"),
        (f"{VIEW}/resource.json", '"external"', '"external" ', "line 11"),
        ("ignition/startup/onStartup.py", "start()", "start()\n", "at its end"),
        ("ignition/timer/slow/resource.json", '"enabled": false', '"enabled":  false', "enabled"),
    ],
)
def test_what_is_out_of_form_is_named_and_brought_back(
    project: ProjectFolder, name: str, old: str, new: str, told: str
) -> None:
    project.add(VIEW, {"view.json": WRITTEN})
    before = (project.root / name).read_text(encoding="utf-8")
    assert old in before
    project.write(name, before.replace(old, new))
    (fault,) = designer_form.faults(project.root)
    assert fault.startswith(f"{name}: ")
    assert told in fault
    assert designer_form.rewrite(project.root) == [project.root / name]
    assert (project.root / name).read_text(encoding="utf-8") == before


def test_a_manifest_without_time_of_change_gets_one(project: ProjectFolder) -> None:
    """The Designer ignores such a resource when it imports, without a word."""
    manifest = project.read("ignition/startup/resource.json")
    del manifest["attributes"]["lastModification"]
    project.write("ignition/startup/resource.json", json.dumps(manifest))
    assert designer_form.faults(project.root)
    designer_form.rewrite(project.root)
    attributes = project.read("ignition/startup/resource.json")["attributes"]
    assert set(attributes["lastModification"]) == {"actor", "timestamp"}


def test_a_manifest_lists_the_files_that_are_there(project: ProjectFolder) -> None:
    project.write("ignition/startup/more.txt", "")
    assert "startup/resource.json" in designer_form.faults(project.root)[0]
    designer_form.rewrite(project.root)
    assert project.read("ignition/startup/resource.json")["files"] == ["onStartup.py", "more.txt"]


def test_a_manifest_that_names_a_missing_file_is_left_to_a_person(project: ProjectFolder) -> None:
    (project.root / "ignition/startup/onStartup.py").unlink()
    fault = "ignition/startup/resource.json: names the file onStartup.py, which is not there"
    assert designer_form.faults(project.root) == [fault]
    assert designer_form.rewrite(project.root) == []


def test_a_file_that_is_no_json_is_named(project: ProjectFolder) -> None:
    project.write("ignition/startup/resource.json", "{")
    (fault,) = designer_form.faults(project.root)
    assert fault.startswith("ignition/startup: ")


def test_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    assert designer_form.faults(tmp_path)[0].startswith("project.json: is missing")
