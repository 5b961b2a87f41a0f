"""The archives: what a Designer imports, the same bytes for the same project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from ignition_build import archives
from ignition_build.binary_xml import decode
from ignition_build.resources import BuildError
from unit.ignition_build.project_folder import TAGS, ProjectFolder

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "ignition-project"
TEXT_EVENTS = ("startup", "shutdown", "timer", "tag-change", "scheduled", "message", "update")


def opened(files: dict[str, bytes], version: str) -> ZipFile:
    return ZipFile(BytesIO(files[f"countersign-ignition-{version}.zip"]))


def text_events(archive: ZipFile) -> list[str]:
    heads = tuple(f"ignition/{kind}/" for kind in TEXT_EVENTS)
    return [name for name in archive.namelist() if name.startswith(heads)]


def test_no_version_holds_gateway_events_in_both_forms(project: ProjectFolder) -> None:
    files = archives.build(project.root)
    old, new = opened(files, "8.1"), opened(files, "8.3")
    assert text_events(new)
    assert "ignition/event-scripts/data.bin" not in new.namelist()
    assert not text_events(old)
    decode(old.read("ignition/event-scripts/data.bin"))


def test_apart_from_events_both_versions_hold_the_same(project: ProjectFolder) -> None:
    files = archives.build(project.root)
    old, new = opened(files, "8.1"), opened(files, "8.3")
    names = set(new.namelist()) - set(text_events(new))
    assert set(old.namelist()) - names == {
        "ignition/event-scripts/data.bin",
        "ignition/event-scripts/resource.json",
    }
    assert all(old.read(name) == new.read(name) for name in names)


@pytest.mark.parametrize("version", archives.VERSIONS)
def test_every_resource_can_be_imported(project: ProjectFolder, version: str) -> None:
    """The project file is at the root; a manifest names its files and when it was changed."""
    archive = opened(archives.build(project.root), version)
    names = set(archive.namelist())
    assert "project.json" in names
    manifests = {name for name in names if name.endswith("/resource.json")}
    listed = set()
    for name in manifests:
        manifest = json.loads(archive.read(name))
        listed |= {f"{name.rpartition('/')[0]}/{file}" for file in manifest["files"]}
        assert set(manifest["attributes"]["lastModification"]) == {"actor", "timestamp"}
    assert names == manifests | listed | {"project.json"}


def test_the_same_project_gives_the_same_bytes(project: ProjectFolder, tmp_path: Path) -> None:
    first = archives.build(project.root)
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(project.root, copy, copy_function=shutil.copy)
    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
    assert archives.build(copy) == first


def test_what_is_not_a_resource_stays_out(project: ProjectFolder) -> None:
    project.write("ignition/script-python/plant/__pycache__/code.pyc", "")
    project.write("README.md", "for developers")
    files = archives.build(project.root)
    names = opened(files, "8.3").namelist()
    assert not [name for name in names if "pycache" in name or "README" in name or "tags/" in name]
    assert json.loads(files["countersign-tags.json"]) == TAGS


def test_what_an_integrator_needs_beside_the_project_is_there(project: ProjectFolder) -> None:
    project.write("sql/outbox.sqlite.sql", "CREATE TABLE x (y)")
    files = archives.build(project.root)
    assert files["countersign-outbox-sqlite.sql"] == b"CREATE TABLE x (y)"
    staging = {name for name in files if name.startswith("countersign-staging-")}
    assert staging == {
        f"countersign-staging-{name}.sql" for name in ("mysql", "postgresql", "sqlite", "sqlserver")
    }
    assert all(b"plant_output" in files[name] for name in staging)


def test_a_project_that_holds_the_generated_form_too_is_refused(project: ProjectFolder) -> None:
    project.add("ignition/event-scripts", {"data.bin": "x"})
    with pytest.raises(BuildError, match="event-scripts"):
        archives.build(project.root)


def test_a_manifest_that_names_a_missing_file_is_refused(project: ProjectFolder) -> None:
    (project.root / "ignition/startup/onStartup.py").unlink()
    with pytest.raises(BuildError, match=r"startup/resource\.json"):
        archives.build(project.root)


def written(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", str(ROOT / "scripts/build-ignition"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_builds_the_real_project_well_within_20_s(tmp_path: Path) -> None:
    """Twice the same, in a Python without any package."""
    started = time.monotonic()
    results = [run("--to", str(tmp_path / name)) for name in ("one", "two")]
    spent_s = time.monotonic() - started
    assert [result.returncode for result in results] == [0, 0], results[0].stderr
    one, two = written(tmp_path / "one"), written(tmp_path / "two")
    assert one == two
    assert "docs/README.md" in one
    assert {"countersign-ignition-8.1.zip", "countersign-ignition-8.3.zip"} <= set(one)
    assert spent_s < 20
    for version in archives.VERSIONS:
        names = opened(one, version).namelist()
        folder = "com.inductiveautomation.sqlbridge/transaction-groups/Countersign"
        rows = ("Consumption", "LaborTime", "ProductionCount")
        assert {f"{folder}/Press1/{name}/data.bin" for name in rows} <= set(names)


def test_the_command_says_what_is_out_of_form(project: ProjectFolder) -> None:
    path = project.root / "ignition/startup/onStartup.py"
    path.write_text(path.read_text() + "\n")
    checked = run("--check", "--project", str(project.root))
    assert checked.returncode == 1
    assert "ignition/startup/onStartup.py" in checked.stderr
    assert run("--format", "--project", str(project.root)).returncode == 0
    assert run("--check", "--project", str(project.root)).returncode == 0


def test_the_command_says_why_it_cannot_build(project: ProjectFolder) -> None:
    project.add_event("startup", "def onStartup():\n\treturn 1")
    refused = run("--check", "--project", str(project.root))
    assert refused.returncode == 1
    assert "ignition/startup" in refused.stderr
